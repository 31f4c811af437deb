import { describe, expect, it } from 'vitest';
import { parseFacts } from '../../../src/shell/facts.ts';

const cpu = [0, 1]
  .map((each) =>
    [
      `processor\t: ${each}`,
      'vendor_id\t: V',
      'model name\t: M',
      'physical id\t: 0',
      'siblings\t: 2',
      'cpu cores\t: 2',
    ].join('\n'),
  )
  .join('\n\n');

const blocks = {
  names: 'Linux k1.example.net 6.1.0-18 #1 SMP x86_64',
  os: 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm',
  debian: '12.5',
  mem: 'MemTotal: 4096 kB\nMemFree: 1024 kB\nBuffers: 1024 kB\nCached: 1024 kB\nSwapTotal: 0 kB',
  cpu,
  hostname: 'k1.example.net',
  addr:
    '1: lo    inet 127.0.0.1/8 scope host lo\n' +
    '2: eth0    inet 10.1.2.3/20 brd 10.1.15.255 scope global eth0\n' +
    '2: eth0    inet6 fe80::1/64 scope link\n' +
    '3: br-lan.7    inet 192.168.7.1/24 brd 192.168.7.255 scope global br-lan.7',
  route: '192.0.2.1 via 10.1.0.1 dev eth0 src 10.1.2.3 uid 0',
  default: 'default via 10.1.0.1 dev eth0',
  link:
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n' +
    '2: eth0@if9: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state UP\\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n' +
    '3: br-lan.7: <BROADCAST> mtu 1400 qdisc noop state DOWN\\    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff',
  dns: '# by hand\nnameserver 10.0.0.1\nnameserver 10.0.0.2\nsearch example.net example.org',
  date: '2026-03-05 01:02:03 1772668923 CET +0100 Thursday 4 09',
  virt: 'systemd-nspawn',
  selinux: '',
  passwd: 'kafka:x:1000:1000:K,,,:/home/kafka:/bin/sh',
  cmdline: 'ro quiet console=tty0 console=ttyS0 root="a b"',
  load: '0.50 1.00 2.25 1/2 3',
  lsb: 'Distributor ID:\tUbuntu\nDescription:\tUbuntu 22.04\nRelease:\t22.04\nCodename:\tjammy',
  python: 'Python 3.11.2',
  keys: 'ecdsa-sha2-nistp256 AAAAe root@x\nssh-ed25519 AAAAd root@x\nssh-rsa AAAAr',
  systemd: 'systemd 252 (252.1)\n+PAM',
  dmi: 'sys_vendor=QEMU \nboard_name=',
  mounts: '/dev/sda1 / ext4 rw\n/dev/sdb1 /with\\040space xfs rw,noatime',
  space: '4096 4096 100 40 20 5 /',
  uuids: 'total 0\nlrwxrwxrwx 1 root root 10 Jan  1 00:00 ab-12 -> ../../sda1',
  disks:
    'disk=sda\nvendor=ATA \nsectors=4194304\nrotational=0\nsectorsize=512\nscheduler=none [mq-deadline]\nholder=dm-0\n' +
    'part=sda1\nstart=2048\nsectors=2097152\ndisk=loop0\nsectors=0',
  local:
    'fact=/f/j.fact\n {"a": [1]}\nrc=0\nfact=/f/i.fact\n [gen]\n X = 1\n y: two\n   three\nrc=0\n' +
    'fact=/f/bad.fact\n neither\nrc=0\nfact=/f/fails.fact\n \nrc=3\nfact=/f/__proto__.fact\n {}\nrc=0',
  user: 'uid=1000(kafka) gid=1000(kafka) groups=1000(kafka)',
};

function factsOf(more: Partial<Record<keyof typeof blocks, string>> = {}) {
  const text = Object.entries({ ...blocks, ...more })
    .map(([name, lines]) => `${name}<<\n${lines === '' ? '' : `${lines}\n`}>>\n`)
    .join('');
  return Object.fromEntries(parseFacts(text));
}

describe('facts', () => {
  it('are of the system, its release and its account', () => {
    expect(factsOf()).toMatchObject({
      distribution: 'Debian',
      distribution_version: '12.5',
      distribution_major_version: '12',
      distribution_minor_version: '5',
      hostname: 'k1',
      domain: 'example.net',
      virtualization_type: 'container',
      virtualization_role: 'guest',
      selinux: { status: 'disabled' },
      user_dir: '/home/kafka',
      user_shell: '/bin/sh',
      user_gecos: 'K,,,',
    });
    expect(factsOf({ selinux: 'Permissive', virt: 'none', debian: 'trixie/sid' })).toMatchObject({
      selinux: { status: 'enabled', mode: 'permissive' },
      virtualization_type: 'NA',
      distribution_version: '12',
    });
  });

  it('are of interfaces, each under its name, and of the way out', () => {
    expect(factsOf()).toMatchObject({
      interfaces: ['lo', 'eth0', 'br-lan.7'],
      all_ipv4_addresses: ['10.1.2.3', '192.168.7.1'],
      lo: { type: 'loopback', active: true, ipv4: { address: '127.0.0.1', netmask: '255.0.0.0', broadcast: '' } },
      eth0: {
        device: 'eth0',
        mtu: 1500,
        active: true,
        type: 'ether',
        macaddress: '02:00:00:00:00:01',
        ipv4: {
          address: '10.1.2.3',
          broadcast: '10.1.15.255',
          netmask: '255.255.240.0',
          network: '10.1.0.0',
          prefix: '20',
        },
        ipv6: [{ address: 'fe80::1', prefix: '64', scope: 'link' }],
      },
      br_lan_7: { device: 'br-lan.7', active: false, mtu: 1400 },
      default_ipv4: {
        interface: 'eth0',
        address: '10.1.2.3',
        gateway: '10.1.0.1',
        mtu: 1500,
        type: 'ether',
        alias: 'eth0',
      },
      dns: { nameservers: ['10.0.0.1', '10.0.0.2'], search: ['example.net', 'example.org'] },
    });
    expect(factsOf({ route: '', default: '' }).default_ipv4).toEqual({});
  });

  it('are of the clock, in text', () => {
    expect(factsOf().date_time).toMatchObject({
      year: '2026',
      month: '03',
      day: '05',
      hour: '01',
      weekday: 'Thursday',
      weekday_number: '4',
      weeknumber: '09',
      epoch: '1772668923',
      iso8601: '2026-03-05T00:02:03Z',
      iso8601_basic_short: '20260305T010203',
      tz: 'CET',
      tz_offset: '+0100',
    });
  });

  it('are of processors and memory', () => {
    expect(factsOf()).toMatchObject({
      processor: ['0', 'V', 'M', '1', 'V', 'M'],
      processor_count: 1,
      processor_cores: 2,
      processor_threads_per_core: 1,
      processor_vcpus: 2,
      memtotal_mb: 4,
      memory_mb: { real: { total: 4, used: 3, free: 1 }, nocache: { free: 3, used: 1 } },
    });
    expect(factsOf({ cpu: 'processor\t: 0\n\nprocessor\t: 1\n\nprocessor\t: 2' })).toMatchObject({
      processor_vcpus: 3,
    });
  });

  it('are of the kernel, the firmware and the tools', () => {
    expect(factsOf()).toMatchObject({
      cmdline: { ro: true, quiet: true, console: 'ttyS0', root: 'a b' },
      proc_cmdline: { console: ['tty0', 'ttyS0'] },
      loadavg: { '1m': 0.5, '5m': 1, '15m': 2.25 },
      lsb: { id: 'Ubuntu', release: '22.04', major_release: '22', codename: 'jammy', description: 'Ubuntu 22.04' },
      ssh_host_key_ecdsa_public: 'AAAAe',
      ssh_host_key_ecdsa_public_keytype: 'ecdsa-sha2-nistp256',
      ssh_host_key_ed25519_public: 'AAAAd',
      ssh_host_key_rsa_public: 'AAAAr',
      systemd: { version: 252, features: '+PAM' },
      system_vendor: 'QEMU',
      board_name: 'NA',
      fips: false,
      apparmor: { status: 'disabled' },
      module_setup: true,
      real_user_id: 1000,
    });
    expect(factsOf({ lsb: 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=24.04\nDISTRIB_CODENAME=noble' })).toMatchObject({
      lsb: { id: 'Ubuntu', release: '24.04', codename: 'noble' },
    });
    expect(factsOf()).not.toHaveProperty('python');
    expect(Object.fromEntries(parseFacts('python=/usr/bin/python3\npython<<\nPython 3.11.2\n>>\n'))).toMatchObject({
      python_version: '3.11.2',
      python: { executable: '/usr/bin/python3', version: { major: 3, minor: 11 } },
    });
  });

  it('are of mounts and disks', () => {
    const [root, data] = [factsOf().mounts].flat();
    expect(root).toMatchObject({
      mount: '/',
      device: '/dev/sda1',
      size_total: 409_600,
      size_available: 163_840,
      uuid: 'ab-12',
    });
    expect(data).toMatchObject({ mount: '/with space', fstype: 'xfs', options: 'rw,noatime', uuid: 'N/A' });
    expect(factsOf().devices).toEqual({
      sda: expect.objectContaining({
        vendor: 'ATA',
        model: null,
        size: '2.00 GB',
        scheduler_mode: 'mq-deadline',
        holders: ['dm-0'],
        partitions: { sda1: expect.objectContaining({ start: '2048', size: '1.00 GB', uuid: 'ab-12' }) },
      }),
      loop0: expect.objectContaining({ sectors: 0, size: '0.00 Bytes', partitions: {} }),
    });
  });

  it("are one's own, of JSON or sections", () => {
    expect(factsOf().local).toEqual({
      j: { a: [1] },
      i: { gen: { x: '1', y: 'two\nthree' } },
      bad: 'error loading facts as JSON or ini - please check content: /f/bad.fact',
      fails: 'Failure executing fact script (/f/fails.fact), rc: 3, err: ',
      ['__proto__']: {},
    });
  });
});
