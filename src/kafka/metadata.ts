import { z } from 'zod';
import type { Endpoint } from '../modules/dialing.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { type Api, api } from './protocol.ts';

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

interface MetadataRequest {
  /** Empty: all of them. */
  readonly topics: readonly string[];
  readonly allowAutoTopicCreation: false;
}

const asked = api<MetadataRequest, unknown>(
  'Metadata',
  { folder: 'metadata', key: 3, version: 6 },
  // What is read below is checked while it is read.
  z.unknown(),
);

/** The answer is read here: with 200,000 partitions what kafkajs does takes longer than all the rest of a look. */
const metadata: Api<MetadataRequest, ClusterMetadata> = { ...asked, decode: async (payload) => readMetadata(payload) };

/** Asks one broker for the cluster as it knows it; without names, for all topics. Errors of partitions are part of the answer. */
export async function fetchMetadata(
  connection: BrokerConnection,
  topics: readonly string[] = [],
): Promise<ClusterMetadata> {
  return connection.request(metadata, { topics, allowAutoTopicCreation: false });
}

/** Version 6 of the answer (kafka.apache.org/protocol, "Metadata Response"). @throws RangeError when it ends too early */
function readMetadata(payload: Buffer): ClusterMetadata {
  const reader = new PayloadReader(payload);
  reader.int32(); // Milliseconds of throttling.
  const brokers = reader.array(() => ({
    id: reader.int32(),
    host: reader.string() ?? '',
    port: reader.int32(),
    rack: reader.string(),
  }));
  const clusterId = reader.string();
  const controllerId = reader.int32();
  const ids = () => reader.array(() => reader.int32());
  const topics = reader.array(() => ({
    errorCode: reader.int16(),
    name: reader.string() ?? '',
    internal: reader.int8() !== 0,
    partitions: reader
      .array(() => ({
        errorCode: reader.int16(),
        partition: reader.int32(),
        leader: reader.int32(),
        replicas: ids(),
        isr: ids(),
        offlineReplicas: ids(),
      }))
      .sort((a, b) => a.partition - b.partition),
  }));
  return {
    clusterId,
    controllerId,
    brokers: brokers.sort((a, b) => a.id - b.id),
    topics: topics.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Kafka's primitive types, one after the other. */
class PayloadReader {
  readonly #payload: Buffer;
  #at = 0;

  constructor(payload: Buffer) {
    this.#payload = payload;
  }

  int8(): number {
    this.#at += 1;
    return this.#payload.readInt8(this.#at - 1);
  }

  int16(): number {
    this.#at += 2;
    return this.#payload.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#payload.readInt32BE(this.#at - 4);
  }

  string(): string | null {
    const length = this.int16();
    if (length < 0) return null;
    if (this.#at + length > this.#payload.length) throw new RangeError('a text is longer than the answer');
    this.#at += length;
    return this.#payload.toString('utf8', this.#at - length, this.#at);
  }

  array<T>(element: () => T): T[] {
    const count = this.int32();
    const found: T[] = [];
    for (let index = 0; index < count; index += 1) found.push(element());
    return found;
  }
}
