import type { Consumer, KafkaMessage } from 'kafkajs';
import { BrokkrError, errorText } from '../errors.ts';
import { type ClientOptions, type KafkaClient, RETRIES } from './client.ts';

type Client = KafkaClient['kafka'];

interface Membership {
  readonly groupId: string;
  readonly topic: string;
  /** kafkajs commits by itself what was read. */
  readonly autoCommit: boolean;
  /** Hears every message, and says whether it was the last that is wanted; what it throws ends the reading. */
  readonly isLast: (partition: number, message: KafkaMessage) => boolean;
  /** What is still done as a member. */
  readonly atEnd?: (consumer: Consumer) => Promise<void>;
}

/**
 * Joins a consumer group, reads a topic, from the beginning where the group has committed nothing, up to a last message,
 * and leaves.
 * @throws BrokkrError when kafkajs gives up; the signal's reason when it takes longer than the signal
 */
export async function readAsMember(kafka: Client, membership: Membership, signal: AbortSignal): Promise<void> {
  const { groupId, topic, autoCommit, isLast, atEnd } = membership;
  let isOver = false;
  const consumer = kafka.consumer({
    ...{ groupId, sessionTimeout: 10_000, heartbeatInterval: 1000, maxWaitTimeInMs: 200 },
    // One that has crashed begins again by itself, also when nobody wants it any more: the process would never end.
    retry: { ...RETRIES, restartOnFailure: async () => !isOver && !signal.aborted },
  });
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
      const eachMessage = async ({ partition, message }: { partition: number; message: KafkaMessage }) => {
        try {
          if (isLast(partition, message)) resolve();
        } catch (error) {
          reject(error);
        }
      };
      consumer.run({ autoCommit, eachMessage }).catch(reject);
    });
    await atEnd?.(consumer);
  } finally {
    isOver = true;
    await consumer.disconnect().catch(() => {});
  }
}

/** A group without members disappears by itself after a week; that it cannot be removed at once is no failure. */
export async function removeGroup(kafka: Client, groupId: string, onLog: ClientOptions['onLog']): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch (error) {
    onLog(`the group ${groupId} was not removed: ${errorText(error)}`);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
