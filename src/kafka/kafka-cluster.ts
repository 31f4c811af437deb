import { z } from 'zod';
import { bootstrapServers, brokerIds, logFile, logPath, seconds } from '../modules/cluster-arguments.ts';
import { clusterModule, concludeControl } from '../modules/cluster-module.ts';
import { formatEndpoint } from '../modules/dialing.ts';
import { plainOf, resultOfJson } from '../modules/json-value.ts';
import type { ControlContext, Decision, Module } from '../modules/module.ts';
import { type Health, logTail, waitForHealth } from '../modules/waiting.ts';
import type { Performed } from '../shell/action.ts';
import type { ControlAnswer, ControlQuestion, Json } from '../shell/question.ts';
import { ClusterClient } from './cluster-client.ts';
import { KafkaUnreachable } from './errors.ts';
import { type ClusterHealth, clusterHealth } from './health.ts';

const topic = 'kafka-cluster';

/** Milliseconds within which a broker that is well is connected, and answers a Metadata request. */
const limits = { connectTimeoutMs: 2000, requestTimeoutMs: 5000 };

const replicas = 'a number of replicas, 1 or more, is wanted';

const schema = z.strictObject({
  bootstrap_servers: bootstrapServers,
  brokers: brokerIds,
  min_isr: z.preprocess(plainOf, z.coerce.number(replicas).int(replicas).min(1, replicas)).optional(),
  timeout: seconds.default(120),
  interval: seconds.default(0.5),
  log_file: logFile.optional(),
});
type Args = z.output<typeof schema>;

const lookSchema = schema.pick({ bootstrap_servers: true, brokers: true, min_isr: true });
type Look = z.output<typeof lookSchema>;
const valueSchema = z.object({ healthy: z.boolean(), message: z.string() });

/** Waits until all brokers are registered and every partition has all its replicas in sync. Never changes anything. */
export const kafkaCluster: Module<Args> = {
  name: 'kafka_cluster',
  collection: 'brokkr',
  summary: 'Wait until all expected brokers are registered and no partition is offline or under-replicated.',
  schema,
  aliases: { servers: 'bootstrap_servers' },
  example: [
    '- name: All brokers are there',
    '  kafka_cluster:',
    '    bootstrap_servers: ["s1:9092", "s2:9092", "s3:9092"]',
    '    brokers: [1, 2, 3]',
    '    timeout: 120',
  ].join('\n'),
  ...clusterModule({ topic, question, decide, answer, perform }),
};

function question(args: Args): ControlQuestion {
  return { ask: 'control', topic, parameters: lookParameters(args), life: 'volatile' };
}

function lookParameters({ bootstrap_servers, brokers, min_isr }: Look): { readonly [key: string]: Json } {
  const minIsr = min_isr === undefined ? {} : { min_isr };
  return { bootstrap_servers: bootstrap_servers.map(formatEndpoint), brokers, ...minIsr };
}

function decide(args: Args, found: ControlAnswer): Decision {
  const now = found.ok ? valueSchema.parse(found.value) : undefined;
  if (found.ok && now?.healthy) return { verdict: 'unchanged', result: resultOfJson(found.value, now.message) };
  const { timeout, interval, log_file } = args;
  const log = log_file === undefined ? {} : { log_file };
  return {
    verdict: 'change',
    actions: [{ do: 'control', topic, parameters: { ...lookParameters(args), timeout, interval, ...log } }],
    diff: [],
    result: new Map(),
    pending: [...Object.keys(valueFor(undefined, '', [])), 'msg'],
    conclude: ([outcome]) => concludeControl(outcome, 'the cluster was not looked at'),
  };
}

async function answer(parameters: Json, context: ControlContext): Promise<ControlAnswer> {
  const { value } = await look(lookSchema.parse(parameters), context, 'one broker');
  return { ok: true, value };
}

async function perform(parameters: Json, context: ControlContext): Promise<Performed> {
  const args = schema.parse(parameters);
  return waitForHealth({
    look: () => look(args, context, 'every broker'),
    failure: (last) => failureOf(args, last, context),
    timeoutMs: args.timeout * 1000,
    intervalMs: args.interval * 1000,
    context,
  });
}

async function failureOf(args: Args, last: Health, context: ControlContext): Promise<string> {
  const { endpoints } = z.object({ endpoints: z.array(z.string()) }).parse(last.value);
  const silent = args.bootstrap_servers.filter((server) => !endpoints.includes(formatEndpoint(server)));
  const hosts = new Set((silent.length > 0 ? silent : args.bootstrap_servers).map(({ host }) => host));
  const tails = await Promise.all(
    [...hosts].map((host) => {
      const path = logPath(args.log_file, host);
      return path === undefined ? undefined : logTail(context, host, path);
    }),
  );
  const ends = tails.filter((tail) => tail !== undefined);
  return [`the cluster is not whole after ${args.timeout} s: ${last.progress}`, ...ends].join('\n');
}

/** One broker's word is enough to see that nothing is to be done; before others go on, every broker must agree. */
async function look(args: Look, context: ControlContext, asked: 'one broker' | 'every broker'): Promise<Health> {
  const { dialer, signal } = context;
  const client = new ClusterClient(args.bootstrap_servers, { dialer, signal, ...limits });
  try {
    const expected = { brokers: args.brokers, minIsr: args.min_isr };
    const first = clusterHealth(await client.metadata(), expected);
    if (!first.healthy || asked === 'one broker') return healthOf(first, args);
    const views = await Promise.all(
      args.brokers.map(async (id) => clusterHealth(await client.metadataOf(id), expected)),
    );
    return healthOf(views.find(({ healthy }) => !healthy) ?? first, args);
  } catch (error) {
    if (!(error instanceof KafkaUnreachable)) throw error;
    return { healthy: false, progress: error.message, value: valueFor(undefined, error.message, [error.message]) };
  } finally {
    client.close();
  }
}

function healthOf(health: ClusterHealth, { brokers }: Look): Health {
  const present = brokers.length - health.missing.length;
  const message = health.healthy
    ? `${brokers.length} brokers, ${health.partitions} partitions, all in sync`
    : `${present} of ${brokers.length} brokers are registered, waiting: ${health.reasons.join('; ')}`;
  return { healthy: health.healthy, progress: message, value: valueFor(health, message, health.reasons) };
}

function valueFor(health: ClusterHealth | undefined, message: string, reasons: readonly string[]) {
  return {
    healthy: health?.healthy ?? false,
    reachable: health !== undefined,
    cluster_id: health?.clusterId ?? null,
    controller: health?.controller ?? null,
    brokers: health?.registered ?? [],
    endpoints: health?.endpoints ?? [],
    missing: health?.missing ?? [],
    offline_partitions: health?.offline ?? [],
    under_replicated_partitions: health?.underReplicated ?? [],
    partitions: health?.partitions ?? 0,
    reasons,
    message,
  };
}
