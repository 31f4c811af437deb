import { z } from 'zod';
import type { Endpoint } from '../modules/dialing.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { api } from './protocol.ts';

interface Broker extends Endpoint {
  readonly id: number;
  readonly rack: string | null;
}

export interface Partition {
  readonly partition: number;
  /** −1 when it has none. */
  readonly leader: number;
  /** Broker ids; the first is the preferred leader. */
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly offlineReplicas: readonly number[];
  /** 0, or as Kafka numbers them: 5 is LEADER_NOT_AVAILABLE. */
  readonly errorCode: number;
}

export interface TopicMetadata {
  readonly name: string;
  readonly internal: boolean;
  /** 0, or as Kafka numbers them: 3 is UNKNOWN_TOPIC_OR_PARTITION. */
  readonly errorCode: number;
  readonly partitions: readonly Partition[];
}

/** A cluster as one broker knows it. */
export interface ClusterMetadata {
  readonly clusterId: string | null;
  /** −1 when there is none. In a KRaft cluster it is any live broker. */
  readonly controllerId: number;
  /** The registered brokers, by id. */
  readonly brokers: readonly Broker[];
  readonly topics: readonly TopicMetadata[];
}

const ids = z.array(z.int());
const answer = z.object({
  brokers: z.array(z.object({ nodeId: z.int(), host: z.string(), port: z.int(), rack: z.string().nullable() })),
  clusterId: z.string().nullable(),
  controllerId: z.int(),
  topicMetadata: z.array(
    z.object({
      topicErrorCode: z.int(),
      topic: z.string(),
      isInternal: z.boolean(),
      partitionMetadata: z.array(
        z.object({
          partitionErrorCode: z.int(),
          partitionId: z.int(),
          leader: z.int(),
          replicas: ids,
          isr: ids,
          offlineReplicas: ids,
        }),
      ),
    }),
  ),
});

interface MetadataRequest {
  /** Empty: all of them. */
  readonly topics: readonly string[];
  readonly allowAutoTopicCreation: false;
}

const metadata = api<MetadataRequest, z.output<typeof answer>>(
  'Metadata',
  { folder: 'metadata', key: 3, version: 6 },
  answer,
);

/** Asks one broker for the cluster as it knows it; without names, for all topics. Errors of partitions are part of the answer. */
export async function fetchMetadata(
  connection: BrokerConnection,
  topics: readonly string[] = [],
): Promise<ClusterMetadata> {
  const found = await connection.request(metadata, { topics, allowAutoTopicCreation: false });
  return {
    clusterId: found.clusterId,
    controllerId: found.controllerId,
    brokers: found.brokers
      .map(({ nodeId, host, port, rack }) => ({ id: nodeId, host, port, rack }))
      .sort((a, b) => a.id - b.id),
    topics: found.topicMetadata
      .map((topic) => ({
        name: topic.topic,
        internal: topic.isInternal,
        errorCode: topic.topicErrorCode,
        partitions: topic.partitionMetadata
          .map(({ partitionErrorCode, partitionId, ...rest }) => ({
            partition: partitionId,
            errorCode: partitionErrorCode,
            ...rest,
          }))
          .sort((a, b) => a.partition - b.partition),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
