import { z } from 'zod';
import { logFile, logPath, seconds } from '../modules/cluster-arguments.ts';
import { clusterModule, concludeControl } from '../modules/cluster-module.ts';
import { formatEndpoint } from '../modules/dialing.ts';
import { plainOf, resultOfJson } from '../modules/json-value.ts';
import type { ControlContext, Decision, Module } from '../modules/module.ts';
import { type Health, logTail, waitForHealth } from '../modules/waiting.ts';
import type { Performed } from '../shell/action.ts';
import type { ControlAnswer, ControlQuestion, Json } from '../shell/question.ts';
import type { EnsembleHealth, ServerReport } from './ensemble.ts';
import { probeEnsemble } from './ensemble-probe.ts';
import { serversSchema } from './server.ts';

const topic = 'zookeeper-ensemble';

/** Milliseconds within which a server that is well answers a four-letter word. */
const answerWithinMs = 2000;

const schema = z.strictObject({
  servers: z.preprocess(plainOf, serversSchema),
  timeout: seconds.default(60),
  interval: seconds.default(0.25),
  log_file: logFile.optional(),
});
type Args = z.output<typeof schema>;

const parametersSchema = z.object({ servers: serversSchema });
const valueSchema = z.object({ healthy: z.boolean(), message: z.string() });

/** Waits until the named ZooKeeper servers are one ensemble with a leader and synced followers. Never changes anything. */
export const zookeeperEnsemble: Module<Args> = {
  name: 'zookeeper_ensemble',
  collection: 'brokkr',
  summary:
    'Wait until ZooKeeper servers are one ensemble: one leader, all others its synced followers, none standalone.',
  schema,
  aliases: {},
  example: [
    '- name: The ensemble has a quorum',
    '  zookeeper_ensemble:',
    '    servers: ["1@s1:2181", "2@s2:2181", "3@s3:2181"]',
    '    timeout: 60',
    '    log_file: /var/log/zookeeper/zookeeper.log',
  ].join('\n'),
  ...clusterModule({ topic, question, decide, answer, perform }),
};

function question(args: Args): ControlQuestion {
  return { ask: 'control', topic, parameters: { servers: args.servers.map(parameterOf) }, life: 'volatile' };
}

function parameterOf({ id, host, port }: Args['servers'][number]): Json {
  return { id, host, port };
}

function decide(args: Args, found: ControlAnswer): Decision {
  const now = found.ok ? valueSchema.parse(found.value) : undefined;
  if (found.ok && now?.healthy) return { verdict: 'unchanged', result: resultOfJson(found.value, now.message) };
  const { timeout, interval, log_file } = args;
  const servers = args.servers.map(parameterOf);
  const parameters = { servers, timeout, interval, ...(log_file === undefined ? {} : { log_file }) };
  return {
    verdict: 'change',
    actions: [{ do: 'control', topic, parameters }],
    diff: [],
    result: new Map(),
    pending: ['healthy', 'leader', 'servers', 'reasons', 'notes', 'message', 'msg'],
    conclude: ([outcome]) => concludeControl(outcome, 'the ensemble was not looked at'),
  };
}

async function answer(parameters: Json, context: ControlContext): Promise<ControlAnswer> {
  const { servers } = parametersSchema.parse(parameters);
  const { dialer, signal } = context;
  const health = await probeEnsemble(servers, { dialer, signal, timeoutMs: answerWithinMs });
  return { ok: true, value: healthOf(health).value };
}

async function perform(parameters: Json, context: ControlContext): Promise<Performed> {
  const args = schema.parse(parameters);
  const { dialer, signal } = context;
  let last: EnsembleHealth | undefined;
  return waitForHealth({
    look: async () => {
      last = await probeEnsemble(args.servers, { dialer, signal, timeoutMs: answerWithinMs });
      return { ...healthOf(last), isVain: unreached(last, context).length > 0 };
    },
    failure: async () => failureOf(last, args, context),
    timeoutMs: args.timeout * 1000,
    intervalMs: args.interval * 1000,
    context,
  });
}

/** One line for whoever watches, and the fields of the result. */
function healthOf(health: EnsembleHealth): Health {
  const { servers, leader, notes } = health;
  const serving = servers.filter(({ state }) => state.state === 'leader' || state.state === 'follower');
  const message = health.healthy
    ? [leads(health), ...notes]
    : [`${serving.length} of ${servers.length} servers serve, waiting for ${waitingFor(health)}`];
  const value = {
    healthy: health.healthy,
    leader: leader ?? null,
    reasons: health.reasons,
    notes,
    servers: servers.map(serverValue),
    message: message.join('; '),
  };
  return { healthy: health.healthy, progress: value.message, value };
}

function leads({ leader, servers }: EnsembleHealth): string {
  if (servers.length === 1) return `${leader} serves`;
  const counted = servers.some(({ state }) => state.syncedFollowers !== undefined);
  return `${leader} leads ${servers.length - 1} ${counted ? 'synced ' : ''}follower${servers.length === 2 ? '' : 's'}`;
}

function waitingFor({ servers, reasons }: EnsembleHealth): string {
  const missing = servers.filter(({ state }) => state.state === 'unreachable' || state.state === 'not serving');
  if (missing.length === 0) return reasons.join('; ');
  return missing
    .map(({ server, state }) => `${formatEndpoint(server)} (${state.reason ?? 'part of no quorum'})`)
    .join(', ');
}

function serverValue({ server, state }: ServerReport): Json {
  return {
    id: server.id,
    host: server.host,
    port: server.port,
    state: state.state,
    reason: state.reason ?? null,
    version: state.version ?? null,
    zxid: state.zxid ?? null,
    epoch: state.epoch ?? null,
    synced_followers: state.syncedFollowers ?? null,
  };
}

/** The hosts that are all that is missing and that the run could not reach either: nobody is going to start their servers. */
function unreached({ servers }: EnsembleHealth, context: ControlContext): readonly string[] {
  const missing = servers.filter(({ state }) => state.state !== 'leader' && state.state !== 'follower');
  const hosts = missing.map(({ server }) => server.host);
  return hosts.every((host) => context.isUnreachable(host)) ? hosts : [];
}

async function failureOf(health: EnsembleHealth | undefined, args: Args, context: ControlContext): Promise<string> {
  const servers = health?.servers ?? [];
  const lines = servers.map(({ server, state }) => {
    const zxid = state.zxid === undefined ? '' : `, zxid ${state.zxid}`;
    return `  ${server.id}@${formatEndpoint(server)}: ${state.state}${state.reason ? ` (${state.reason})` : zxid}`;
  });
  const unwell = servers.filter(({ state }) => state.state !== 'leader' && state.state !== 'follower');
  const tails = await Promise.all(
    (unwell.length > 0 ? unwell : servers).map(({ server }) => {
      const path = logPath(args.log_file, server.host);
      return path === undefined ? undefined : logTail(context, server.host, path);
    }),
  );
  const lost = health === undefined ? [] : unreached(health, context);
  const when = lost.length === 0 ? ` within ${args.timeout} s` : `, and ${lost.join(', ')} cannot be reached over SSH`;
  return [
    `no healthy ensemble${when}: ${(health?.reasons ?? []).join('; ')}`,
    ...lines,
    ...tails.filter((tail) => tail !== undefined),
  ].join('\n');
}
