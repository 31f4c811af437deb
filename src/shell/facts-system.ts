import type { Json } from './question.ts';

const dmiKeys = [
  ...['bios_date', 'bios_vendor', 'bios_version', 'board_asset_tag', 'board_name', 'board_serial', 'board_vendor'],
  ...['board_version', 'chassis_asset_tag', 'chassis_serial', 'chassis_vendor', 'chassis_version', 'product_name'],
  ...['product_serial', 'product_uuid', 'product_version', 'sys_vendor'],
];

/** What the kernel, the firmware and a few tools say of the system. */
export const SYSTEM_SCRIPT = [
  'b cmdline cat /proc/cmdline',
  'b load cat /proc/loadavg',
  'b fips cat /proc/sys/crypto/fips_enabled',
  '[ ! -d /sys/kernel/security/apparmor ] || echo "apparmor=1"',
  'if command -v lsb_release >/dev/null; then b lsb lsb_release -a; else b lsb cat /etc/lsb-release; fi',
  'v=$(command -v python3) && { echo "python=$v"; b python "$v" -V; }',
  'b keys cat /etc/ssh/ssh_host_*_key.pub',
  '[ ! -d /run/systemd/system ] || b systemd systemctl --version',
  `echo "dmi<<"; for k in ${dmiKeys.join(' ')}; do { read -r v </sys/class/dmi/id/$k; } 2>/dev/null && echo "$k=$v"; done; echo ">>"`,
].join('\n');

/** @param block the lines of a block of the script, @param text all of it */
export function systemFacts(block: (name: string) => string, text: string): readonly (readonly [string, Json])[] {
  const firmware = new Map([...block('dmi').matchAll(/^(\w+)=(.*)$/gm)].map(([, key, value]) => [key, value?.trim()]));
  const [load = '', load5 = '', load15 = ''] = block('load').split(' ');
  const cmdline = block('cmdline').trim();
  return [
    ...dmiKeys.map(
      (key) => [key === 'sys_vendor' ? 'system_vendor' : key, firmware.get(key) || 'NA'] satisfies [string, Json],
    ),
    ['cmdline', kernelArguments(cmdline, false)],
    ['proc_cmdline', kernelArguments(cmdline, true)],
    ...(load === ''
      ? []
      : ([['loadavg', { '1m': Number(load), '5m': Number(load5), '15m': Number(load15) }]] as const)),
    ['fips', block('fips').trim() === '1'],
    ['apparmor', { status: /^apparmor=1$/m.test(text) ? 'enabled' : 'disabled' }],
    ['lsb', releaseOf(block('lsb'))],
    ...pythonFacts(/^python=(.*)$/m.exec(text)?.[1], block('python')),
    ...hostKeys(block('keys')),
    ...systemdFacts(block('systemd')),
  ];
}

/** A name that is given again keeps its last value, or all of them in a list. */
function kernelArguments(line: string, keepsAll: boolean): Json {
  const values = new Map<string, Json>();
  for (const [, name = '', value] of line.matchAll(/([^\s=]+)(?:=("[^"]*"|\S*))?/g)) {
    const own = value === undefined ? true : value.replaceAll('"', '');
    const before = values.get(name);
    values.set(name, keepsAll && before !== undefined ? [...(Array.isArray(before) ? before : [before]), own] : own);
  }
  return Object.fromEntries(values);
}

/** What lsb_release(1) -a says, or /etc/lsb-release. */
function releaseOf(text: string): Json {
  const told = new Map<string, string>();
  const names: Readonly<Record<string, string>> = { 'distributor id': 'id', distrib_id: 'id' };
  for (const [, key = '', value = ''] of text.matchAll(/^([\w ]+?)\s*[:=]\s*"?(.*?)"?\s*$/gm)) {
    const lower = key.toLowerCase();
    const name = names[lower] ?? lower.replace(/^distrib_/, '');
    if (['id', 'release', 'description', 'codename'].includes(name)) told.set(name, value);
  }
  const release = told.get('release');
  return {
    ...Object.fromEntries(told),
    ...(release === undefined ? {} : { major_release: release.split('.')[0] ?? '' }),
  };
}

/** The Python that the host has; none is needed. */
function pythonFacts(executable: string | undefined, said: string): readonly (readonly [string, Json])[] {
  const [, ...numbers] = /^Python (\d+)\.(\d+)\.(\d+)/.exec(said) ?? [];
  if (executable === undefined || numbers.length === 0) return [];
  const [major = 0, minor = 0, micro = 0] = numbers.map(Number);
  const version = { major, minor, micro, releaselevel: 'final', serial: 0 };
  const version_info = [major, minor, micro, 'final', 0];
  return [
    ['python_version', numbers.join('.')],
    ['python', { executable, type: 'cpython', has_sslcontext: true, version, version_info }],
  ];
}

function hostKeys(text: string): readonly (readonly [string, Json])[] {
  return [...text.matchAll(/^(\S+) (\S+)/gm)].flatMap(([, type = '', key = '']) => {
    const name = /^(?:ssh|ecdsa)/.test(type)
      ? `ssh_host_key_${type.replace(/^ssh-|-sha2-.*$/g, '').replace('dss', 'dsa')}_public`
      : '';
    return name === ''
      ? []
      : ([
          [name, key],
          [`${name}_keytype`, type],
        ] as const);
  });
}

function systemdFacts(said: string): readonly (readonly [string, Json])[] {
  const [first = '', features = ''] = said.split('\n');
  const version = /^systemd (\d+)/.exec(first)?.[1];
  return version === undefined ? [] : [['systemd', { version: Number(version), features: features.trim() }]];
}
