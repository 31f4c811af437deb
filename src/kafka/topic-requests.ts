import { z } from 'zod';
import type { BrokerConnection } from './broker-connection.ts';
import { describeConfigs, topicResource } from './describe-configs.ts';
import { KafkaRefusal } from './errors.ts';
import { api } from './protocol.ts';

export interface NewTopic {
  readonly topic: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  /** Instead of the two numbers, which are then −1: broker ids for each partition, the first is the preferred leader. */
  readonly replicaAssignment: readonly { readonly partition: number; readonly replicas: readonly number[] }[];
  readonly configEntries: readonly { readonly name: string; readonly value: string }[];
}

interface Bounded {
  /** Milliseconds that the controller may take. */
  readonly timeout: number;
}

const topicErrors = z.object({
  topicErrors: z.array(
    z.object({ topic: z.string(), errorCode: z.int(), errorMessage: z.string().nullable().optional() }),
  ),
});

const createTopicsApi = api<
  Bounded & { topics: readonly NewTopic[]; validateOnly: boolean },
  z.output<typeof topicErrors>
>('CreateTopics', { folder: 'createTopics', key: 19, version: 3 }, topicErrors);
const deleteTopicsApi = api<Bounded & { topics: readonly string[] }, z.output<typeof topicErrors>>(
  'DeleteTopics',
  { folder: 'deleteTopics', key: 20, version: 1 },
  topicErrors,
);
interface MorePartitions extends Bounded {
  readonly topicPartitions: readonly { readonly topic: string; readonly count: number }[];
  readonly validateOnly: boolean;
}
const createPartitionsApi = api<MorePartitions, z.output<typeof topicErrors>>(
  'CreatePartitions',
  { folder: 'createPartitions', key: 37, version: 1 },
  topicErrors,
);

const controllerTimeoutMs = 10_000;
/** Milliseconds until it is taken not to answer at all. */
const answerTimeoutMs = 15_000;

/** Must go to the controller. Returns before all brokers know the topic. */
export async function createTopic(controller: BrokerConnection, topic: NewTopic): Promise<void> {
  const request = { topics: [topic], validateOnly: false, timeout: controllerTimeoutMs };
  const answer = await controller.request(createTopicsApi, request, answerTimeoutMs);
  refuse(`the topic ${topic.topic} cannot be created`, answer);
}

const topicAlreadyExists = 36;

/**
 * Must go to the controller. Is a topic of this name still in its books? A removed topic is, for a moment after brokers
 * have stopped telling of it, and cannot be made anew. Nothing is created: the request is only validated.
 */
export async function isNameTaken(controller: BrokerConnection, topic: string): Promise<boolean> {
  const one = { topic, numPartitions: 1, replicationFactor: 1, replicaAssignment: [], configEntries: [] };
  const request = { topics: [one], validateOnly: true, timeout: controllerTimeoutMs };
  const answer = await controller.request(createTopicsApi, request, answerTimeoutMs);
  if (answer.topicErrors.some(({ errorCode }) => errorCode === topicAlreadyExists)) return true;
  refuse(`it cannot be told whether the topic ${topic} is gone`, answer);
  return false;
}

/** Must go to the controller. A topic that is not there is no error: it was to be removed. */
export async function deleteTopic(controller: BrokerConnection, topic: string): Promise<void> {
  const request = { topics: [topic], timeout: controllerTimeoutMs };
  const answer = await controller.request(deleteTopicsApi, request, answerTimeoutMs);
  const unknownTopic = 3;
  const errors = answer.topicErrors.filter(({ errorCode }) => errorCode !== unknownTopic);
  refuse(`the topic ${topic} cannot be removed`, { topicErrors: errors });
}

/** Must go to the controller. `count` is what there shall be in all. */
export async function createPartitions(controller: BrokerConnection, topic: string, count: number): Promise<void> {
  const request = { topicPartitions: [{ topic, count }], validateOnly: false, timeout: controllerTimeoutMs };
  const answer = await controller.request(createPartitionsApi, request, answerTimeoutMs);
  refuse(`the topic ${topic} cannot get ${count} partitions`, answer);
}

function refuse(what: string, answer: z.output<typeof topicErrors>): void {
  const error = answer.topicErrors.find(({ errorCode }) => errorCode !== 0);
  if (error !== undefined) throw new KafkaRefusal(what, error.errorCode, error.errorMessage);
}

export interface TopicConfig {
  readonly name: string;
  /** `null` for a secret. */
  readonly value: string | null;
  /** It was set for this topic; otherwise it comes from the brokers or is Kafka's default. */
  readonly overridden: boolean;
}

/** `DYNAMIC_TOPIC_CONFIG`. */
const ofTheTopic = 1;

/** Every setting that the topic can have, with its value in effect. */
export async function describeTopicConfig(broker: BrokerConnection, topic: string): Promise<readonly TopicConfig[]> {
  const resources = await describeConfigs(broker, [{ type: topicResource, name: topic, configNames: [] }]);
  return resources.flatMap(({ errorCode, errorMessage, configEntries }) => {
    if (errorCode !== 0) throw new KafkaRefusal(`the settings of ${topic} cannot be read`, errorCode, errorMessage);
    return configEntries.map(({ configName, configValue, configSource, isSensitive }) => ({
      name: configName,
      value: isSensitive ? null : configValue,
      overridden: configSource === ofTheTopic,
    }));
  });
}

/** `min.insync.replicas` in effect, by topic; a topic that is gone, or may not be seen, is left out. */
export async function describeMinInsyncReplicas(
  broker: BrokerConnection,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const configNames = ['min.insync.replicas'];
  const resources = await describeConfigs(
    broker,
    topics.map((name) => ({ type: topicResource, name, configNames })),
  );
  return new Map(
    resources.flatMap(({ errorCode, resourceName, configEntries }) => {
      const value = configEntries.find(({ configName }) => configName === 'min.insync.replicas')?.configValue;
      return errorCode === 0 && value != null ? [[resourceName, Number(value)] as const] : [];
    }),
  );
}
