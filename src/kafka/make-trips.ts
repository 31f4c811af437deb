import { BrokkrError } from '../errors.ts';
import type { Endpoint } from '../modules/dialing.ts';
import type { ControlContext } from '../modules/module.ts';
import { ClusterClient } from './cluster-client.ts';
import { readAsGroup } from './group-read.ts';
import { some } from './health.ts';
import { type PartitionTrip, type RoundTripOptions, roundTrip } from './round-trip.ts';
import { leftovers, ScratchTopics, scratchTopic, scratchTopicName } from './scratch-topic.ts';
import { waitForTopic } from './topic-changes.ts';

export interface WantedTrips {
  readonly bootstrap: readonly Endpoint[];
  /** Brokers that must be there; empty when it does not matter. */
  readonly brokers: readonly number[];
  /** A topic of the user's to write to, too. */
  readonly topic: string | undefined;
  /** Messages a partition. */
  readonly messages: number;
  /** Read the scratch topic as a consumer group, too. */
  readonly group: boolean;
}

export interface TripProgress {
  /** What is going on, for the message when it fails. */
  doing: string;
  /** How long a consumer group took, when one was asked for. */
  groupSeconds?: number;
  /** What is worth saying although it is no failure. */
  readonly notes: string[];
}

/**
 * Makes a scratch topic that every broker leads a partition of, writes to it and to the user's, and reads back. The
 * scratch topic is removed whatever happens; topics that crashed runs have left are removed first.
 * @throws BrokkrError that says what did not come back; the signal's reason when it is aborted
 */
export async function makeTrips(
  wanted: WantedTrips,
  context: ControlContext,
  trip: TripProgress,
): Promise<readonly PartitionTrip[]> {
  const { dialer, signal } = context;
  const options = { dialer, signal, connectTimeoutMs: 2000, requestTimeoutMs: 10_000 };
  const client = new ClusterClient(wanted.bootstrap, options);
  const scratchTopics = new ScratchTopics(wanted.bootstrap, dialer);
  const remove = async (name: string) => {
    const problem = await scratchTopics.remove(name);
    if (problem !== undefined) trip.notes.push(`the scratch topic ${name} is left behind: ${problem}`);
  };
  const scratch = scratchTopicName(Date.now());
  try {
    const metadata = await client.metadata();
    const users = metadata.topics.find(({ name }) => name === wanted.topic);
    if (wanted.topic !== undefined && users === undefined)
      throw new BrokkrError(`the topic ${wanted.topic} is not there`);
    for (const leftover of leftovers(metadata, Date.now())) await remove(leftover);
    const brokers = metadata.brokers.map(({ id }) => id);
    const missing = wanted.brokers.filter((id) => !brokers.includes(id));
    if (missing.length > 0) throw new BrokkrError(`not registered: broker ${missing.join(', ')}`);
    say(trip, context, `creating the topic ${scratch}`);
    let made = false;
    try {
      await scratchTopics.create(scratchTopic(scratch, brokers));
      made = true;
      const topics = [{ name: scratch, count: brokers.length }];
      if (users !== undefined) topics.push({ name: users.name, count: users.partitions.length });
      const trips = await tripsOf(client, topics, { messages: wanted.messages, run: scratch, signal }, context, trip);
      if (wanted.group) await groupTrip(wanted, scratch, trips, context, trip);
      return trips;
    } finally {
      await remove(scratch);
      if (!made) trip.notes.push(`if the controller makes ${scratch} later, a later round trip removes it`);
    }
  } finally {
    client.close();
  }
}

async function groupTrip(
  wanted: WantedTrips,
  scratch: string,
  trips: readonly PartitionTrip[],
  context: ControlContext,
  trip: TripProgress,
): Promise<void> {
  say(trip, context, 'reading as a consumer group');
  const written = trips.filter((candidate) => candidate.topic === scratch);
  const onLog = (text: string) => {
    trip.doing = `reading as a consumer group (${text})`;
  };
  const { seconds: taken } = await readAsGroup(wanted.bootstrap, scratch, written, { ...context, onLog });
  trip.groupSeconds = Math.round(taken * 10) / 10;
}

function say(trip: TripProgress, context: ControlContext, doing: string): void {
  trip.doing = doing;
  context.progress(doing);
}

async function tripsOf(
  client: ClusterClient,
  topics: readonly { readonly name: string; readonly count: number }[],
  options: RoundTripOptions,
  context: ControlContext,
  trip: TripProgress,
): Promise<readonly PartitionTrip[]> {
  const names = topics.map(({ name }) => name);
  say(trip, context, 'waiting until every broker knows the partitions');
  const ready = await Promise.all(
    topics.map(async ({ name, count }) => {
      const tell = (reason: string) => {
        trip.doing = `waiting for the topic ${name}: ${reason}`;
      };
      return { name, found: await waitForTopic(client, name, count, options.signal, tell) };
    }),
  );
  say(trip, context, `writing to ${names.join(' and ')}, and reading back`);
  await client.metadata(names);
  const trips = await Promise.all(
    ready.map(({ name, found }) => roundTrip(client, name, found?.partitions ?? [], options)),
  );
  await checkReplicas(client, names);
  return trips.flat();
}

/** All in-sync replicas have acknowledged; that they were all replicas is checked afterwards. */
async function checkReplicas(client: ClusterClient, names: readonly string[]): Promise<void> {
  const { topics } = await client.metadata(names);
  const lagging = topics.flatMap((found) =>
    found.partitions
      .filter(({ isr, replicas }) => isr.length < replicas.length)
      .map(({ partition, isr, replicas }) => `${found.name}-${partition} (${isr.length} of ${replicas.length})`),
  );
  if (lagging.length > 0) throw new BrokkrError(`replicas fell out of sync: ${some(lagging)}`);
}
