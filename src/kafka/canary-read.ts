import { BrokkrError } from '../errors.ts';
import { pollUntil } from '../poll.ts';
import type { PartitionTrack } from './canary-report.ts';
import type { ClusterClient } from './cluster-client.ts';
import { KafkaRefusal, KafkaUnreachable } from './errors.ts';
import { fetchFrom, type StoredMessage } from './records.ts';

/** Reads a partition from its first offset to its end, and tells the track of every message. */
export async function readBack(
  client: ClusterClient,
  topic: string,
  track: PartitionTrack,
  signal: AbortSignal,
): Promise<void> {
  let offset = 0n;
  for (;;) {
    const messages = await fetchNext(client, topic, track.partition, offset, signal);
    const last = messages.at(-1);
    if (last === undefined) return;
    for (const { value } of messages) if (value !== null) track.readBack(Number(value.readBigUInt64BE()));
    offset = last.offset + 1n;
  }
}

/** A leader may just have moved: it is looked up again for a while. */
async function fetchNext(
  client: ClusterClient,
  topic: string,
  partition: number,
  offset: bigint,
  signal: AbortSignal,
): Promise<readonly StoredMessage[]> {
  const outcome = await pollUntil<readonly StoredMessage[]>(
    async () => {
      try {
        return { done: true, value: await fetchFrom(await client.leader(topic, partition), topic, partition, offset) };
      } catch (error) {
        const mayHelp = error instanceof KafkaUnreachable || (error instanceof KafkaRefusal && error.retriable);
        if (!mayHelp) throw error;
        client.forget();
        return { done: false, reason: error.message };
      }
    },
    { timeoutMs: 30_000, intervalMs: 250, signal },
  );
  if (outcome.done) return outcome.value;
  throw new BrokkrError(outcome.reason);
}
