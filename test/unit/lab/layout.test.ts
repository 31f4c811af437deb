import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import type { LabOptions } from '../../../src/lab/lab.ts';
import { candidateAddresses, labBridge, labId, layOut, type Surroundings } from '../../../src/lab/layout.ts';
import { linkName } from '../../../src/lab/network.ts';

const around: Surroundings = {
  workingDirectory: '/srv/project',
  platform: 'linux',
  isRoot: true,
  userName: 'ada',
  isFree: () => true,
};

function problemsOf(options: LabOptions, surroundings: Surroundings = around): string[] {
  try {
    layOut(options, surroundings);
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

test('three Debian hosts in .brokkr/lab are what root on Linux gets', () => {
  const lab = layOut({}, around);
  expect(lab).toMatchObject({
    driver: 'nspawn',
    folder: '/srv/project/.brokkr/lab',
    user: 'root',
    inventoryPath: '/srv/project/inventory/lab.yml',
    knownHostsFile: '/srv/project/.brokkr/lab/known_hosts',
  });
  expect(lab.hosts.map(({ name, address, port, kind }) => [name, address, port, kind])).toEqual([
    ['s1', `${lab.network}.11`, 22, 'debian'],
    ['s2', `${lab.network}.12`, 22, 'debian'],
    ['s3', `${lab.network}.13`, 22, 'debian'],
  ]);
});

test('hosts for tests come after the ordinary ones, so that these keep their addresses', () => {
  const lab = layOut({ hosts: 2, busybox: true, withoutSystemd: true }, around);
  expect(lab.hosts.map(({ name, kind }) => [name, kind])).toEqual([
    ['s1', 'debian'],
    ['s2', 'debian'],
    ['bare', 'without-systemd'],
    ['busybox', 'busybox'],
  ]);
  expect(lab.hosts.slice(0, 2)).toEqual(layOut({ hosts: 2 }, around).hosts);
});

test('who is not root, or not on Linux, gets processes on 127.0.0.1, no port twice', () => {
  for (const other of [
    { ...around, isRoot: false },
    { ...around, platform: 'darwin' as const },
  ]) {
    const lab = layOut({ hosts: 16 }, other);
    expect(lab).toMatchObject({ driver: 'loopback', user: 'ada' });
    const ports = lab.hosts.flatMap((host) => [host.port, ...Object.values(host.services ?? {})]);
    expect(new Set(ports).size).toBe(16 * 6);
    expect(Math.max(...ports) - Math.min(...ports)).toBeLessThan(100);
  }
});

test('names fit into the 15 bytes of an interface name, addresses into their ranges, whatever the folder', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(99), (folder, attempt) => {
      const id = labId(folder);
      expect(labBridge(id).length).toBeLessThan(16);
      expect(linkName({ machine: `${id}n50` }).length).toBeLessThan(16);
      const { network, firstPort } = candidateAddresses(id, attempt);
      expect(network).toMatch(/^10\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d{1,3}$/);
      expect(firstPort).toBeGreaterThanOrEqual(20_000);
      expect(firstPort + 100).toBeLessThanOrEqual(32_768);
    }),
  );
});

test('a lab keeps its names and addresses, another folder has others', () => {
  expect(layOut({ folder: 'a' }, around)).toEqual(layOut({ folder: '/srv/project/a' }, around));
  const [a, b] = [layOut({ folder: 'a' }, around), layOut({ folder: 'b' }, around)];
  expect(a.bridge).not.toBe(b.bridge);
  expect(a.network).not.toBe(b.network);
});

test('what is taken is passed over, and running out is an error', () => {
  const first = candidateAddresses(labId('/srv/project/a'), 0).network;
  const lab = layOut({ folder: 'a' }, { ...around, isFree: ({ network }) => network !== first });
  expect(lab.network).toBe(candidateAddresses(labId('/srv/project/a'), 1).network);
  expect(problemsOf({}, { ...around, isFree: () => false })).toEqual([
    'no free network or port range was found for the lab',
  ]);
});

test('every option that does not fit is named at once', () => {
  expect(problemsOf({ folder: 'a,b', hosts: 0, driver: 'nspawn' }, { ...around, isRoot: false })).toEqual([
    'a lab has 1 to 50 hosts with the driver nspawn, not 0',
    "the lab's folder /srv/project/a,b has a character that overlay mounts or ssh options would take apart",
    'the driver nspawn needs Linux and root',
  ]);
  expect(problemsOf({ driver: 'loopback', busybox: true, withPython: false, user: 'ops', hosts: 1.5 })).toEqual([
    'a lab has 1 to 16 hosts with the driver loopback, not 1.5',
    'the driver loopback has no busybox: its hosts are this machine',
    'the driver loopback has no user: its hosts are this machine',
  ]);
});
