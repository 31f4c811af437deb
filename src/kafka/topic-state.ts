import { z } from 'zod';
import type { ClusterClient } from './cluster-client.ts';
import { KafkaRefusal } from './errors.ts';
import { describeTopicConfig } from './topic-requests.ts';

/** A topic as it is, in JSON: it is an answer to a question, and part of a plan. */
export const topicStateSchema = z.object({
  /** Ids of the brokers that are registered. */
  brokers: z.array(z.int()),
  topic: z
    .object({
      internal: z.boolean(),
      partitions: z.int(),
      /** Of each partition that differs; one number when all are alike. */
      replicationFactors: z.array(z.int()),
      /** Every setting that a topic can have, with its value in effect. */
      config: z.array(z.object({ name: z.string(), value: z.string().nullable(), overridden: z.boolean() })),
    })
    .nullable(),
});
export type TopicState = z.output<typeof topicStateSchema>;

const unknownTopic = 3;

/** @throws KafkaUnreachable, or KafkaRefusal when the topic may not be seen */
export async function readTopic(client: ClusterClient, name: string): Promise<TopicState> {
  const metadata = await client.metadata([name]);
  const brokers = metadata.brokers.map(({ id }) => id);
  const found = metadata.topics.find((topic) => topic.name === name);
  if (found === undefined || found.errorCode === unknownTopic) return { brokers, topic: null };
  const leaderNotAvailable = 5;
  if (found.errorCode !== 0 && found.errorCode !== leaderNotAvailable) {
    throw new KafkaRefusal(`the topic ${name} cannot be looked at`, found.errorCode);
  }
  const config = await describeTopicConfig(await client.any(), name);
  return {
    brokers,
    topic: {
      internal: found.internal,
      partitions: found.partitions.length,
      replicationFactors: [...new Set(found.partitions.map(({ replicas }) => replicas.length))].sort((a, b) => a - b),
      config: config.map(({ name, value, overridden }) => ({ name, value, overridden })),
    },
  };
}
