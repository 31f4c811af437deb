import { z } from 'zod';
import type { BrokerConnection } from './broker-connection.ts';
import { KafkaRefusal } from './errors.ts';
import { api } from './protocol.ts';

export interface Message {
  readonly key: Buffer;
  readonly value: Buffer;
}

interface ProduceRequest {
  /** −1: all in-sync replicas. */
  readonly acks: -1;
  /** Milliseconds that the replicas may take. */
  readonly timeout: number;
  readonly compression: 0;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly messages: readonly Message[] }[];
  }[];
}

const produced = z.object({
  topics: z.array(
    z.object({ partitions: z.array(z.object({ partition: z.int(), errorCode: z.int(), baseOffset: z.string() })) }),
  ),
});

const produceApi = api<ProduceRequest, z.output<typeof produced>>(
  'Produce',
  { folder: 'produce', key: 0, version: 7 },
  produced,
);

const replicasTimeoutMs = 10_000;

/**
 * Writes messages to a partition with acks=all, as one batch without compression.
 * @returns the offset of the first one; the others follow it
 * @throws KafkaRefusal when the leader, or not enough replicas, have them
 */
export async function produce(
  leader: BrokerConnection,
  topic: string,
  partition: number,
  messages: readonly Message[],
): Promise<bigint> {
  const topicData = [{ topic, partitions: [{ partition, messages }] }];
  const request = { acks: -1, timeout: replicasTimeoutMs, compression: 0, topicData } as const;
  const answer = await leader.request(produceApi, request, replicasTimeoutMs + 2000);
  const [written] = answer.topics.flatMap(({ partitions }) => partitions);
  if (written === undefined) throw new TypeError('Produce was answered without its partition');
  if (written.errorCode !== 0) throw new KafkaRefusal(`${topic}-${partition} was not written`, written.errorCode);
  return BigInt(written.baseOffset);
}

interface FetchRequest {
  readonly replicaId: -1;
  /** Milliseconds that the broker may wait for more. */
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  /** 0: uncommitted messages too, so that a stranger's open transaction does not hide ours. */
  readonly isolationLevel: 0;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly fetchOffset: string;
      readonly maxBytes: number;
    }[];
  }[];
}

const bytes = z.instanceof(Buffer).nullable();
const fetched = z.object({
  errorCode: z.int(),
  responses: z.array(
    z.object({
      partitions: z.array(
        z.object({
          partition: z.int(),
          errorCode: z.int(),
          messages: z.array(z.object({ offset: z.string(), key: bytes, value: bytes })),
        }),
      ),
    }),
  ),
});

const fetchApi = api<FetchRequest, z.output<typeof fetched>>(
  'Fetch',
  { folder: 'fetch', key: 1, version: 11 },
  fetched,
);

export interface StoredMessage {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

const fetchBytes = 1024 * 1024;

/** The next messages of a partition from an offset on, at most about 1 MiB; none when there are none within 0.2 s. */
export async function fetchFrom(
  leader: BrokerConnection,
  topic: string,
  partition: number,
  offset: bigint,
): Promise<readonly StoredMessage[]> {
  const answer = await leader.request(fetchApi, {
    replicaId: -1,
    maxWaitTime: 200,
    minBytes: 1,
    maxBytes: fetchBytes,
    isolationLevel: 0,
    topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: fetchBytes }] }],
  });
  const [found] = answer.responses.flatMap(({ partitions }) => partitions);
  const errorCode = answer.errorCode || (found?.errorCode ?? 0);
  if (errorCode !== 0) throw new KafkaRefusal(`${topic}-${partition} was not read`, errorCode);
  // A batch is sent whole, so it may begin before the offset.
  return (found?.messages ?? [])
    .map(({ offset: at, key, value }) => ({ offset: BigInt(at), key, value }))
    .filter((message) => message.offset >= offset);
}
