import { randomBytes } from 'node:crypto';
import { BrokkrError } from '../errors.ts';
import { systemClock } from '../poll.ts';
import type { BrokerConnection } from './broker-connection.ts';
import type { ClusterClient } from './cluster-client.ts';
import { KafkaRefusal } from './errors.ts';
import type { Partition } from './metadata.ts';
import { fetchFrom, type Message, produce } from './records.ts';

export interface RoundTripOptions {
  /** Messages a partition. */
  readonly messages: number;
  /** Names the run in every message's key. */
  readonly run: string;
  readonly signal: AbortSignal;
}

/** What came of one partition. */
export interface PartitionTrip {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  readonly messages: number;
  /** What was written, by offset. */
  readonly written: ReadonlyMap<bigint, Message>;
  /** Milliseconds from each send to its acknowledgement by all in-sync replicas, the first send left out. */
  readonly latencies: readonly number[];
  /** Milliseconds of the first send: the followers of a new partition may take a second until they follow. */
  readonly firstMs: number;
}

/** Messages that one send carries at most; sends of a partition follow one another. */
const mostPerSend = 10;
const valueBytes = 256;

/**
 * Writes messages to every given partition with acks=all, and reads each back from the offset that it was given,
 * byte for byte. Partitions go side by side.
 * @throws BrokkrError that names the partition, when a message is not written, or not the same when it is read
 */
export async function roundTrip(
  client: ClusterClient,
  topic: string,
  partitions: readonly Partition[],
  options: RoundTripOptions,
): Promise<readonly PartitionTrip[]> {
  return Promise.all(partitions.map((partition) => tripOf(client, topic, partition, options)));
}

async function tripOf(
  client: ClusterClient,
  topic: string,
  { partition, leader }: Partition,
  { messages, run, signal }: RoundTripOptions,
): Promise<PartitionTrip> {
  const expected = new Map<bigint, Message>();
  const latencies: number[] = [];
  // Ten sends or more, so that there is something to take a median of.
  const perSend = Math.min(mostPerSend, Math.ceil(messages / 10));
  for (let first = 0; first < messages; first += perSend) {
    const batch = Array.from({ length: Math.min(perSend, messages - first) }, (_, index) => ({
      key: Buffer.from(`${run}/${partition}/${first + index}`),
      value: randomBytes(valueBytes),
    }));
    const begun = performance.now();
    const offset = await atLeader(client, topic, partition, signal, (connection) =>
      produce(connection, topic, partition, batch),
    );
    latencies.push(performance.now() - begun);
    for (const [index, message] of batch.entries()) expected.set(offset + BigInt(index), message);
  }
  await readBack(client, topic, partition, expected, signal);
  const [firstMs = 0, ...rest] = latencies;
  return { topic, partition, leader, messages, written: expected, latencies: rest, firstMs };
}

async function readBack(
  client: ClusterClient,
  topic: string,
  partition: number,
  expected: ReadonlyMap<bigint, Message>,
  signal: AbortSignal,
): Promise<void> {
  const missing = new Map(expected);
  while (missing.size > 0) {
    signal.throwIfAborted();
    // Sends followed one another, so the keys are in order.
    const [offset = 0n] = missing.keys();
    const found = await atLeader(client, topic, partition, signal, (connection) =>
      fetchFrom(connection, topic, partition, offset),
    );
    for (const message of found) {
      const sent = missing.get(message.offset);
      if (sent === undefined) continue;
      if (message.key?.equals(sent.key) !== true || message.value?.equals(sent.value) !== true) {
        throw new BrokkrError(
          `${topic}-${partition} gives something else at offset ${message.offset} than was written`,
        );
      }
      missing.delete(message.offset);
    }
    const last = found.at(-1)?.offset;
    if (last !== undefined && missing.has(offset)) {
      throw new BrokkrError(`${topic}-${partition} acknowledged a message at offset ${offset} and does not have it`);
    }
  }
}

/** Nothing was written when a broker answers one of these: it is not, or not yet, or no longer the leader. */
const notTheLeader: ReadonlySet<number> = new Set([3, 5, 6]);
const tries = 20;

async function atLeader<T>(
  client: ClusterClient,
  topic: string,
  partition: number,
  signal: AbortSignal,
  ask: (leader: BrokerConnection) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(await client.leader(topic, partition));
    } catch (error) {
      if (!(error instanceof KafkaRefusal && notTheLeader.has(error.code)) || attempt === tries) throw error;
      client.forget();
      await systemClock.sleep(100, signal);
    }
  }
}
