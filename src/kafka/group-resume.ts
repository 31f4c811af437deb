import type { Consumer } from 'kafkajs';
import { BrokkrError } from '../errors.ts';
import type { Endpoint } from '../modules/dialing.ts';
import { type ClientOptions, type KafkaClient, kafkaClient } from './client.ts';
import { readAsMember, removeGroup } from './group-member.ts';

/** What a group has read of one partition: offsets, as Kafka prints them. */
type Seen = ReadonlyMap<number, ReadonlySet<string>>;

/**
 * Reads a topic as a member of a consumer group from the beginning, commits, and leaves. A new member must then go on
 * where the first one ended: it is given messages only from the committed offsets on.
 * @param ends the offset after the last message, by partition
 * @param writeMore writes one more message to each partition, between the two members
 * @throws BrokkrError when the group begins anew, or skips; the signal's reason when it takes longer than the signal
 */
export async function proveGroup(
  bootstrap: readonly Endpoint[],
  topic: string,
  ends: ReadonlyMap<number, bigint>,
  writeMore: () => Promise<void>,
  options: ClientOptions,
): Promise<{ readonly messages: number; readonly resumed: number }> {
  const { kafka, close } = await kafkaClient(bootstrap, options);
  const member = (wanted: Seen) => readUntil(kafka, topic, wanted, options.signal);
  try {
    const first = new Map([...ends].map(([partition, end]) => [partition, offsetsBefore(end)]));
    await member(first);
    await writeMore();
    const more = new Map([...ends].map(([partition, end]) => [partition, new Set([String(end)])]));
    const seen = await member(more);
    const again = [...ends].filter(([partition, end]) =>
      [...(seen.get(partition) ?? [])].some((at) => BigInt(at) < end),
    );
    if (again.length > 0)
      throw new BrokkrError(`the group read partition ${again[0]?.[0]} again, although it had committed its offset`);
    const messages = [...first.values()].reduce((sum, offsets) => sum + offsets.size, 0);
    return { messages, resumed: more.size };
  } finally {
    if (!options.signal.aborted) await removeGroup(kafka, topic, options.onLog);
    close();
  }
}

function offsetsBefore(end: bigint): ReadonlySet<string> {
  return new Set(Array.from({ length: Number(end) }, (_, offset) => String(offset)));
}

/** Reads until these have been seen, commits, and leaves. @returns what was seen */
async function readUntil(kafka: KafkaClient['kafka'], topic: string, wanted: Seen, signal: AbortSignal): Promise<Seen> {
  const seen = new Map([...wanted.keys()].map((partition) => [partition, new Set<string>()]));
  const isLast = (partition: number, { offset }: { readonly offset: string }): boolean => {
    seen.get(partition)?.add(offset);
    return [...wanted].every(([each, offsets]) => offsets.size <= (seen.get(each)?.size ?? 0));
  };
  const atEnd = (consumer: Consumer) =>
    consumer.commitOffsets(
      [...seen].map(([partition, offsets]) => ({ topic, partition, offset: String(lastOf(offsets) + 1n) })),
    );
  await readAsMember(kafka, { groupId: topic, topic, autoCommit: false, isLast, atEnd }, signal);
  return seen;
}

function lastOf(offsets: ReadonlySet<string>): bigint {
  return [...offsets].reduce((most, each) => (BigInt(each) > most ? BigInt(each) : most), -1n);
}
