import { BrokkrError } from '../errors.ts';
import type { Endpoint } from '../modules/dialing.ts';
import { type ClientOptions, kafkaClient } from './client.ts';
import type { Message } from './records.ts';
import type { PartitionTrip } from './round-trip.ts';

export interface GroupRead {
  /** Messages that the group has read and found to be what was written. */
  readonly messages: number;
  /** Seconds from joining to the last message; the first group of a new cluster takes some. */
  readonly seconds: number;
}

/**
 * Reads the messages of one topic as an application does: as a member of a consumer group, from the beginning. The group
 * is removed afterwards.
 * @throws BrokkrError when a message is not what was written; the signal's reason when it takes longer than the signal
 */
export async function readAsGroup(
  bootstrap: readonly Endpoint[],
  topic: string,
  trips: readonly PartitionTrip[],
  options: ClientOptions,
): Promise<GroupRead> {
  const { signal } = options;
  const begun = performance.now();
  const { kafka, close } = await kafkaClient(bootstrap, options);
  const groupId = topic;
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, heartbeatInterval: 1000, maxWaitTimeInMs: 200 });
  const missing = new Map(
    trips.map(({ partition, written }) => [partition, new Map<string, Message>(byOffset(written))]),
  );
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
      const onMessage = (partition: number, offset: string, key: Buffer | null, value: Buffer | null) => {
        const sent = missing.get(partition)?.get(offset);
        if (sent === undefined) return;
        if (key?.equals(sent.key) !== true || value?.equals(sent.value) !== true) {
          reject(
            new BrokkrError(
              `a group reads something else at ${topic}-${partition}, offset ${offset}, than was written`,
            ),
          );
        }
        missing.get(partition)?.delete(offset);
        if ([...missing.values()].every((left) => left.size === 0)) resolve();
      };
      consumer
        .run({
          eachMessage: async ({ partition, message }) =>
            onMessage(partition, message.offset, message.key, message.value),
        })
        .catch(reject);
    });
    const seconds = (performance.now() - begun) / 1000;
    return { messages: trips.reduce((sum, { messages }) => sum + messages, 0), seconds };
  } finally {
    await consumer.disconnect().catch(() => {});
    if (!signal.aborted) await removeGroup(kafka.admin(), groupId, options);
    close();
  }
}

function byOffset(written: ReadonlyMap<bigint, Message>): [string, Message][] {
  return [...written].map(([offset, message]) => [String(offset), message]);
}

/** A group without members disappears by itself after a week; that it cannot be removed at once is no failure. */
async function removeGroup(
  admin: { connect(): Promise<void>; deleteGroups(ids: string[]): Promise<unknown>; disconnect(): Promise<void> },
  groupId: string,
  { onLog }: ClientOptions,
): Promise<void> {
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch (error) {
    onLog(`the group ${groupId} was not removed: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
