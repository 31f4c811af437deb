import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { BrokkrError } from '../errors.ts';
import { choice } from '../modules/argument-types.ts';
import { bootstrapServers } from '../modules/cluster-arguments.ts';
import { clusterModule, concludeControl } from '../modules/cluster-module.ts';
import { formatEndpoint } from '../modules/dialing.ts';
import { plainOf, resultOfJson } from '../modules/json-value.ts';
import type { ControlContext, Decision, Module } from '../modules/module.ts';
import type { Performed } from '../shell/action.ts';
import type { ControlAnswer, ControlQuestion, Json } from '../shell/question.ts';
import { ClusterClient } from './cluster-client.ts';
import { KafkaRefusal, KafkaUnreachable } from './errors.ts';
import { changeTopic } from './topic-changes.ts';
import { planTopic, type TopicPlan } from './topic-plan.ts';
import { readTopic, type TopicState, topicStateSchema } from './topic-state.ts';

const topic = 'kafka-topic';

const limits = { connectTimeoutMs: 2000, requestTimeoutMs: 10_000 };

const wholeNumber = (most: number) => {
  const wanted = `a whole number from 1 to ${most} is wanted`;
  return z.preprocess(plainOf, z.coerce.number(wanted).int(wanted).min(1, wanted).max(most, wanted));
};

/** A topic's legal names (org.apache.kafka.common.internals.Topic): `.` and `_` clash in metrics, but are allowed. */
const topicName = z
  .string('the name of a topic is wanted')
  .regex(/^[A-Za-z0-9._-]{1,249}$/, 'a topic has up to 249 letters, digits, ".", "_" and "-"')
  .refine((name) => name !== '.' && name !== '..', 'a topic cannot be called "." or ".."');

/** Settings as Kafka writes them: text; a bool in lower case, a list with commas. */
const settings = z.preprocess(
  plainOf,
  z.record(
    z.string(),
    z
      .union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])
      .transform((value) => (value === null ? null : String(value))),
    'a dict of settings is wanted',
  ),
);

const schema = z.strictObject({
  bootstrap_servers: bootstrapServers,
  name: topicName,
  partitions: wholeNumber(100_000).optional(),
  replication_factor: wholeNumber(32_767).optional(),
  config: settings.default({}),
  state: choice(['present', 'absent']).default('present'),
});
type Args = z.output<typeof schema>;

/** A topic with its partitions, replicas and settings; settings that are not named stay as they are. */
export const kafkaTopic: Module<Args> = {
  name: 'kafka_topic',
  collection: 'brokkr',
  summary: 'Create, extend, configure or remove a topic; settings that are not named stay as they are.',
  schema,
  aliases: { topic: 'name' },
  example: [
    '- name: The topic of the log shippers',
    '  kafka_topic:',
    '    bootstrap_servers: ["s1:9092", "s2:9092", "s3:9092"]',
    '    name: logs',
    '    partitions: 3',
    '    replication_factor: 2',
    '    config:',
    '      retention.ms: 604800000',
  ].join('\n'),
  ...clusterModule({ topic, question, decide, answer, perform }),
};

function question({ bootstrap_servers, name }: Args): ControlQuestion {
  const parameters = { bootstrap_servers: bootstrap_servers.map(formatEndpoint), name };
  return { ask: 'control', topic, parameters, life: 'volatile' };
}

const answerSchema = z.object({ reachable: z.boolean(), state: topicStateSchema.nullable(), message: z.string() });

function decide(args: Args, found: ControlAnswer): Decision {
  if (!found.ok) return { verdict: 'failed', message: found.error, result: new Map() };
  const { state, message } = answerSchema.parse(found.value);
  if (state === null) {
    const note = `the topic ${args.name} can only be looked at when the cluster runs (${message})`;
    return change(args, null, { kind: 'note', text: note });
  }
  const plan = planTopic(args, state);
  if (plan.verdict === 'unchanged') return { verdict: 'unchanged', result: resultOf(args, state, 'as it shall be') };
  if (plan.verdict === 'failed') return { ...plan, result: resultOf(args, state, plan.message) };
  return change(args, state, { kind: 'state', subject: `topic ${args.name}`, before: plan.before, after: plan.after });
}

function change(
  args: Args,
  state: TopicState | null,
  diff: Extract<Decision, { diff: unknown }>['diff'][number],
): Decision {
  const { partitions, replication_factor, bootstrap_servers, ...rest } = args;
  const numbers = {
    ...(partitions === undefined ? {} : { partitions }),
    ...(replication_factor === undefined ? {} : { replication_factor }),
  };
  const wanted = { ...rest, ...numbers, bootstrap_servers: bootstrap_servers.map(formatEndpoint) };
  return {
    verdict: 'change',
    actions: [{ do: 'control', topic, parameters: { wanted, seen: state } }],
    diff: [diff],
    result: new Map([['name', args.name]]),
    pending: ['partitions', 'replication_factor', 'config', 'msg'],
    conclude: ([outcome]) => {
      const changed = z.object({ changed: z.boolean() }).safeParse(outcome?.value).data?.changed === true;
      return { ...concludeControl(outcome, 'the topic was not looked at'), changed };
    },
  };
}

function resultOf(args: Args, state: TopicState, msg: string): ReturnType<typeof resultOfJson> {
  return resultOfJson(describe(args.name, state), msg);
}

function describe(name: string, { topic: found }: TopicState): { readonly [key: string]: Json } {
  if (found === null) return { name, exists: false };
  const overridden = found.config.filter((setting) => setting.overridden);
  return {
    name,
    exists: true,
    partitions: found.partitions,
    replication_factor: found.replicationFactors.at(-1) ?? 0,
    config: Object.fromEntries(overridden.map(({ name: key, value }) => [key, value])),
  };
}

async function answer(parameters: Json, context: ControlContext): Promise<ControlAnswer> {
  const { bootstrap_servers, name } = schema.pick({ bootstrap_servers: true, name: true }).parse(parameters);
  const client = new ClusterClient(bootstrap_servers, { ...context, ...limits });
  try {
    return { ok: true, value: { reachable: true, state: await readTopic(client, name), message: '' } };
  } catch (error) {
    if (error instanceof KafkaUnreachable) {
      return { ok: true, value: { reachable: false, state: null, message: error.message } };
    }
    if (error instanceof KafkaRefusal) return { ok: false, error: error.message };
    throw error;
  } finally {
    client.close();
  }
}

const changeSchema = z.object({ wanted: schema, seen: topicStateSchema.nullable() });

/** Reads the topic again, and stops when it is no longer what the plan was made from. */
async function perform(parameters: Json, context: ControlContext): Promise<Performed> {
  const { wanted, seen } = changeSchema.parse(parameters);
  const client = new ClusterClient(wanted.bootstrap_servers, { ...context, ...limits });
  const outcome = (rc: number, text: string, value: Json): Performed =>
    rc === 0 ? { rc, stdout: text, stderr: '', value } : { rc, stdout: '', stderr: text, value };
  try {
    const now = await readTopic(client, wanted.name);
    if (seen !== null && !isDeepStrictEqual(seen.topic, now.topic)) {
      return outcome(1, `the topic ${wanted.name} has changed since the plan was made; plan again`, {});
    }
    const plan: TopicPlan = planTopic(wanted, now);
    if (plan.verdict === 'failed') return outcome(1, `${plan.message}; ${plan.hint}`, describe(wanted.name, now));
    if (plan.verdict === 'unchanged') {
      return outcome(0, 'as it shall be', { ...describe(wanted.name, now), changed: false });
    }
    await changeTopic(client, wanted, plan.steps, context.signal);
    const after = describe(wanted.name, await readTopic(client, wanted.name));
    return outcome(0, plan.steps.map(({ step }) => step).join(', '), { ...after, changed: true });
  } catch (error) {
    if (error instanceof BrokkrError && !context.signal.aborted) return outcome(1, error.message, {});
    throw error;
  } finally {
    client.close();
  }
}
