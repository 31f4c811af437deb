import { BrokkrError } from '../errors.ts';
import { pollUntil } from '../poll.ts';
import type { BrokerConnection } from './broker-connection.ts';
import type { ClusterClient } from './cluster-client.ts';
import { KafkaRefusal, KafkaUnreachable } from './errors.ts';
import { alterTopicConfig } from './incremental-alter-configs.ts';
import type { TopicMetadata } from './metadata.ts';
import type { TopicStep, WantedTopic } from './topic-plan.ts';
import { createPartitions, createTopic, deleteTopic, isNameTaken } from './topic-requests.ts';

/** Does the steps in order; the topic is usable at every broker, or gone from every broker, when it returns. */
export async function changeTopic(
  client: ClusterClient,
  wanted: WantedTopic,
  steps: readonly TopicStep[],
  signal: AbortSignal,
): Promise<void> {
  const { name } = wanted;
  for (const step of steps) {
    switch (step.step) {
      case 'create': {
        const configEntries = Object.entries(wanted.config).flatMap(([key, value]) =>
          value === null ? [] : [{ name: key, value }],
        );
        const { partitions: numPartitions, replicationFactor } = step;
        const topic = { topic: name, numPartitions, replicationFactor, replicaAssignment: [], configEntries };
        await atController(client, signal, (controller) => createTopic(controller, topic));
        await waitForTopic(client, name, numPartitions, signal);
        break;
      }
      case 'delete':
        await removeTopic(client, name, signal);
        break;
      case 'add-partitions':
        await atController(client, signal, (controller) => createPartitions(controller, name, step.count));
        await waitForTopic(client, name, step.count, signal);
        break;
      case 'configure':
        await alterTopicConfig(await client.any(), { topic: name, values: step.values });
    }
  }
}

/** Removes a topic, and waits until no broker knows it and its name is free again. */
async function removeTopic(client: ClusterClient, name: string, signal: AbortSignal): Promise<void> {
  await atController(client, signal, (controller) => deleteTopic(controller, name));
  await waitForTopic(client, name, 0, signal);
  const free = await pollUntil(
    async () => {
      const taken = await atController(client, signal, (controller) => isNameTaken(controller, name));
      return taken ? { done: false, reason: 'the controller still has it' } : { done: true, value: undefined };
    },
    { timeoutMs: 15_000, intervalMs: 20, signal },
  );
  if (!free.done) throw new BrokkrError(`the topic ${name} is not wholly removed after 15 s: ${free.reason}`);
}

const notController = 41;

/** The controller may move while it is asked: it is looked up again then, for up to ten seconds. */
export async function atController<T>(
  client: ClusterClient,
  signal: AbortSignal,
  ask: (controller: BrokerConnection) => Promise<T>,
): Promise<T> {
  const outcome = await pollUntil<{ readonly value: T }>(
    async () => {
      try {
        return { done: true, value: { value: await ask(await client.controller()) } };
      } catch (error) {
        if (error instanceof KafkaUnreachable) {
          const why = 'a controller that has lost ZooKeeper, or its quorum, does not answer';
          throw new KafkaUnreachable(`the controller ${error.message}; ${why}`, { cause: error });
        }
        if (!(error instanceof KafkaRefusal && error.code === notController)) throw error;
        client.forget();
        return { done: false, reason: error.message };
      }
    },
    { timeoutMs: 10_000, intervalMs: 100, signal },
  );
  if (outcome.done) return outcome.value.value;
  throw new BrokkrError(outcome.reason, { hint: 'the controller keeps moving; look at the logs of the brokers' });
}

/**
 * Waits until every registered broker knows that many partitions, each with a leader and all replicas in sync; 0 waits
 * until no broker knows the topic. Gives the topic as the last broker knows it.
 * @param tell hears after each look what is still missing
 * @throws BrokkrError after 15 seconds
 */
export async function waitForTopic(
  client: ClusterClient,
  name: string,
  partitions: number,
  signal: AbortSignal,
  tell: (reason: string) => void = () => {},
): Promise<TopicMetadata | undefined> {
  const { brokers } = await client.metadata([name]);
  const outcome = await pollUntil<{ readonly topic: TopicMetadata | undefined }>(
    async () => {
      const views = await Promise.all(brokers.map(({ id }) => client.metadataOf(id, [name])));
      const topics = views.map((view) => view.topics.find((topic) => topic.name === name && topic.errorCode === 0));
      const reasons = topics.map((topic, index) => notReady(topic, partitions, brokers[index]?.id));
      const reason = reasons.find((found) => found !== undefined);
      if (reason === undefined) return { done: true, value: { topic: topics.at(-1) } };
      tell(reason);
      return { done: false, reason };
    },
    { timeoutMs: 15_000, intervalMs: 20, signal },
  );
  if (outcome.done) return outcome.value.topic;
  throw new BrokkrError(`the topic ${name} is not ready after 15 s: ${outcome.reason}`, {
    hint: 'kafka-topics.sh --describe tells its state, controller.log why',
  });
}

/** What a broker's view of a topic lacks. */
function notReady(
  topic: TopicMetadata | undefined,
  partitions: number,
  broker: number | undefined,
): string | undefined {
  const found = topic?.partitions ?? [];
  if (found.length !== partitions) return `broker ${broker} knows ${found.length} of ${partitions} partitions`;
  const lame = found.find(
    ({ leader, isr, replicas, errorCode }) => errorCode !== 0 || leader < 0 || isr.length !== replicas.length,
  );
  if (lame === undefined) return undefined;
  const name = `partition ${lame.partition}`;
  if (lame.leader < 0) return `${name} has no leader (replicas ${lame.replicas.join(', ')})`;
  return `${name} has ${lame.isr.length} of ${lame.replicas.length} replicas in sync (${lame.isr.join(', ')} of ${lame.replicas.join(', ')})`;
}
