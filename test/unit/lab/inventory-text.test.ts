import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { inventoryMark, inventoryText } from '../../../src/lab/inventory-text.ts';
import type { LabOptions } from '../../../src/lab/lab.ts';
import { layOut } from '../../../src/lab/layout.ts';

function inventoryOf(options: LabOptions, isRoot = true) {
  const lab = layOut(options, {
    workingDirectory: '/w',
    platform: 'linux',
    isRoot,
    userName: 'ada',
    isFree: () => true,
  });
  const text = inventoryText(lab);
  return { lab, text, all: parse(text).all };
}

test('the hosts of a cluster are in all three groups, with ids from 1 and small heaps', () => {
  const { lab, text, all } = inventoryOf({});
  expect(text.split('\n')[0]).toBe(inventoryMark(lab));
  expect(Object.keys(all.children)).toEqual(['hadoop_cluster', 'zookeeper', 'kafka']);
  expect(all.children.hadoop_cluster.hosts.s2).toEqual({
    ansible_host: `${lab.network}.12`,
    ansible_port: 22,
    ansible_user: 'root',
    ansible_ssh_private_key_file: '/w/.brokkr/lab/id_ed25519',
    ansible_ssh_common_args: '-o UserKnownHostsFile=/w/.brokkr/lab/known_hosts',
    zookeeper_id: 2,
    broker_id: 2,
    zookeeper_heap: '128m',
    zookeeper_jvm_options: ['-XX:TieredStopAtLevel=1'],
    kafka_heap: '256m',
    kafka_jvm_options: ['-XX:TieredStopAtLevel=1'],
    restart_canary: true,
  });
  expect(all.children.zookeeper).toEqual({ hosts: { s1: {}, s2: {}, s3: {} } });
  expect(all.children.kafka).toEqual({ hosts: { s1: {}, s2: {}, s3: {} } });
});

test("no variable is a group's, whose group_vars/ would win over it", () => {
  expect(inventoryOf({ busybox: true }).text).not.toContain('vars:');
});

test('no anchors: readers that do not follow them read the same', () => {
  expect(inventoryOf({}).text).not.toMatch(/[&*]/);
});

test('hosts for tests are in groups of their own, never in a cluster', () => {
  const { all } = inventoryOf({ busybox: true, withoutSystemd: true, user: 'ops', withPython: true });
  expect(Object.keys(all.children.with_busybox.hosts)).toEqual(['busybox']);
  expect(all.children.without_systemd.hosts.bare).toMatchObject({ ansible_user: 'ops' });
  expect(Object.keys(all.children.hadoop_cluster.hosts)).toEqual(['s1', 's2', 's3']);
  expect(all.children.hadoop_cluster.hosts.s1.ansible_python_interpreter).toBe('/usr/bin/python3');
});

test('hosts that share 127.0.0.1 have ports and folders of their own and do not become', () => {
  const { lab, all } = inventoryOf({}, false);
  const hosts = Object.values<Record<string, unknown>>(all.children.hadoop_cluster.hosts);
  for (const [index, host] of hosts.entries()) {
    const folder = lab.hosts[index]?.folder;
    expect(host).toMatchObject({ ansible_host: '127.0.0.1', ansible_user: 'ada', ansible_become: false });
    expect(host).toMatchObject({ service_manager: 'daemon', zookeeper_data_dir: `${folder}/data/zookeeper` });
  }
  const ports = hosts.flatMap((host) =>
    Object.entries(host).flatMap(([key, value]) => (key.endsWith('_port') ? [value] : [])),
  );
  expect(new Set(ports).size).toBe(3 * 6);
});
