import { describe, expect, it } from 'vitest';
import { planTopic, type WantedTopic } from '../../../src/kafka/topic-plan.ts';
import type { TopicState } from '../../../src/kafka/topic-state.ts';

const wanted = (rest: Partial<WantedTopic> = {}): WantedTopic => ({
  name: 'logs',
  state: 'present',
  config: {},
  ...rest,
});
const setting = (name: string, value: string, overridden = false) => ({ name, value, overridden });
const present: TopicState = {
  brokers: [1, 2, 3],
  topic: {
    internal: false,
    partitions: 3,
    replicationFactors: [2],
    config: [setting('retention.ms', '1000', true), setting('cleanup.policy', 'delete')],
  },
};
const absent: TopicState = { brokers: [1, 2, 3], topic: null };

describe('what a topic needs', () => {
  it('is nothing when it is as it shall be, or when nothing is said', () => {
    const same = wanted({ partitions: 3, replication_factor: 2, config: { 'retention.ms': '1000' } });
    expect(planTopic(same, present).verdict).toBe('unchanged');
    expect(planTopic(wanted(), present).verdict).toBe('unchanged');
    expect(planTopic(wanted({ state: 'absent' }), absent).verdict).toBe('unchanged');
    expect(planTopic(wanted({ config: { 'cleanup.policy': null } }), present).verdict).toBe('unchanged');
  });

  it('is to be made', () => {
    const made = wanted({ partitions: 3, replication_factor: 2, config: { 'retention.ms': '5' } });
    expect(planTopic(made, absent)).toEqual({
      verdict: 'change',
      steps: [{ step: 'create', partitions: 3, replicationFactor: 2 }],
      before: { state: 'absent' },
      after: { state: 'present', partitions: '3', replication_factor: '2', 'retention.ms': '5' },
    });
  });

  it('is more partitions, and only the settings that differ', () => {
    const config = { 'retention.ms': '2000', 'cleanup.policy': 'delete' };
    expect(planTopic(wanted({ partitions: 5, config }), present)).toEqual({
      verdict: 'change',
      steps: [
        { step: 'add-partitions', count: 5 },
        {
          step: 'configure',
          values: new Map([
            ['retention.ms', '2000'],
            ['cleanup.policy', 'delete'],
          ]),
        },
      ],
      before: { partitions: '3', 'retention.ms': '1000', 'cleanup.policy': 'delete (not set for this topic)' },
      after: { partitions: '5', 'retention.ms': '2000', 'cleanup.policy': 'delete' },
    });
  });

  it('is to lose a setting, or all of itself', () => {
    expect(planTopic(wanted({ config: { 'retention.ms': null } }), present)).toMatchObject({
      steps: [{ step: 'configure', values: new Map([['retention.ms', null]]) }],
    });
    expect(planTopic(wanted({ state: 'absent' }), present)).toMatchObject({ steps: [{ step: 'delete' }] });
  });

  const refused: readonly [string, WantedTopic, TopicState, RegExp, RegExp][] = [
    ['fewer partitions', wanted({ partitions: 2 }), present, /has 3 partitions.*2 are wanted/, /partitions: 3/],
    ['other replicas', wanted({ replication_factor: 3 }), present, /has 2 replicas a partition, not 3/, /reassign/],
    [
      'more replicas than brokers',
      wanted({ partitions: 1, replication_factor: 4 }),
      absent,
      /wants 4 replicas, but 3/,
      /1, 2, 3/,
    ],
    ['no numbers to make it', wanted({ partitions: 1 }), absent, /is not there/, /replication_factor/],
    [
      'a setting that is none',
      wanted({ config: { 'retention.mss': '1' } }),
      present,
      /not a setting/,
      /retention\.ms\?/,
    ],
    [
      "one of Kafka's own",
      wanted({ state: 'absent' }),
      { ...present, topic: present.topic && { ...present.topic, internal: true } },
      /own topics/,
      /kafka-topics/,
    ],
  ];

  it.each(refused)('is refused: %s', (_, topic, state, message, hint) => {
    expect(planTopic(topic, state)).toEqual({
      verdict: 'failed',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});
