import type { KafkaMessage } from 'kafkajs';
import { BrokkrError } from '../errors.ts';
import type { Endpoint } from '../modules/dialing.ts';
import { type ClientOptions, kafkaClient } from './client.ts';
import { readAsMember, removeGroup } from './group-member.ts';
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
  const missing = new Map(
    trips.map(({ partition, written }) => [partition, new Map<string, Message>(byOffset(written))]),
  );
  const isLast = (partition: number, { offset, key, value }: KafkaMessage): boolean => {
    const sent = missing.get(partition)?.get(offset);
    if (sent === undefined) return false;
    if (key?.equals(sent.key) !== true || value?.equals(sent.value) !== true) {
      throw new BrokkrError(
        `a group reads something else at ${topic}-${partition}, offset ${offset}, than was written`,
      );
    }
    missing.get(partition)?.delete(offset);
    return [...missing.values()].every((left) => left.size === 0);
  };
  try {
    let seconds = 0;
    const atEnd = async () => {
      seconds = (performance.now() - begun) / 1000;
    };
    await readAsMember(kafka, { groupId: topic, topic, autoCommit: true, isLast, atEnd }, signal);
    return { messages: trips.reduce((sum, { messages }) => sum + messages, 0), seconds };
  } finally {
    if (!signal.aborted) await removeGroup(kafka, topic, options.onLog);
    close();
  }
}

function byOffset(written: ReadonlyMap<bigint, Message>): [string, Message][] {
  return [...written].map(([offset, message]) => [String(offset), message]);
}
