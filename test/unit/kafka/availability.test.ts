import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  availabilityWithout,
  type ClusterView,
  leadership,
  obstaclesText,
  type StopRequest,
} from '../../../src/kafka/availability.ts';
import type { Partition } from '../../../src/kafka/metadata.ts';
import { partition } from './partitions.ts';

const broker = (id: number) => ({ id, host: `s${id}`, port: 9092, rack: null });

function view(
  topics: Record<string, { readonly minIsr?: number; readonly partitions: readonly Partition[] }>,
  rest: { readonly registered?: readonly number[]; readonly reassignments?: readonly string[] } = {},
): ClusterView {
  return {
    metadata: {
      clusterId: 'c',
      controllerId: 1,
      brokers: (rest.registered ?? [1, 2, 3]).map(broker),
      topics: Object.entries(topics).map(([name, { partitions }]) => ({
        name,
        internal: false,
        errorCode: 0,
        partitions,
      })),
    },
    minInsyncReplicas: new Map(
      Object.entries(topics).flatMap(([name, { minIsr }]) => (minIsr === undefined ? [] : [[name, minIsr] as const])),
    ),
    reassignments: rest.reassignments ?? [],
  };
}

const request: StopRequest = { expected: [1, 2, 3], accepted: new Set(), restarted: [] };
const kinds = (id: number, found: ClusterView, asked: StopRequest = request) =>
  availabilityWithout(id, found, asked).obstacles.map(({ kind }) => kind);

describe('what stopping a broker would do', () => {
  it('lets a broker of a whole cluster be stopped', () => {
    const whole = view({ logs: { minIsr: 2, partitions: [partition(0, [1, 2, 3]), partition(1, [2, 3, 1])] } });
    for (const id of [1, 2, 3])
      expect(availabilityWithout(id, whole, request)).toEqual({ obstacles: [], notes: [], catchingUp: 0 });
  });

  it('lets several be stopped together only while each partition can do without all of them', () => {
    const spread = view({ logs: { minIsr: 1, partitions: [partition(0, [1, 2, 3])] } });
    expect(availabilityWithout([1, 2], spread, request).obstacles).toEqual([]);
    expect(availabilityWithout([1, 2, 3], spread, request).obstacles).toMatchObject([{ kind: 'no-other-leader' }]);
    const strict = view({ logs: { minIsr: 2, partitions: [partition(0, [1, 2, 3])] } });
    expect(availabilityWithout([1, 2], strict, request).obstacles).toMatchObject([{ kind: 'under-min-isr' }]);
    const tight = view({ logs: { minIsr: 3, partitions: [partition(0, [1, 2, 3])] } });
    expect(availabilityWithout([1], tight, request).obstacles).toEqual([]);
    expect(availabilityWithout([1, 2], tight, request).obstacles).toMatchObject([{ kind: 'under-min-isr' }]);
  });

  it('names topic, partition, what is in step and the setting where too few would be left', () => {
    const lagging = view({ logs: { minIsr: 2, partitions: [partition(4, [1, 2, 3], { isr: [1, 2] })] } });
    const { obstacles } = availabilityWithout(2, lagging, request);
    expect(obstacles).toEqual([
      {
        kind: 'under-min-isr',
        topic: 'logs',
        partition: 4,
        message: 'logs-4 would have 1 in step, and min.insync.replicas is 2: in step are 1, 2 of 1, 2, 3',
      },
    ]);
    // The one that lags may be stopped: nothing depends on it.
    expect(kinds(3, lagging)).toEqual([]);
  });

  it('only tells of a partition that wants all its replicas, since it could never be restarted', () => {
    const tight = view({ logs: { minIsr: 3, partitions: [partition(0, [1, 2, 3])] } });
    const { obstacles, notes } = availabilityWithout(1, tight, request);
    expect(obstacles).toEqual([]);
    expect(notes).toEqual([
      'no message with acks=all is taken while broker 1 is away, since all replicas are wanted: logs-0 (min.insync.replicas 3)',
    ]);
  });

  it('wants a single replica to be accepted by the name of its topic', () => {
    const one = view({ one: { minIsr: 1, partitions: [partition(0, [2])] } });
    expect(kinds(1, one)).toEqual([]);
    expect(availabilityWithout(2, one, request).obstacles).toMatchObject([{ kind: 'single-replica', topic: 'one' }]);
    const accepted = availabilityWithout(2, one, { ...request, accepted: new Set(['one']) });
    expect(accepted).toMatchObject({ obstacles: [], notes: ['gone while broker 2 is: one-0'] });
  });

  it('never lets the last replica in step of several go, accepted or not', () => {
    const last = view({ two: { minIsr: 1, partitions: [partition(0, [1, 2], { isr: [1] })] } });
    expect(kinds(1, last, { ...request, accepted: new Set(['two']) })).toEqual(['no-other-leader']);
    expect(kinds(2, last)).toEqual([]);
  });

  it('does not count a replica whose broker is gone, though it is still listed as in step', () => {
    const stale = view({ logs: { minIsr: 1, partitions: [partition(0, [1, 2])] } }, { registered: [1, 3] });
    expect(kinds(1, stale)).toEqual(['broker-missing', 'no-other-leader']);
  });

  it('is stopped by a partition without a leader anywhere, a missing or strange broker, a reassignment', () => {
    const offline = view({ logs: { minIsr: 1, partitions: [partition(0, [3], { leader: -1, errorCode: 5 })] } });
    expect(kinds(1, offline)).toEqual(['partition-offline']);
    expect(kinds(1, view({}, { registered: [1, 2] }))).toEqual(['broker-missing']);
    expect(kinds(1, view({}, { registered: [1, 2, 3, 4] }))).toEqual(['broker-unexpected']);
    expect(kinds(1, view({}, { reassignments: ['logs-0'] }))).toEqual(['reassignment']);
    const unknown = view({ logs: { partitions: [partition(0, [1, 2])] } });
    expect(kinds(1, unknown)).toEqual(['min-isr-unknown']);
  });

  it('lets a broker that is down come back, with the partitions that only it has', () => {
    const gone = view(
      { one: { minIsr: 1, partitions: [partition(0, [3], { leader: -1, isr: [3], errorCode: 5 })] } },
      { registered: [1, 2] },
    );
    expect(kinds(3, gone)).toEqual([]);
    expect(kinds(1, gone)).toEqual(['broker-missing', 'partition-offline']);
  });

  it('waits until whoever was restarted before has caught up, and counts with how many partitions', () => {
    const returning = view({
      logs: { minIsr: 1, partitions: [partition(0, [1, 2, 3], { isr: [1, 3] }), partition(1, [2, 3], { isr: [3] })] },
    });
    const found = availabilityWithout(1, returning, { ...request, restarted: [2] });
    expect(found.catchingUp).toBe(2);
    expect(obstaclesText(found.obstacles)).toBe('2 partitions have still to catch up on broker 2');
  });

  it('shows a few of many obstacles of a kind', () => {
    const many = Array.from({ length: 10 }, (_, index) => partition(index, [1]));
    const text = obstaclesText(
      availabilityWithout(1, view({ one: { minIsr: 1, partitions: many } }), request).obstacles,
    );
    expect(text).toContain('one-2 has its only replica there');
    expect(text).not.toContain('one-3');
    expect(text).toMatch(/and 7 more$/);
  });
});

describe('the rule held against what it is for', () => {
  const ids = [1, 2, 3, 4];
  const partitions = fc
    .record({
      replicas: fc.shuffledSubarray(ids, { minLength: 1 }),
      isrSize: fc.integer({ min: 1, max: 4 }),
      minIsr: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ replicas, isrSize, minIsr }) => {
      const isr = replicas.slice(0, isrSize);
      return { minIsr, partition: partition(0, replicas, { isr, leader: isr[0] ?? -1 }) };
    });

  it('a broker that may be stopped leaves every partition with a leader, and with as many in step as it wants', () => {
    fc.assert(
      fc.property(fc.array(partitions, { maxLength: 6 }), fc.constantFrom(...ids), (drawn, stopped) => {
        const topics = Object.fromEntries(
          drawn.map(({ minIsr, partition: only }, index) => [`t${index}`, { minIsr, partitions: [only] }]),
        );
        const found = view(topics, { registered: ids });
        const free = kinds(stopped, found, { ...request, expected: ids }).length === 0;
        const harmless = drawn.every(({ minIsr, partition: { replicas, isr } }) => {
          if (!replicas.includes(stopped)) return true;
          const left = isr.filter((id) => id !== stopped);
          return left.length > 0 && (left.length >= minIsr || replicas.length <= minIsr);
        });
        expect(free).toBe(harmless);
      }),
      { numRuns: 2000 },
    );
  });

  it('whatever is missing more is never less of an obstacle', () => {
    fc.assert(
      fc.property(partitions, fc.constantFrom(...ids), fc.constantFrom(...ids), (drawn, stopped, gone) => {
        fc.pre(stopped !== gone);
        const topics = { t: { minIsr: drawn.minIsr, partitions: [drawn.partition] } };
        const asked = { ...request, expected: ids };
        const all = kinds(stopped, view(topics, { registered: ids }), asked);
        const fewer = kinds(stopped, view(topics, { registered: ids.filter((id) => id !== gone) }), asked);
        expect(fewer).toContain('broker-missing');
        if (all.length > 0) expect(fewer.length).toBeGreaterThan(all.length - 1);
      }),
    );
  });
});

describe('who leads', () => {
  it('counts the partitions that each broker leads, and those that their first replica could lead', () => {
    const { metadata } = view({
      logs: {
        partitions: [
          partition(0, [1, 2]),
          partition(1, [2, 3], { leader: 3 }),
          partition(2, [2, 3], { leader: 3, isr: [3] }),
        ],
      },
    });
    const found = leadership(metadata);
    expect([...found.leaders]).toEqual([
      [1, 1],
      [2, 0],
      [3, 2],
    ]);
    expect(found.misplaced).toEqual([{ topic: 'logs', partitions: [1] }]);
  });
});
