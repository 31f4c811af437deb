import type { VariableScope } from './config/variables/scope.ts';
import { KafkaGate } from './kafka/restart-gate.ts';
import type { GateOptions, RestartGate } from './modules/gate.ts';
import { plainOf } from './modules/json-value.ts';
import type { ControlContext } from './modules/module.ts';
import { readVariable, serverId, variablesOf } from './restart/cluster-variables.ts';
import type { ClusterName } from './restart/members.ts';
import type { Action } from './shell/action.ts';
import type { Json } from './shell/question.ts';
import { ZookeeperGate } from './zookeeper/restart-gate.ts';

/** Which server an action would take down: `unit` names the unit when it is one, so that its state can be looked up. */
export interface Restart {
  readonly cluster: 'kafka' | 'zookeeper';
  readonly unit: string | undefined;
  /** It is not started again. */
  readonly stays: boolean;
}

/** Each within one command: what stands behind a `;` or on the next line is another one. */
const systemctl =
  /\bsystemctl\s+(?:-\S+\s+)*(?:(?:try-)?(?:reload-or-)?restart|condrestart|stop|kill|(?:disable|mask)[^\S\n]+--now)[^\S\n]+(?:[^\s;&|]+[^\S\n]+)*?([^\s;&|]*(?:kafka|zookeeper)[^\s;&|]*)/;
const service =
  /(?:\bservice\s+(?:-\S+\s+)*|\/etc\/init\.d\/)([^\s;&|]*(?:kafka|zookeeper)[^\s;&|]*)[^\S\n]+(?:(?:cond|try-|force-)?restart|stop)\b/;

/** Does the action stop or restart a server of a cluster? Told by the names that units and scripts have. */
export function restartOf(action: Action): Restart | undefined {
  if (action.do === 'unit') {
    if (action.verb !== 'restart' && action.verb !== 'stop') return undefined;
    const cluster = clusterOf(action.name);
    return cluster === undefined ? undefined : { cluster, unit: action.name, stays: action.verb === 'stop' };
  }
  if (action.do !== 'run') return undefined;
  const words = wordsOf(action.command);
  const script = /(zkServer|zookeeper-server-stop|kafka-daemon|kafka-server-stop)\.sh\b(?:.*\b(restart|stop)\b)?/.exec(
    words,
  );
  const manager = systemctl.exec(words) ?? service.exec(words);
  const isScript = script !== null && (script[2] !== undefined || script[1]?.endsWith('stop') === true);
  const ofScript = /^z/.test(script?.[1] ?? '') ? 'zookeeper' : 'kafka';
  const cluster = isScript ? ofScript : clusterOf(manager?.[1] ?? '');
  // Whatever starts it as well makes it a restart.
  return cluster === undefined ? undefined : { cluster, unit: undefined, stays: startOf(action) !== cluster };
}

/** A command without what only the shell sees: quotes, and lines that go on. */
function wordsOf(command: Extract<Action, { readonly do: 'run' }>['command']): string {
  const text = command.kind === 'argv' ? command.argv.join(' ') : command.script;
  return text.replace(/\\\n/g, ' ').replace(/["']/g, '');
}

const starting = /^(?:start(?:-foreground)?|(?:try-)?(?:reload-or-)?restart|(?:cond|force-)restart)$/;

/** The cluster whose server an action starts, whether or not it takes it down before. */
export function startOf(action: Action): Restart['cluster'] | undefined {
  if (action.do === 'unit')
    return action.verb === 'start' || action.verb === 'restart' ? clusterOf(action.name) : undefined;
  if (action.do !== 'run') return undefined;
  if (action.command.kind === 'argv') return startedBy(action.command.argv);
  const script = action.command.script.replace(/\\\n/g, ' ').replace(/(^|\s)#.*$/gm, '$1');
  for (const command of script.split(/[;&|\n]+/)) {
    const cluster = startedBy(command.split(/\s+/).map((word) => word.replace(/^["'({]+|["')}]+$/g, '')));
    if (cluster !== undefined) return cluster;
  }
  return undefined;
}

/** The cluster whose server one command starts. */
function startedBy(argv: readonly string[]): Restart['cluster'] | undefined {
  // A script of init is what `service` would call.
  const isInit = /^\/etc\/init\.d\//.test(argv[0] ?? '');
  const names = [...(isInit ? ['service'] : []), ...argv].map((word) => word.replace(/^.*\//, ''));
  const isStart = names.some((word) => starting.test(word));
  for (const [index, name] of names.entries()) {
    const [, product, verb] = /^(kafka|zookeeper|zkServer)(?:-server-(start|stop)|-daemon)?\.sh$/.exec(name) ?? [];
    if (product !== undefined && (verb === 'start' || isStart)) return product === 'kafka' ? 'kafka' : 'zookeeper';
    if (!['systemctl', 'service'].includes(name) || !isStart) continue;
    const [cluster] = names.slice(index + 1).flatMap((unit) => clusterOf(unit) ?? []);
    if (cluster !== undefined) return cluster;
  }
  return undefined;
}

function clusterOf(unit: string): Restart['cluster'] | undefined {
  const name = unit.replace(/\.service$/, '');
  if (/(^|[-_@])zookeeper([-_@]|$)/.test(name)) return 'zookeeper';
  return /(^|[-_@])kafka([-_@](server|broker|\d+).*)?$/.test(name) ? 'kafka' : undefined;
}

/**
 * The gate of a cluster, from the variables that say what belongs to it; `undefined` when they are not there, or mean something
 * else, so that nobody could look.
 */
export function gateOf(
  cluster: ClusterName,
  host: string,
  scopeOf: (host: string) => VariableScope,
  context: ControlContext,
  looks?: GateOptions,
): RestartGate | undefined {
  const scope = scopeOf(host);
  const { needed, optional } = variablesOf[cluster];
  const values = [...needed, ...optional].flatMap((name) => {
    const reading = readVariable(scope, name);
    return reading.is === 'set' ? [[name, reading.value] as const] : [];
  });
  const read = new Map<string, Json>(values);
  if (needed.some((name) => !read.has(name))) return undefined;
  const timing = Object.entries({
    timeout: looks?.timeout ?? read.get(`${cluster}_start_timeout`),
    samples: looks?.samples ?? read.get(`${cluster}_restart_samples`),
    interval: looks?.interval,
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const idOf = (of: string): number | undefined => serverId(cluster, scopeOf(of));
  if (cluster === 'zookeeper') {
    const servers = read.get('zookeeper_servers') ?? [];
    return new ZookeeperGate({ servers, ...Object.fromEntries(timing) }, idOf, context);
  }
  const accepted = [
    ...textList(plainOf(scope.lookup('kafka_accept_unavailability'))),
    ...(looks?.acceptUnavailability ?? []),
  ];
  const parameters = {
    bootstrap_servers: read.get('kafka_bootstrap') ?? [],
    brokers: read.get('kafka_broker_ids') ?? [],
    accept_unavailability: accepted,
    parallel_in_rack: looks?.parallelInRack ?? false,
  };
  return new KafkaGate({ ...parameters, ...Object.fromEntries(timing) }, idOf, context);
}

function textList(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(',').map((each) => each.trim());
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
