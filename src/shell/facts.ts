import { DISKS_SCRIPT, deviceFacts, mountFacts } from './facts-disks.ts';
import { factsFolder, localFacts, localFactsScript } from './facts-local.ts';
import { dateFacts, memoryFacts, processorFacts, virtualizationFacts } from './facts-machine.ts';
import { addNetwork } from './facts-network.ts';
import { SYSTEM_SCRIPT, systemFacts } from './facts-system.ts';
import { ADDED_PATH } from './program.ts';
import type { Json } from './question.ts';

/**
 * Reads what the facts are made of, in one go and with few processes. Lines are `key=value`, blocks stand between
 * `key<<` and `>>key`.
 */
export const FACTS_SCRIPT = [
  'b() { echo "$1<<"; shift; "$@" 2>/dev/null; echo ">>"; }',
  'b uname uname -a',
  'b names uname -snrvm',
  'b os cat /etc/os-release',
  'b mem cat /proc/meminfo',
  'b cpu cat /proc/cpuinfo',
  'b uptime cat /proc/uptime',
  'b hostname hostname -f',
  'b node uname -n',
  'b addr ip -o addr',
  'b route ip -o route get 192.0.2.1',
  'b route6 ip -o -6 route get 2001:db8::1',
  'b link ip -o link',
  'b init cat /proc/1/comm',
  'b machine cat /etc/machine-id',
  'b user id',
  'b date date "+%Y-%m-%d %H:%M:%S %s %Z %z %A %w %W"',
  'b default ip -o -4 route show default',
  'b dns cat /etc/resolv.conf',
  'b debian cat /etc/debian_version',
  'b virt systemd-detect-virt',
  'b selinux getenforce',
  'u=$(id -un) && b passwd grep "^$u:" /etc/passwd',
  // As a program of the account sees it, and not this one.
  'b env sh -c \'[ -n "$1" ] && LC_ALL=$1 || unset LC_ALL; cd; unset OLDPWD; env\' sh "${A-}"',
  '[ -d /run/systemd/system ] && echo "systemd=1"',
  'for t in apt-get dnf yum apk zypper; do command -v $t >/dev/null && { echo "pkg=$t"; break; }; done',
  SYSTEM_SCRIPT,
  DISKS_SCRIPT,
  localFactsScript(factsFolder),
].join('\n');

/** The facts that brokkr gathers, under Ansible's names without `ansible_`. */
export function parseFacts(text: string): ReadonlyMap<string, Json> {
  const block = (name: string): string => {
    const after = `\n${text}`.split(`\n${name}<<\n`)[1] ?? '';
    // Also of a block without lines.
    return `\n${after}`.split('\n>>')[0]?.slice(1) ?? '';
  };
  const pairs = (source: string, separator: RegExp): Map<string, string> =>
    new Map(
      source.split('\n').flatMap((line): [string, string][] => {
        const match = separator.exec(line);
        return match === null
          ? []
          : [[line.slice(0, match.index).trim(), line.slice(match.index + match[0].length).trim()]];
      }),
    );
  const os = new Map([...pairs(block('os'), /=/)].map(([key, value]) => [key, value.replace(/^(["'])(.*)\1$/, '$2')]));
  const memory = pairs(block('mem'), /:/);
  const megabytes = (key: string): number => Math.floor(Number.parseInt(memory.get(key) ?? '0', 10) / 1024);
  const [system = '', nodename = '', kernel = '', ...versionAndMachine] = block('names').trim().split(' ');
  const machine = versionAndMachine.at(-1) ?? '';
  const fqdn = block('hostname').trim() || nodename;
  const distribution = distributionOf(os);
  const version = versionOf(os, block('debian').trim());
  const facts = new Map<string, Json>([
    ['system', system],
    ['kernel', kernel],
    ['kernel_version', versionAndMachine.slice(0, -1).join(' ')],
    ['machine', machine],
    ['architecture', machine],
    ['nodename', nodename],
    ['hostname', nodename.split('.')[0] ?? nodename],
    ['fqdn', fqdn],
    ['domain', fqdn.split('.').slice(1).join('.')],
    ['distribution', distribution],
    ['distribution_version', version],
    ['distribution_major_version', version.split('.')[0] ?? ''],
    ...(version.includes('.') ? ([['distribution_minor_version', version.split('.')[1] ?? '']] as const) : []),
    ['distribution_release', os.get('VERSION_CODENAME') ?? ''],
    ['os_family', familyOf(os)],
    ['memtotal_mb', megabytes('MemTotal')],
    ['memfree_mb', megabytes('MemFree')],
    ['swaptotal_mb', megabytes('SwapTotal')],
    ['swapfree_mb', megabytes('SwapFree')],
    ...processorFacts(block('cpu')),
    ['memory_mb', memoryFacts(megabytes)],
    ...virtualizationFacts(block('virt').trim()),
    ['selinux', selinuxOf(block('selinux').trim())],
    ['userspace_bits', machine.includes('64') ? '64' : '32'],
    ['userspace_architecture', machine],
    ['local', localFacts(block('local'))],
    ['uptime_seconds', Math.floor(Number(block('uptime').split(' ')[0] ?? 0))],
    ['machine_id', block('machine').trim()],
    ['service_mgr', text.includes('\nsystemd=1') ? 'systemd' : serviceManager(block('init').trim())],
    ['pkg_mgr', packageManager(/^pkg=(.*)$/m.exec(text)?.[1] ?? '')],
    ['env', environmentOf(pairs(block('env'), /=/))],
    ['mounts', mountFacts(block('mounts'), block('space'), block('uuids'))],
    ['devices', deviceFacts(block('disks'), block('uuids'))],
    ...systemFacts(block, text),
    ['gather_subset', ['all']],
    ['module_setup', true],
  ]);
  const user = /^uid=(\d+)\(([^)]*)\) gid=(\d+)/.exec(block('user'));
  if (user !== null) {
    facts
      .set('user_id', user[2] ?? '')
      .set('user_uid', Number(user[1]))
      .set('user_gid', Number(user[3]))
      .set('effective_user_id', Number(user[1]))
      .set('real_user_id', Number(user[1]))
      .set('effective_group_id', Number(user[3]))
      .set('real_group_id', Number(user[3]));
  }
  const account = block('passwd').trim().split(':');
  if (account.length >= 7)
    facts
      .set('user_gecos', account[4] ?? '')
      .set('user_dir', account[5] ?? '')
      .set('user_shell', account[6] ?? '');
  addNetwork(facts, {
    addresses: block('addr'),
    route: block('route'),
    defaultRoute: block('default'),
    route6: block('route6'),
    links: block('link'),
    resolver: block('dns'),
  });
  facts.set('date_time', dateFacts(block('date').trim()));
  return facts;
}

function distributionOf(os: ReadonlyMap<string, string>): string {
  const names: Record<string, string> = {
    debian: 'Debian',
    ubuntu: 'Ubuntu',
    rhel: 'RedHat',
    centos: 'CentOS',
    rocky: 'Rocky',
    almalinux: 'AlmaLinux',
    fedora: 'Fedora',
    alpine: 'Alpine',
    amzn: 'Amazon',
    ol: 'OracleLinux',
    sles: 'SLES',
  };
  return names[os.get('ID') ?? ''] ?? os.get('NAME') ?? '';
}

/** Debian says in a file of its own which point release it is. */
function versionOf(os: ReadonlyMap<string, string>, debian: string): string {
  return os.get('ID') === 'debian' && /^\d+\.\d+$/.test(debian) ? debian : (os.get('VERSION_ID') ?? '');
}

/** What getenforce(8) says; nothing where there is no SELinux. */
function selinuxOf(mode: string): Json {
  const word = mode.toLowerCase();
  return word === '' || word === 'disabled' ? { status: 'disabled' } : { status: 'enabled', mode: word };
}

function familyOf(os: ReadonlyMap<string, string>): string {
  const like = `${os.get('ID') ?? ''} ${os.get('ID_LIKE') ?? ''}`;
  if (/debian|ubuntu/.test(like)) return 'Debian';
  if (/rhel|fedora|centos/.test(like)) return 'RedHat';
  if (/suse/.test(like)) return 'Suse';
  return distributionOf(os);
}

function serviceManager(init: string): string {
  return init === 'openrc-init' || init === 'init' ? 'sysvinit' : 'service';
}

function packageManager(command: string): string {
  return { 'apt-get': 'apt', dnf: 'dnf', yum: 'yum', apk: 'apk', zypper: 'zypper' }[command] ?? 'unknown';
}

/** Without the folders that every program of brokkr adds to the search path. */
function environmentOf(variables: ReadonlyMap<string, string>): Json {
  const path = variables.get('PATH') ?? '';
  const own = path.endsWith(ADDED_PATH) ? { PATH: path.slice(0, -ADDED_PATH.length) } : {};
  return { ...Object.fromEntries(variables), ...own };
}
