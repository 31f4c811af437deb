import { z } from 'zod';
import { BrokkrError } from '../errors.ts';
import { bootstrapServers, brokerIds, seconds } from '../modules/cluster-arguments.ts';
import { formatEndpoint } from '../modules/dialing.ts';
import { plainOf, resultOfJson } from '../modules/json-value.ts';
import type { ControlContext, Decision, Module } from '../modules/module.ts';
import type { Outcome } from '../shell/action.ts';
import type { Json } from '../shell/question.ts';
import { ClusterClient } from './cluster-client.ts';
import { some } from './health.ts';
import { type PartitionTrip, roundTrip } from './round-trip.ts';
import { leftovers, ScratchTopics, scratchTopic, scratchTopicName } from './scratch-topic.ts';
import { waitForTopic } from './topic-changes.ts';

const topic = 'kafka-round-trip';

const schema = z.strictObject({
  bootstrap_servers: bootstrapServers,
  brokers: brokerIds.optional(),
  topic: z.string('the name of a topic is wanted').min(1).optional(),
  messages: z.preprocess(plainOf, z.coerce.number().int().min(1).max(10_000)).default(100),
  timeout: seconds.refine((value) => value > 0 && value <= 600, 'more than 0 and at most 600 seconds').default(60),
});
type Args = z.output<typeof schema>;

/** Proves that messages written with acks=all come back, from every broker as a leader. Leaves nothing behind. */
export const kafkaRoundTrip: Module<Args> = {
  name: 'kafka_round_trip',
  collection: 'brokkr',
  summary: 'Write messages with acks=all to partitions that every broker leads, read them back and compare.',
  schema,
  aliases: {},
  example: [
    '- name: Messages come back',
    '  kafka_round_trip:',
    '    bootstrap_servers: ["s1:9092", "s2:9092", "s3:9092"]',
    '    brokers: [1, 2, 3]',
    '    topic: logs',
    '    messages: 100',
  ].join('\n'),
  noticedByOthers: true,
  oncePerBatch: true,
  probe: () => [],
  decide,
  performers: { [topic]: perform },
};

function decide({ bootstrap_servers, brokers, topic: also, messages, timeout }: Args): Decision {
  const optional = { ...(also === undefined ? {} : { topic: also }), ...(brokers === undefined ? {} : { brokers }) };
  const parameters = { bootstrap_servers: bootstrap_servers.map(formatEndpoint), messages, timeout, ...optional };
  return {
    verdict: 'change',
    actions: [{ do: 'control', topic, parameters }],
    diff: [],
    result: new Map(),
    pending: ['partitions', 'messages', 'latency_ms', 'trips', 'notes', 'msg'],
    conclude: ([outcome]) => {
      const failed = outcome === undefined || outcome.rc !== 0;
      const message = outcome?.stderr || outcome?.stdout || 'the round trip was not made';
      return { changed: false, failed, message, result: resultOfJson(outcome?.value ?? {}, message) };
    },
  };
}

async function perform(parameters: Json, context: ControlContext): Promise<Outcome> {
  const args = schema.parse(parameters);
  const startedAt = Date.now();
  const begun = performance.now();
  const deadline = AbortSignal.timeout(args.timeout * 1000);
  const trip = { doing: 'looking at the cluster', notes: [] as string[] };
  const ended = () => ({ startedAt, seconds: (performance.now() - begun) / 1000 });
  try {
    const signal = AbortSignal.any([context.signal, deadline]);
    const trips = await makeTrips(args, { ...context, signal }, trip);
    const value = { ...summary(trips), notes: trip.notes };
    return { rc: 0, stdout: [inWords(value), ...trip.notes].join('; '), stderr: '', value, ...ended() };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof BrokkrError) && !deadline.aborted) throw error;
    const why = error instanceof BrokkrError ? error.message : `not done within ${args.timeout} s`;
    const stderr = [`while ${trip.doing}: ${why}`, ...trip.notes].join('; ');
    return { rc: 1, stdout: '', stderr, value: { notes: trip.notes }, ...ended() };
  }
}

interface Progress {
  /** What is going on, for the message when it fails. */
  doing: string;
  /** What is worth saying although it is no failure. */
  readonly notes: string[];
}

async function makeTrips(args: Args, context: ControlContext, trip: Progress): Promise<readonly PartitionTrip[]> {
  const { dialer, signal } = context;
  const options = { dialer, signal, connectTimeoutMs: 2000, requestTimeoutMs: 10_000 };
  const client = new ClusterClient(args.bootstrap_servers, options);
  const scratchTopics = new ScratchTopics(args.bootstrap_servers, dialer);
  const remove = async (name: string) => {
    const problem = await scratchTopics.remove(name);
    if (problem !== undefined) trip.notes.push(`the scratch topic ${name} is left behind: ${problem}`);
  };
  const scratch = scratchTopicName(Date.now());
  try {
    const metadata = await client.metadata();
    const users = metadata.topics.find(({ name }) => name === args.topic);
    if (args.topic !== undefined && users === undefined) throw new BrokkrError(`the topic ${args.topic} is not there`);
    for (const leftover of leftovers(metadata, Date.now())) await remove(leftover);
    const brokers = metadata.brokers.map(({ id }) => id);
    const missing = (args.brokers ?? []).filter((id) => !brokers.includes(id));
    if (missing.length > 0) throw new BrokkrError(`not registered: broker ${missing.join(', ')}`);
    say(trip, context, `creating the topic ${scratch}`);
    let made = false;
    try {
      await scratchTopics.create(scratchTopic(scratch, brokers));
      made = true;
      const wanted = [{ name: scratch, count: brokers.length }];
      if (users !== undefined) wanted.push({ name: users.name, count: users.partitions.length });
      return await tripsOf(client, wanted, args, scratch, { ...context, signal }, trip);
    } finally {
      await remove(scratch);
      if (!made) trip.notes.push(`if the controller makes ${scratch} later, a later round trip removes it`);
    }
  } finally {
    client.close();
  }
}

function say(trip: Progress, context: ControlContext, doing: string): void {
  trip.doing = doing;
  context.progress(doing);
}

async function tripsOf(
  client: ClusterClient,
  wanted: readonly { readonly name: string; readonly count: number }[],
  { messages }: Args,
  run: string,
  context: ControlContext,
  trip: Progress,
): Promise<readonly PartitionTrip[]> {
  const { signal } = context;
  const names = wanted.map(({ name }) => name);
  say(trip, context, 'waiting until every broker knows the partitions');
  const ready = await Promise.all(
    wanted.map(async ({ name, count }) => {
      const tell = (reason: string) => {
        trip.doing = `waiting for the topic ${name}: ${reason}`;
      };
      return { name, found: await waitForTopic(client, name, count, signal, tell) };
    }),
  );
  say(trip, context, `writing to ${names.join(' and ')}, and reading back`);
  await client.metadata(names);
  const trips = await Promise.all(
    ready.map(({ name, found }) => roundTrip(client, name, found?.partitions ?? [], { messages, run, signal })),
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

/** Counts, and milliseconds with one decimal. */
export function summary(trips: readonly PartitionTrip[]) {
  const firsts = trips.map(({ firstMs }) => firstMs).sort((a, b) => a - b);
  const others = trips.flatMap(({ latencies }) => latencies).sort((a, b) => a - b);
  const sorted = others.length > 0 ? others : firsts;
  const rounded = (ms = 0) => Math.round(ms * 10) / 10;
  return {
    partitions: trips.length,
    messages: trips.reduce((sum, { messages }) => sum + messages, 0),
    latency_ms: {
      min: rounded(sorted[0]),
      median: rounded(sorted[Math.floor(sorted.length / 2)]),
      max: rounded(sorted.at(-1)),
      first: rounded(firsts.at(-1)),
    },
    trips: trips.map(({ topic: name, partition, leader, messages }) => ({ topic: name, partition, leader, messages })),
  };
}

function inWords({ partitions, messages, latency_ms }: ReturnType<typeof summary>): string {
  const { median, max } = latency_ms;
  return `${partitions} partitions, ${messages} messages, acks=all: all read back; median ${median} ms, max ${max} ms`;
}
