import type { ClusterView } from './availability.ts';
import type { BrokerConnection } from './broker-connection.ts';
import type { ClusterClient } from './cluster-client.ts';
import { KafkaRefusal, KafkaUnreachable } from './errors.ts';
import { listReassignments } from './reassignments.ts';
import { describeMinInsyncReplicas } from './topic-requests.ts';

/** Asked for where the brokers and the controller are wanted and no topic is: without a name, all topics would come. */
const hardlyAnything = ['__consumer_offsets'];
/** Topics whose settings are asked for at once. */
const atOnce = 500;

/**
 * Looks at a cluster once: who is registered and answers, every partition as the controller knows it, what is being
 * moved, and how many replicas each topic wants in step. A broker that is registered but does not answer counts as one
 * that is not there: after a hard end its registration outlives it by the time-out of its session.
 * @param known settings that were read before; topics that are not among them are asked for
 * @throws KafkaUnreachable, KafkaRefusal: then nothing is known
 */
export async function readClusterView(
  client: ClusterClient,
  known: ReadonlyMap<string, number> = new Map(),
): Promise<ClusterView> {
  const { brokers, controllerId } = await client.metadata(hardlyAnything);
  if (controllerId < 0) {
    const metadata = await client.metadata();
    return { metadata, minInsyncReplicas: known, reassignments: [] };
  }
  const answering = await Promise.all(brokers.map(({ id }) => answers(client, id)));
  const controller = await client.broker(controllerId);
  const [metadata, reassignments] = await Promise.all([client.metadataOf(controllerId), listReassignments(controller)]);
  const silent = new Set(brokers.filter((_, index) => answering[index] === false).map(({ id }) => id));
  const topics = metadata.topics.map(({ name }) => name);
  return {
    metadata: { ...metadata, brokers: metadata.brokers.filter(({ id }) => !silent.has(id)) },
    minInsyncReplicas: await minInsyncReplicas(controller, topics, known),
    reassignments,
  };
}

async function answers(client: ClusterClient, id: number): Promise<boolean> {
  try {
    await client.metadataOf(id, hardlyAnything);
    return true;
  } catch (error) {
    if (error instanceof KafkaUnreachable || error instanceof KafkaRefusal) return false;
    throw error;
  }
}

async function minInsyncReplicas(
  broker: BrokerConnection,
  topics: readonly string[],
  known: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map(topics.flatMap((name) => (known.has(name) ? [[name, known.get(name) ?? 0] as const] : [])));
  const asked = topics.filter((name) => !known.has(name));
  for (let at = 0; at < asked.length; at += atOnce)
    for (const [name, value] of await describeMinInsyncReplicas(broker, asked.slice(at, at + atOnce)))
      found.set(name, value);
  return found;
}
