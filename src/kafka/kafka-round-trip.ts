import { z } from 'zod';
import { within } from '../deadline.ts';
import { BrokkrError } from '../errors.ts';
import { flag } from '../modules/argument-types.ts';
import { bootstrapServers, brokerIds, seconds } from '../modules/cluster-arguments.ts';
import { concludeControl } from '../modules/cluster-module.ts';
import { formatEndpoint } from '../modules/dialing.ts';
import { plainOf } from '../modules/json-value.ts';
import type { ControlContext, Decision, Module } from '../modules/module.ts';
import type { Performed } from '../shell/action.ts';
import type { Json } from '../shell/question.ts';
import { makeTrips, type TripProgress, type WantedTrips } from './make-trips.ts';
import type { PartitionTrip } from './round-trip.ts';

const topic = 'kafka-round-trip';

const count = 'a whole number from 1 to 10000 is wanted';

const schema = z.strictObject({
  bootstrap_servers: bootstrapServers,
  brokers: brokerIds.optional(),
  topic: z.string('the name of a topic is wanted').min(1).optional(),
  messages: z.preprocess(plainOf, z.coerce.number(count).int(count).min(1, count).max(10_000, count)).default(100),
  group: flag.default(false),
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

function decide({ bootstrap_servers, brokers, topic: also, messages, group, timeout }: Args): Decision {
  const optional = { ...(also === undefined ? {} : { topic: also }), ...(brokers === undefined ? {} : { brokers }) };
  const parameters = {
    bootstrap_servers: bootstrap_servers.map(formatEndpoint),
    messages,
    group,
    timeout,
    ...optional,
  };
  return {
    verdict: 'change',
    actions: [{ do: 'control', topic, parameters }],
    diff: [],
    result: new Map(),
    pending: ['partitions', 'messages', 'latency_ms', 'group_seconds', 'trips', 'notes', 'msg'],
    conclude: ([outcome]) => concludeControl(outcome, 'the round trip was not made'),
  };
}

async function perform(parameters: Json, context: ControlContext): Promise<Performed> {
  const args = schema.parse(parameters);
  const signal = within(args.timeout * 1000, context.signal);
  const trip: TripProgress = { doing: 'looking at the cluster', notes: [] };
  try {
    const trips = await makeTrips(wantedOf(args), { ...context, signal }, trip);
    const value = { ...summary(trips), group_seconds: trip.groupSeconds ?? null, notes: trip.notes };
    return {
      rc: 0,
      stdout: [
        inWords(value),
        ...(args.group ? [`a group reads them in ${trip.groupSeconds} s`] : []),
        ...trip.notes,
      ].join('; '),
      stderr: '',
      value,
    };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof BrokkrError) && !signal.aborted) throw error;
    const why = error instanceof BrokkrError ? error.message : `not done within ${args.timeout} s`;
    const stderr = [`while ${trip.doing}: ${why}`, ...trip.notes].join('; ');
    return { rc: 1, stdout: '', stderr, value: { notes: trip.notes } };
  }
}

function wantedOf({ bootstrap_servers, brokers, topic: name, messages, group }: Args): WantedTrips {
  return { bootstrap: bootstrap_servers, brokers: brokers ?? [], topic: name, messages, group };
}

/** Counts, and milliseconds with one decimal. */
function summary(trips: readonly PartitionTrip[]) {
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
