import { z } from 'zod';
import type { VariableScope } from './config/variables/scope.ts';
import { Undefined, type Value } from './jinja/value.ts';
import { KafkaGate } from './kafka/restart-gate.ts';
import type { GateOptions, RestartGate } from './modules/gate.ts';
import { plainOf } from './modules/json-value.ts';
import type { ControlContext } from './modules/module.ts';
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

const json: z.ZodType<Json> = z.json();
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
 * The gate of a cluster, from the variables that say what belongs to it; `undefined` when they are not there, so that nobody
 * could look.
 */
export function gateOf(
  cluster: string,
  host: string,
  scopeOf: (host: string) => VariableScope,
  context: ControlContext,
  looks?: GateOptions,
): RestartGate | undefined {
  const scope = scopeOf(host);
  const read = (name: string): Json | undefined => {
    const value = scope.lookup(name);
    return value === undefined || value === null || value instanceof Undefined ? undefined : json.parse(plainOf(value));
  };
  const idOf =
    (variable: string) =>
    (of: string): number | undefined => {
      const value: Value | undefined = scopeOf(of).lookup(variable);
      // `-e broker_id=1` makes a text of it.
      const id = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
      return typeof id === 'number' ? id : undefined;
    };
  const given = (timeout: string, samples: string): { readonly [key: string]: Json } => {
    const values = { timeout: looks?.timeout ?? read(timeout), samples: looks?.samples ?? read(samples) };
    const set = { ...values, interval: looks?.interval };
    return Object.fromEntries(
      Object.entries(set).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  };
  if (cluster === 'zookeeper') {
    const servers = read('zookeeper_servers');
    if (servers === undefined) return undefined;
    const parameters = { servers, ...given('zookeeper_start_timeout', 'zookeeper_restart_samples') };
    return new ZookeeperGate(parameters, idOf('zookeeper_id'), context);
  }
  const bootstrap = read('kafka_bootstrap');
  const brokers = read('kafka_broker_ids');
  if (bootstrap === undefined || brokers === undefined) return undefined;
  const accepted = [...textList(read('kafka_accept_unavailability')), ...(looks?.acceptUnavailability ?? [])];
  const parameters = {
    bootstrap_servers: bootstrap,
    brokers,
    accept_unavailability: accepted,
    parallel_in_rack: looks?.parallelInRack ?? false,
  };
  const timing = given('kafka_start_timeout', 'kafka_restart_samples');
  return new KafkaGate({ ...parameters, ...timing }, idOf('broker_id'), context);
}

function textList(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return value.split(',').map((each) => each.trim());
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
