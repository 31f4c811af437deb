import { describe, expect, it } from 'vitest';
import { clusterValue, lackHint, lackOf, neededValue } from '../../../src/restart/cluster-variables.ts';
import type { ClusterName } from '../../../src/restart/members.ts';
import { gateOf } from '../../../src/restart-gates.ts';
import { controlContext } from '../cluster/loopback.ts';
import { layer, world } from '../config/variables/fixture.ts';

function scopes(text: string, ids: Readonly<Record<string, string>> = {}) {
  const hosts = ['s1', 's2', 's3'].map((host) => [
    host,
    [layer('group', text), ...(ids[host] === undefined ? [] : [layer(host, ids[host])])],
  ]);
  return world({ hosts: Object.fromEntries(hosts) }).scope;
}

const lackIn = (cluster: ClusterName, text: string, ids?: Readonly<Record<string, string>>) =>
  lackOf(cluster, ['s1', 's2', 's3'], scopes(text, ids));
const hasGate = (cluster: ClusterName, text: string) =>
  gateOf(cluster, 's1', scopes(text), controlContext()) !== undefined;

const brokers = { s1: 'broker_id: 11', s2: 'broker_id: "12"', s3: 'broker_id: 13' };
const known = 'kafka_bootstrap: ["s1:9092"]\nkafka_broker_ids: [11, 12, 13]\n';

describe("a cluster's variables", () => {
  it.each([
    ['zookeeper', 'zookeeper_servers: [s1, s2, s3]'],
    ['zookeeper', 'zookeeper_servers: s1'],
    ['zookeeper', 'zookeeper_servers: [{host: s1, id: 1, ip: 10.0.0.1}]'],
    ['kafka', 'kafka_bootstrap: ["s1:9092"]\nkafka_broker_ids: [s1, s2]'],
    ['kafka', 'kafka_bootstrap: ["s1:9092"]\nkafka_broker_ids: "{{ [nobody] }}"'],
    ['kafka', 'kafka_bootstrap: s1\nkafka_broker_ids: [1, 2]'],
    ['kafka', 'kafka_bootstrap: {s1: 9092}\nkafka_broker_ids: [1, 2]'],
    ['kafka', 'kafka_bootstrap: ["s1:9092"]'],
  ] as const)('mean something else to a role of %s, and then give no gate: %s', (cluster, text) => {
    expect(hasGate(cluster, text)).toBe(false);
  });

  it('are read under a name of their own where a role means something else by the plain one', () => {
    const own = 'zookeeper_servers: [s1]\nbrokkr_zookeeper_servers: ["1@s1", "2@s2:2182"]';
    expect(hasGate('zookeeper', own)).toBe(true);
    expect(clusterValue(scopes(own)('s1'), 'zookeeper_servers')).toEqual([
      { id: 1, host: 's1', port: 2181 },
      { id: 2, host: 's2', port: 2182 },
    ]);
  });

  it('that are not set are named, with lines that can be pasted', () => {
    const lack = lackIn('kafka', '{}', { s2: 'broker_id: 12' });
    expect(lack.reasons).toEqual([
      'kafka_bootstrap is not set',
      'kafka_broker_ids is not set',
      'broker_id is not set on s1, s3',
    ]);
    expect(lackHint(lack).split('\n').slice(1)).toEqual([
      '  for the group, for example:',
      '    kafka_bootstrap: ["s1:9092", "s2:9092", "s3:9092"]',
      '    kafka_broker_ids: [1, 12, 3]',
      '  for each host, for example:',
      '    broker_id: 1  # s1',
      '    broker_id: 3  # s3',
    ]);
    expect(lackIn('kafka', known, brokers).reasons).toEqual([]);
  });

  it('of another shape count as not set, and are told with the shape that is wanted', () => {
    const ids = { s1: 'zookeeper_id: 1', s2: 'zookeeper_id: 2', s3: 'zookeeper_id: 3' };
    const lack = lackIn('zookeeper', 'zookeeper_servers: [s1, s2, s3]', ids);
    expect(lack.reasons).toEqual(['zookeeper_servers is not a list of id@host:port, and counts as not set']);
    expect(lack.groupLines).toEqual(['brokkr_zookeeper_servers: ["1@s1:2181", "2@s2:2181", "3@s3:2181"]']);
    const slow = `${known}kafka_start_timeout: a while`;
    expect(hasGate('kafka', slow)).toBe(true);
    expect(lackIn('kafka', slow, brokers).reasons).toEqual([
      'kafka_start_timeout is not a number of seconds, and counts as not set',
    ]);
    expect(() => neededValue(scopes('kafka_bootstrap: s1')('s1'), 'kafka_bootstrap')).toThrow(
      'the variable kafka_bootstrap of s1 is not a list of host:port',
    );
  });
});
