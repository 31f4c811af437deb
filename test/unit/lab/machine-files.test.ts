import { expect, test } from 'vitest';
import { baseImageName, basePackages } from '../../../src/lab/base-image.ts';
import { trackingHierarchies } from '../../../src/lab/control-groups.ts';
import { hostFiles } from '../../../src/lab/host-root.ts';
import { knownHostsLine } from '../../../src/lab/keys.ts';
import { layOut } from '../../../src/lab/layout.ts';
import { sshdConfig } from '../../../src/lab/loopback.ts';
import { mountPointsUnder } from '../../../src/lab/mounts.ts';

const lab = layOut(
  { hosts: 2 },
  { workingDirectory: '/w', platform: 'linux', isRoot: true, userName: 'root', isFree: () => true },
);

test('the mounts under a folder come deepest first, with their spaces, and no neighbour', () => {
  const line = (path: string) => `44 27 0:39 / ${path} rw,relatime - overlay overlay rw`;
  const info = ['/lab/a', '/lab/a/proc', '/lab2/a', '/lab/b\\040c', '/'].map(line).join('\n');
  expect(mountPointsUnder('/lab', info)).toEqual(['/lab/a/proc', '/lab/b c', '/lab/a']);
});

test('systemd tracks processes in version 2 and in the named hierarchy of version 1', () => {
  const info = [
    '31 24 0:27 / /sys/fs/cgroup/cpu rw,relatime shared:5 - cgroup cgroup rw,cpu',
    '32 24 0:28 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd',
    '33 24 0:29 / /sys/fs/cgroup/unified rw,relatime shared:6 master:1 - cgroup2 cgroup2 rw',
  ].join('\n');
  expect(trackingHierarchies(info)).toEqual(['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified']);
});

test('python is in the image only when asked for, and each set of packages is an image of its own', () => {
  expect(basePackages(false).some((name) => name.includes('python'))).toBe(false);
  expect(basePackages(true)).toContain('python3');
  const names = [basePackages(false), basePackages(true)].map((packages) => baseImageName(packages, 'x64'));
  expect(new Set([...names, baseImageName(basePackages(false), 'arm64')]).size).toBe(3);
});

test('a host knows all names of its lab and none of them on loopback', () => {
  const files = lab.hosts.slice(0, 1).flatMap((host) => hostFiles(lab, host, 'ssh-ed25519 AAAA lab\n'));
  const text = files.find(({ path }) => path === 'etc/hosts')?.text;
  expect(text).toBe(`127.0.0.1 localhost\n::1 localhost\n${lab.network}.11 s1\n${lab.network}.12 s2\n`);
  expect(files.find(({ path }) => path.endsWith('.network'))?.text).not.toMatch(/Gateway|DHCP/);
});

test('known_hosts names a port only when it is not 22', () => {
  const key = 'ssh-ed25519 AAAA s1\n';
  expect(knownHostsLine({ address: '10.64.0.11', port: 22 }, key)).toBe('10.64.0.11 ssh-ed25519 AAAA');
  expect(knownHostsLine({ address: '127.0.0.1', port: 20001 }, key)).toBe('[127.0.0.1]:20001 ssh-ed25519 AAAA');
});

test('the sshd of a host that is a process listens on loopback, for one user with the key of the lab', () => {
  const loopback = layOut(
    { driver: 'loopback', hosts: 1 },
    { workingDirectory: '/w', platform: 'darwin', isRoot: false, userName: 'ada', isFree: () => true },
  );
  for (const host of loopback.hosts) {
    const lines = sshdConfig(loopback, host, false).split('\n');
    expect(lines).toContain('ListenAddress 127.0.0.1');
    expect(lines).toContain('AllowUsers ada');
    expect(lines).toContain('PasswordAuthentication no');
    expect(lines).toContain('SetEnv BROKKR_LAB=/w/.brokkr/lab BROKKR_LAB_HOST=s1');
    expect(lines.filter((line) => /^UsePAM|^PermitRootLogin/.test(line))).toEqual([]);
    expect(sshdConfig(loopback, host, true)).toContain('PermitRootLogin prohibit-password');
  }
});
