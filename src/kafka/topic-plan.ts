import { nearestName } from '../errors.ts';
import type { TopicConfig } from './topic-requests.ts';
import type { TopicState } from './topic-state.ts';

/** A topic as the user wants it; what is left out may be anything. */
export interface WantedTopic {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly partitions?: number | undefined;
  readonly replication_factor?: number | undefined;
  /** Settings of this topic; `null` takes one away. Others that it has stay. */
  readonly config: Readonly<Record<string, string | null>>;
}

export type TopicStep =
  | { readonly step: 'create'; readonly partitions: number; readonly replicationFactor: number }
  | { readonly step: 'delete' }
  | { readonly step: 'add-partitions'; readonly count: number }
  | { readonly step: 'configure'; readonly values: ReadonlyMap<string, string | null> };

export type TopicPlan =
  | { readonly verdict: 'unchanged' }
  | {
      readonly verdict: 'change';
      readonly steps: readonly TopicStep[];
      readonly before: Readonly<Record<string, string>>;
      readonly after: Readonly<Record<string, string>>;
    }
  | { readonly verdict: 'failed'; readonly message: string; readonly hint: string };

/** What is to be done so that the topic becomes what is wanted, or why that cannot be done safely. */
export function planTopic(wanted: WantedTopic, { brokers, topic }: TopicState): TopicPlan {
  if (wanted.state === 'absent') return topic === null ? { verdict: 'unchanged' } : planRemoval(wanted, topic);
  if (topic === null) return planCreation(wanted, brokers);
  const problem = impossible(wanted, topic);
  if (problem !== undefined) return { verdict: 'failed', ...problem };
  const steps: TopicStep[] = [];
  const before: Record<string, string> = {};
  const after: Record<string, string> = {};
  if (wanted.partitions !== undefined && wanted.partitions > topic.partitions) {
    steps.push({ step: 'add-partitions', count: wanted.partitions });
    before.partitions = String(topic.partitions);
    after.partitions = String(wanted.partitions);
  }
  const values = changedSettings(wanted, topic.config);
  for (const [name, value] of values) {
    const now = topic.config.find((setting) => setting.name === name);
    before[name] = now === undefined ? 'unset' : inWords(now);
    after[name] = value ?? 'the default of the brokers';
  }
  if (values.size > 0) steps.push({ step: 'configure', values });
  return steps.length === 0 ? { verdict: 'unchanged' } : { verdict: 'change', steps, before, after };
}

type Topic = NonNullable<TopicState['topic']>;

function planRemoval(wanted: WantedTopic, topic: Topic): TopicPlan {
  if (topic.internal) {
    return {
      verdict: 'failed',
      message: `${wanted.name} is one of Kafka's own topics`,
      hint: 'groups or transactions would lose their state; remove it with kafka-topics.sh if that is meant',
    };
  }
  const before = { state: 'present', partitions: String(topic.partitions) };
  return { verdict: 'change', steps: [{ step: 'delete' }], before, after: { state: 'absent' } };
}

function planCreation(wanted: WantedTopic, brokers: readonly number[]): TopicPlan {
  const { partitions, replication_factor: replicationFactor } = wanted;
  if (partitions === undefined || replicationFactor === undefined) {
    return {
      verdict: 'failed',
      message: `the topic ${wanted.name} is not there, and it is not said how it shall be made`,
      hint: 'give partitions and replication_factor',
    };
  }
  if (replicationFactor > brokers.length) {
    return {
      verdict: 'failed',
      message: `the topic ${wanted.name} wants ${replicationFactor} replicas, but ${brokers.length} brokers are registered`,
      hint: `registered are: ${brokers.join(', ')}; start the others, or lower replication_factor`,
    };
  }
  const settings = Object.entries(wanted.config).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
  return {
    verdict: 'change',
    steps: [{ step: 'create', partitions, replicationFactor }],
    before: { state: 'absent' },
    after: {
      state: 'present',
      partitions: String(partitions),
      replication_factor: String(replicationFactor),
      ...Object.fromEntries(settings),
    },
  };
}

function impossible(wanted: WantedTopic, topic: Topic): { message: string; hint: string } | undefined {
  const { name, partitions, replication_factor: factor } = wanted;
  if (partitions !== undefined && partitions < topic.partitions) {
    return {
      message: `the topic ${name} has ${topic.partitions} partitions, and Kafka cannot take partitions away: ${partitions} are wanted`,
      hint: `say partitions: ${topic.partitions}, or make a new topic and copy the messages`,
    };
  }
  if (factor !== undefined && topic.replicationFactors.join() !== String(factor)) {
    return {
      message: `the topic ${name} has ${topic.replicationFactors.join(' to ')} replicas a partition, not ${factor}`,
      hint: 'replicas are moved, not set: change them with kafka-reassign-partitions.sh',
    };
  }
  const unknown = Object.keys(wanted.config).find((key) => !topic.config.some((setting) => setting.name === key));
  if (unknown === undefined) return undefined;
  const near = nearestName(
    unknown,
    topic.config.map((setting) => setting.name),
  );
  return {
    message: `${unknown} is not a setting that a topic of this cluster can have`,
    hint: near === undefined ? 'kafka-configs.sh --describe --all lists them' : `did you mean ${near}?`,
  };
}

function changedSettings(wanted: WantedTopic, config: readonly TopicConfig[]): ReadonlyMap<string, string | null> {
  return new Map(
    Object.entries(wanted.config).filter(([name, value]) => {
      const now = config.find((setting) => setting.name === name);
      return value === null ? now?.overridden === true : now?.overridden !== true || now.value !== value;
    }),
  );
}

function inWords({ value, overridden }: TopicConfig): string {
  return overridden ? (value ?? 'a secret') : `${value ?? 'unset'} (not set for this topic)`;
}
