import { randomBytes } from 'node:crypto';
import type { ClusterClient } from './cluster-client.ts';
import type { Partition } from './metadata.ts';
import { produce } from './records.ts';

export interface Throughput {
  readonly messages: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Milliseconds of each send, until all in-sync replicas had it. */
  readonly latencies: readonly number[];
}

const valueBytes = 1024;
const perSend = 50;
/** So that a fast cluster is not filled up. */
const mostMessages = 200_000;

/**
 * Writes messages of 1 KiB to every partition side by side for some seconds, 50 a send, one send after the other in a
 * partition, with acks=all. It is a sign of life with numbers, not a benchmark.
 * @throws KafkaRefusal, KafkaUnreachable when a send fails
 */
export async function measureThroughput(
  client: ClusterClient,
  topic: string,
  partitions: readonly Partition[],
  seconds: number,
): Promise<Throughput> {
  const value = randomBytes(valueBytes);
  const batch = Array.from({ length: perSend }, (_, index) => ({ key: Buffer.from(String(index)), value }));
  const latencies: number[] = [];
  const begun = performance.now();
  const isOver = () => performance.now() - begun >= seconds * 1000 || latencies.length * perSend >= mostMessages;
  await Promise.all(
    partitions.map(async ({ partition }) => {
      const leader = await client.leader(topic, partition);
      while (!isOver()) {
        const sent = performance.now();
        await produce(leader, topic, partition, batch);
        latencies.push(performance.now() - sent);
      }
    }),
  );
  const messages = latencies.length * perSend;
  return { messages, bytes: messages * valueBytes, seconds: (performance.now() - begun) / 1000, latencies };
}
