import { BrokkrError, errorText } from '../errors.ts';
import type { Endpoint } from '../modules/dialing.ts';
import type { ControlContext } from '../modules/module.ts';
import { ClusterClient } from './cluster-client.ts';
import { proveGroup } from './group-resume.ts';
import { produce } from './records.ts';
import { type PartitionTrip, roundTrip } from './round-trip.ts';
import { leftovers, ScratchTopics, scratchTopic, scratchTopicName } from './scratch-topic.ts';
import { measureThroughput, type Throughput } from './throughput.ts';
import { waitForTopic } from './topic-changes.ts';

export interface WantedProof {
  readonly bootstrap: readonly Endpoint[];
  /** Brokers that answer: each leads a partition of the scratch topic. */
  readonly brokers: readonly number[];
  /** Messages a partition. */
  readonly messages: number;
  /** Read as a consumer group that goes on where it ended, too. */
  readonly group: boolean;
  /** Seconds of a short run for throughput and latency; 0 for none. */
  readonly throughputSeconds: number;
}

/** What came of a part: a value, or why not. */
export type Outcome<T> = { readonly value: T } | { readonly reason: string };

export interface Proof {
  readonly trips: Outcome<readonly PartitionTrip[]>;
  readonly group: Outcome<{ readonly messages: number; readonly resumed: number }> | undefined;
  readonly throughput: Outcome<Throughput> | undefined;
  /** What is left behind, and the like. */
  readonly notes: readonly string[];
}

/** Hears of each part when it has ended: what, and the milliseconds that it took, for a timeline. */
export type Timed = <T>(what: string, part: () => Promise<T>) => Promise<T>;

/**
 * Makes a scratch topic of which each broker leads a partition, proves with it what is wanted, and removes it, whatever
 * happens. What fails is part of the proof.
 * @param timed runs each part
 */
export async function proveCluster(wanted: WantedProof, context: ControlContext, timed: Timed): Promise<Proof> {
  const { dialer, signal } = context;
  const client = new ClusterClient(wanted.bootstrap, {
    dialer,
    signal,
    connectTimeoutMs: 2000,
    requestTimeoutMs: 10_000,
  });
  const scratchTopics = new ScratchTopics(wanted.bootstrap, dialer);
  const notes: string[] = [];
  const remove = async (name: string) => {
    const problem = await scratchTopics.remove(name);
    if (problem !== undefined) notes.push(`the scratch topic ${name} is left behind: ${problem}`);
  };
  const name = scratchTopicName(Date.now());
  const part = <T>(what: string, prove: () => Promise<T>) => timed(what, () => outcomeOf(prove, signal));
  try {
    for (const leftover of leftovers(await client.metadata(), Date.now())) await remove(leftover);
    const made = await part('scratch topic', async () => {
      await scratchTopics.create(scratchTopic(name, wanted.brokers));
      const topic = await waitForTopic(client, name, wanted.brokers.length, signal);
      if (topic === undefined) throw new BrokkrError(`the topic ${name} is not there`);
      await client.metadata([name]);
      return topic.partitions;
    });
    if ('reason' in made) return { trips: made, group: undefined, throughput: undefined, notes };
    const trips = await part('messages there and back', () =>
      roundTrip(client, name, made.value, { messages: wanted.messages, run: name, signal }),
    );
    const whole = !('reason' in trips);
    const group =
      wanted.group && whole
        ? await part('consumer group', () => groupOf(client, wanted.bootstrap, name, trips.value, context))
        : undefined;
    const throughput =
      wanted.throughputSeconds > 0 && whole
        ? await part('throughput', () => measureThroughput(client, name, made.value, wanted.throughputSeconds))
        : undefined;
    return { trips, group, throughput, notes };
  } finally {
    await timed('scratch topic removed', () => remove(name));
    client.close();
  }
}

async function groupOf(
  client: ClusterClient,
  bootstrap: readonly Endpoint[],
  topic: string,
  trips: readonly PartitionTrip[],
  context: ControlContext,
): Promise<{ readonly messages: number; readonly resumed: number }> {
  const ends = new Map(trips.map(({ partition, messages }) => [partition, BigInt(messages)]));
  const one = [{ key: Buffer.from('more'), value: Buffer.from(topic) }];
  const writeMore = async () => {
    for (const partition of ends.keys()) await produce(await client.leader(topic, partition), topic, partition, one);
  };
  const { dialer, signal } = context;
  return proveGroup(bootstrap, topic, ends, writeMore, { dialer, signal, onLog: () => {} });
}

async function outcomeOf<T>(prove: () => Promise<T>, signal: AbortSignal): Promise<Outcome<T>> {
  try {
    return { value: await prove() };
  } catch (error) {
    signal.throwIfAborted();
    // kafkajs throws errors of its own; whatever ends a proof is why there is none.
    return { reason: errorText(error) };
  }
}
