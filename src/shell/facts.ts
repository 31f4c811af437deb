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
  'b link ip -o link',
  'b init cat /proc/1/comm',
  'b machine cat /etc/machine-id',
  'b df df -Pk',
  'b user id',
  'b date date "+%Y-%m-%d %H:%M:%S %s %Z %z"',
  'b env env',
  '[ -d /run/systemd/system ] && echo "systemd=1"',
  'for t in apt-get dnf yum apk zypper; do command -v $t >/dev/null && { echo "pkg=$t"; break; }; done',
].join('\n');

/** The facts that brokkr gathers, under Ansible's names without `ansible_`. */
export function parseFacts(text: string): ReadonlyMap<string, Json> {
  const block = (name: string): string =>
    text.split(`\n${name}<<\n`)[1]?.split('\n>>')[0] ??
    (text.startsWith(`${name}<<\n`) ? (text.slice(name.length + 3).split('\n>>')[0] ?? '') : '');
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
  const processors = (block('cpu').match(/^processor\s*:/gm) ?? []).length;
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
    ['distribution_version', os.get('VERSION_ID') ?? ''],
    ['distribution_major_version', (os.get('VERSION_ID') ?? '').split('.')[0] ?? ''],
    ['distribution_release', os.get('VERSION_CODENAME') ?? ''],
    ['os_family', familyOf(os)],
    ['memtotal_mb', megabytes('MemTotal')],
    ['memfree_mb', megabytes('MemFree')],
    ['swaptotal_mb', megabytes('SwapTotal')],
    ['swapfree_mb', megabytes('SwapFree')],
    ['processor_vcpus', processors],
    ['processor_nproc', processors],
    ['uptime_seconds', Math.floor(Number(block('uptime').split(' ')[0] ?? 0))],
    ['machine_id', block('machine').trim()],
    ['service_mgr', text.includes('\nsystemd=1') ? 'systemd' : serviceManager(block('init').trim())],
    ['pkg_mgr', packageManager(/^pkg=(.*)$/m.exec(text)?.[1] ?? '')],
    ['env', Object.fromEntries(pairs(block('env'), /=/))],
    ['mounts', mountsOf(block('df'))],
  ]);
  const user = /^uid=(\d+)\(([^)]*)\) gid=(\d+)/.exec(block('user'));
  if (user !== null) {
    facts
      .set('user_id', user[2] ?? '')
      .set('user_uid', Number(user[1]))
      .set('user_gid', Number(user[3]));
  }
  addAddresses(facts, block('addr'), block('route'), block('link'));
  addDate(facts, block('date').trim());
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

function mountsOf(df: string): Json {
  return df
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device = '', total = '', , available = '', , mount] = line.split(/\s+/);
      return mount === undefined
        ? []
        : [{ device, mount, size_total: Number(total) * 1024, size_available: Number(available) * 1024 }];
    });
}

function addAddresses(facts: Map<string, Json>, addresses: string, route: string, links: string): void {
  const v4 = [...addresses.matchAll(/^\d+: (\S+)\s+inet ([\d.]+)\/(\d+)/gm)].map((match) => ({
    interface: match[1] ?? '',
    address: match[2] ?? '',
    prefix: Number(match[3]),
  }));
  const v6 = [...addresses.matchAll(/^\d+: \S+\s+inet6 ([\da-f:]+)\//gm)].map((match) => match[1] ?? '');
  const outside = v4.filter(({ address }) => !address.startsWith('127.'));
  facts.set(
    'all_ipv4_addresses',
    outside.map(({ address }) => address),
  );
  facts.set(
    'all_ipv6_addresses',
    v6.filter((address) => address !== '::1'),
  );
  facts.set('interfaces', [...new Set([...links.matchAll(/^\d+: ([^:@]+)/gm)].map((match) => match[1] ?? ''))]);
  const source = / src ([\d.]+)/.exec(route)?.[1];
  // Without a default route Ansible leaves the fact empty as well.
  const preferred = outside.find(({ address }) => address === source);
  facts.set('default_ipv4', preferred === undefined ? {} : { ...preferred });
}

function addDate(facts: Map<string, Json>, date: string): void {
  const [day = '', time = '', epoch = '', zone = '', offset = ''] = date.split(' ');
  facts.set('date_time', { date: day, time, epoch, tz: zone, tz_offset: offset, iso8601: `${day}T${time}${offset}` });
}
