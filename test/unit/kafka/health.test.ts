import { describe, expect, it } from 'vitest';
import { clusterHealth, some } from '../../../src/kafka/health.ts';
import type { ClusterMetadata, Partition } from '../../../src/kafka/metadata.ts';
import { partition } from './partitions.ts';

const brokers = [1, 2, 3].map((id) => ({ id, host: '127.0.0.1', port: 29090 + id, rack: null }));
const topic = (name: string, ...partitions: Partition[]) => ({ name, internal: false, errorCode: 0, partitions });

/** Three brokers 2.8.1 as they answered. */
const whole: ClusterMetadata = {
  clusterId: '2Mc_BQckRy-EteeeN3J8Hw',
  controllerId: 2,
  brokers,
  topics: [
    topic('logs', partition(0, [2, 3]), partition(1, [3, 1], { leader: 1, isr: [1, 3] }), partition(2, [1, 2])),
    topic('one', partition(0, [3]), partition(1, [1]), partition(2, [2])),
  ],
};

/** The same after broker 3 was stopped; `one` has a single replica, so its partition 0 has no leader. */
const withoutThree: ClusterMetadata = {
  ...whole,
  brokers: brokers.slice(0, 2),
  topics: [
    topic(
      'logs',
      partition(0, [2, 3], { isr: [2], offlineReplicas: [3] }),
      partition(1, [3, 1], { leader: 1, isr: [1], offlineReplicas: [3] }),
      partition(2, [1, 2]),
    ),
    topic(
      'one',
      partition(0, [3], { errorCode: 5, leader: -1, offlineReplicas: [3] }),
      partition(1, [1]),
      partition(2, [2]),
    ),
  ],
};

describe('the health of a cluster', () => {
  it('is whole when all brokers are registered and all replicas in sync, in whatever order', () => {
    expect(clusterHealth(whole, { brokers: [3, 2, 1] })).toMatchObject({
      healthy: true,
      reasons: [],
      registered: [1, 2, 3],
      controller: 2,
      partitions: 6,
    });
  });

  it('names what a stopped broker takes with it', () => {
    expect(clusterHealth(withoutThree, { brokers: [1, 2, 3] })).toMatchObject({
      healthy: false,
      missing: [3],
      offline: ['one-0'],
      underReplicated: ['logs-0', 'logs-1'],
      reasons: [
        'broker 3 is not registered',
        '1 partition offline: one-0',
        '2 partitions under-replicated: logs-0, logs-1',
      ],
    });
  });

  it('does not take a stranger for one of its own', () => {
    expect(clusterHealth(whole, { brokers: [1, 2] }).reasons).toEqual(['broker 3 is registered, but not expected']);
    expect(clusterHealth(whole, { brokers: [1, 2, 3, 4, 5] }).reasons).toEqual(['brokers 4, 5 are not registered']);
  });

  it('needs a controller', () => {
    expect(clusterHealth({ ...whole, controllerId: -1 }, { brokers: [1, 2, 3] })).toMatchObject({
      controller: undefined,
      reasons: ['there is no controller'],
    });
  });

  it('counts the least in-sync replicas only where there are that many replicas', () => {
    const health = clusterHealth(withoutThree, { brokers: [1, 2], minIsr: 2 });
    expect(health.underMinIsr).toEqual(['logs-0', 'logs-1']);
    expect(clusterHealth(whole, { brokers: [1, 2, 3], minIsr: 2 }).healthy).toBe(true);
  });

  it('takes a topic that may not be seen for a failure', () => {
    const hidden = { ...topic('secret'), errorCode: 29 };
    expect(clusterHealth({ ...whole, topics: [hidden] }, { brokers: [1, 2, 3] }).reasons).toEqual([
      'the topic secret has the error 29',
    ]);
  });

  it('names a few of many partitions', () => {
    expect(some(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c, d, e');
    expect(some(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a, b, c, d, e and 2 more');
  });
});
