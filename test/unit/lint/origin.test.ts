import { expect, it } from 'vitest';
import { originIn } from '../../../src/commands/lint-origin.ts';
import { loadInventory } from '../../../src/config/inventory/load.ts';
import { useFolders } from '../commands/fake-io.ts';

const folderOf = useFolders();

const HOSTS = `
kafka:
  hosts: {h1: {kafka_log_retention_hours: 24}}
  vars:
    kafka_log_retention_hours: 168
    kafka_min_insync_replicas: "{{ 2 }}"
    kafka_auto_create_topics: true
    tick: 2000
    zookeeper_tick_time: 2000
    kafka_properties:
      num.partitions: 3
`;

it.each([
  ['log.retention.hours', '24', 3],
  ['log.retention.hours', '168', 5],
  ['log.retention.hours', '7', undefined],
  ['auto.create.topics.enable', 'true', 7],
  ['min.insync.replicas', '2', undefined],
  ['tickTime', '2000', 9],
  ['num.partitions', 'whatever the template made of it', 11],
  ['broker.id', '1', undefined],
] as const)('finds where %s=%s comes from', async (key, value, line) => {
  const folder = folderOf({ 'hosts.yml': HOSTS });
  const inventory = await loadInventory([`${folder}/hosts.yml`], { playbookDir: folder, decryptVault: () => '' });
  expect(originIn(inventory.layersOf('h1'), key, value)?.line).toBe(line);
});
