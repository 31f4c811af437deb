import { BrokkrError } from '../errors.ts';
import type { Endpoint } from '../modules/dialing.ts';
import { type ClientOptions, kafkaClient } from './client.ts';

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
  const groupId = topic;
  const member = (wanted: Seen) => readUntil(kafka, { groupId, topic, wanted }, options.signal);
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
    if (!options.signal.aborted) await removeGroup(kafka.admin(), groupId);
    close();
  }
}

function offsetsBefore(end: bigint): ReadonlySet<string> {
  return new Set(Array.from({ length: Number(end) }, (_, offset) => String(offset)));
}

type Client = Awaited<ReturnType<typeof kafkaClient>>['kafka'];

interface Membership {
  readonly groupId: string;
  readonly topic: string;
  /** It commits and leaves when it has seen these. */
  readonly wanted: Seen;
}

async function readUntil(kafka: Client, { groupId, topic, wanted }: Membership, signal: AbortSignal): Promise<Seen> {
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, heartbeatInterval: 1000, maxWaitTimeInMs: 200 });
  const seen = new Map([...wanted.keys()].map((partition) => [partition, new Set<string>()]));
  const isDone = () => [...wanted].every(([partition, offsets]) => offsets.size <= (seen.get(partition)?.size ?? 0));
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      signal.throwIfAborted();
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        // A coordinator that is still loading makes it crash and begin again.
        if (!payload.restart) reject(new BrokkrError(payload.error.message));
      });
      const eachMessage = async ({ partition, message }: { partition: number; message: { offset: string } }) => {
        seen.get(partition)?.add(message.offset);
        if (isDone()) resolve();
      };
      consumer.run({ autoCommit: false, eachMessage }).catch(reject);
    });
    await consumer.commitOffsets(
      [...seen].map(([partition, offsets]) => ({ topic, partition, offset: String(lastOf(offsets) + 1n) })),
    );
    return seen;
  } finally {
    await consumer.disconnect().catch(() => {});
  }
}

function lastOf(offsets: ReadonlySet<string>): bigint {
  return [...offsets].reduce((most, each) => (BigInt(each) > most ? BigInt(each) : most), -1n);
}

/** A group without members disappears by itself after a week; that it cannot be removed at once is no failure. */
async function removeGroup(admin: ReturnType<Client['admin']>, groupId: string): Promise<void> {
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch {
    return;
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
