import { describe, expect, it } from 'vitest';
import { availabilityWithout, type ClusterView, leadership } from '../../../src/kafka/availability.ts';

const [brokers, topics, partitions] = [300, 2000, 100];

/** Partition p of topic t on three brokers in a row; of topic 7 the second replica is never in step. */
function largeCluster(): ClusterView {
  const names = Array.from({ length: topics }, (_, topic) => `topic-${topic}`);
  return {
    metadata: {
      clusterId: 'large',
      controllerId: 1,
      brokers: Array.from({ length: brokers }, (_, index) => ({
        id: index + 1,
        host: `s${index + 1}`,
        port: 9092,
        rack: null,
      })),
      topics: names.map((name, topic) => ({
        name,
        internal: false,
        errorCode: 0,
        partitions: Array.from({ length: partitions }, (_, partition) => {
          const first = topic * partitions + partition;
          const replicas = [0, 1, 2].map((more) => ((first + more) % brokers) + 1);
          const isr = topic === 7 ? replicas.filter((_, index) => index !== 1) : replicas;
          return { partition, leader: replicas[0] ?? -1, replicas, isr, offlineReplicas: [], errorCode: 0 };
        }),
      })),
    },
    minInsyncReplicas: new Map(names.map((name) => [name, 2])),
    reassignments: [],
  };
}

describe('300 brokers with 200,000 partitions', () => {
  it('are judged in one go through the partitions, and each obstacle is found', () => {
    const view = largeCluster();
    const expected = view.metadata.brokers.map(({ id }) => id);
    // Topic 7 begins at partition 700: brokers 101 to 200 lead, and broker 150 is the last replica of partition 47.
    const { obstacles, catchingUp } = availabilityWithout(150, view, {
      expected,
      accepted: new Set(),
      restarted: [150],
    });
    expect(obstacles.map(({ kind, topic, partition }) => `${kind} ${topic ?? ''} ${partition ?? ''}`)).toEqual([
      'under-min-isr topic-7 47',
      'under-min-isr topic-7 49',
      'still-catching-up  ',
    ]);
    expect(catchingUp).toBe(1);
    const { leaders, misplaced } = leadership(view.metadata);
    expect([leaders.size, [...leaders.values()].reduce((sum, each) => sum + each, 0), misplaced.length]).toEqual([
      brokers,
      topics * partitions,
      0,
    ]);
  });
});
