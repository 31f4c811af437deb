import { z } from 'zod';
import type { VariableScope } from '../config/variables/scope.ts';
import { InputError } from '../errors.ts';
import { Undefined, type Value } from '../jinja/value.ts';
import { bootstrapServers, brokerIds, seconds } from '../modules/cluster-arguments.ts';
import type { Endpoint } from '../modules/dialing.ts';
import { plainOf } from '../modules/json-value.ts';
import type { Json } from '../shell/question.ts';
import { serversSchema, type ZookeeperServer } from '../zookeeper/server.ts';
import type { ClusterName } from './members.ts';

/** Leads to the page that tells by which variables and groups a cluster is known. */
export const pageHint =
  'see docs/your-own-roles.md of brokkr: it says which variables make known a cluster that your own or public roles have set up';

const samples = z.coerce.number().int().min(1);

/** What each variable has to be, so that a cluster can be looked at between restarts. */
interface Values {
  readonly kafka_bootstrap: readonly Endpoint[];
  readonly kafka_broker_ids: readonly number[];
  /** Seconds. */
  readonly kafka_start_timeout: number;
  readonly kafka_restart_samples: number;
  readonly zookeeper_servers: readonly ZookeeperServer[];
  /** Seconds. */
  readonly zookeeper_start_timeout: number;
  readonly zookeeper_restart_samples: number;
}
export type ClusterVariable = keyof Values;

const schemas: { readonly [name in ClusterVariable]: z.ZodType<Values[name]> } = {
  kafka_bootstrap: bootstrapServers,
  kafka_broker_ids: brokerIds,
  kafka_start_timeout: seconds,
  kafka_restart_samples: samples,
  zookeeper_servers: serversSchema,
  zookeeper_start_timeout: seconds,
  zookeeper_restart_samples: samples,
};

interface Variables {
  /** Without one of these nobody can look. */
  readonly needed: readonly ClusterVariable[];
  readonly optional: readonly ClusterVariable[];
  /** The number of the server of a host. */
  readonly id: string;
}

export const variablesOf: { readonly [cluster in ClusterName]: Variables } = {
  kafka: {
    needed: ['kafka_bootstrap', 'kafka_broker_ids'],
    optional: ['kafka_start_timeout', 'kafka_restart_samples'],
    id: 'broker_id',
  },
  zookeeper: {
    needed: ['zookeeper_servers'],
    optional: ['zookeeper_start_timeout', 'zookeeper_restart_samples'],
    id: 'zookeeper_id',
  },
};

/** A variable as it was written, where it has the shape that is wanted. */
export type Reading = { readonly is: 'set'; readonly value: Json } | { readonly is: 'missing' | 'wrong' };

/**
 * A variable of the cluster. A role may mean something else by such a name, with a value of another shape: then, or where it is
 * to be told apart anyway, it is also read under its name with `brokkr_` before it, which counts first.
 */
export function readVariable(scope: VariableScope, name: ClusterVariable): Reading {
  const value = setValue(scope, `brokkr_${name}`) ?? setValue(scope, name);
  if (value === undefined) return { is: 'missing' };
  const plain = z.json().safeParse(plainOf(value));
  if (!plain.success || !schemas[name].safeParse(plain.data).success) return { is: 'wrong' };
  return { is: 'set', value: plain.data };
}

/** The same, as whoever looks at the cluster takes it; `undefined` where it is not set, or has another shape. */
export function clusterValue<N extends ClusterVariable>(scope: VariableScope, name: N): Values[N] | undefined {
  const reading = readVariable(scope, name);
  return reading.is === 'set' ? schemas[name].safeParse(reading.value).data : undefined;
}

/** The same, where nothing can be done without it. @throws InputError */
export function neededValue<N extends ClusterVariable>(scope: VariableScope, name: N): Values[N] {
  const value = clusterValue(scope, name);
  if (value !== undefined) return value;
  const how = readVariable(scope, name).is === 'missing' ? 'is not set' : `is not ${shapes[name]}`;
  throw new InputError([{ message: `the variable ${name} of ${scope.host} ${how}`, hint: pageHint }]);
}

/** The number of the server of a host; `undefined` where the variable is not set, or is none. */
export function serverId(cluster: ClusterName, scope: VariableScope): number | undefined {
  const value = setValue(scope, variablesOf[cluster].id);
  // `-e broker_id=1` makes a text of it.
  const id = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof id === 'number' ? id : undefined;
}

function setValue(scope: VariableScope, name: string): Value | undefined {
  const value = scope.lookup(name);
  return value === undefined || value === null || value instanceof Undefined ? undefined : value;
}

const shapes: { readonly [name in ClusterVariable]: string } = {
  kafka_bootstrap: 'a list of host:port',
  kafka_broker_ids: 'a list of broker ids',
  kafka_start_timeout: 'a number of seconds',
  kafka_restart_samples: 'a whole number from 1',
  zookeeper_servers: 'a list of id@host:port',
  zookeeper_start_timeout: 'a number of seconds',
  zookeeper_restart_samples: 'a whole number from 1',
};

/** What keeps the variables of a cluster from telling of it. */
export interface Lack {
  /** In words, each with the name of its variable. */
  readonly reasons: readonly string[];
  /** Lines of YAML that mend it, for group_vars and for host_vars. */
  readonly groupLines: readonly string[];
  readonly hostLines: readonly string[];
}

/** What is missing among the variables of a cluster, or has another shape than is wanted. `hosts`: those of its servers. */
export function lackOf(cluster: ClusterName, hosts: readonly string[], scopeOf: (host: string) => VariableScope): Lack {
  const { needed, optional, id } = variablesOf[cluster];
  const scope = scopeOf(hosts[0] ?? '');
  const isWrong = (name: ClusterVariable): boolean => readVariable(scope, name).is === 'wrong';
  const missing = needed.filter((name) => readVariable(scope, name).is === 'missing');
  const wrong = [...needed, ...optional].filter(isWrong);
  const nameless = hosts.filter((host) => serverId(cluster, scopeOf(host)) === undefined);
  const ids = hosts.map((host, index) => serverId(cluster, scopeOf(host)) ?? index + 1);
  return {
    reasons: [
      ...missing.map((name) => `${name} is not set`),
      ...wrong.map((name) => `${name} is not ${shapes[name]}, and counts as not set`),
      ...(nameless.length > 0 ? [`${id} is not set on ${nameless.join(', ')}`] : []),
    ],
    groupLines: needed
      .filter((name) => missing.includes(name) || wrong.includes(name))
      .map((name) => `${wrong.includes(name) ? 'brokkr_' : ''}${name}: ${exampleOf(name, hosts, ids)}`),
    hostLines: hosts.flatMap((host, index) => (nameless.includes(host) ? [`${id}: ${ids[index]}  # ${host}`] : [])),
  };
}

/** Of the numbers that hosts have already, and of one, two, three where they have none yet. */
function exampleOf(name: ClusterVariable, hosts: readonly string[], ids: readonly number[]): string {
  if (name === 'kafka_broker_ids') return `[${ids.join(', ')}]`;
  const servers = hosts.map((host, index) =>
    name === 'kafka_bootstrap' ? `${host}:9092` : `${ids[index]}@${host}:2181`,
  );
  return `[${servers.map((server) => `"${server}"`).join(', ')}]`;
}

/** What to write, line by line, and where it is told. */
export function lackHint(lack: Pick<Lack, 'groupLines' | 'hostLines'>): string {
  const part = (where: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`  ${where}:`, ...lines.map((line) => `    ${line}`)];
  return [
    pageHint,
    ...part('for the group, for example', lack.groupLines),
    ...part('for each host, for example', lack.hostLines),
  ].join('\n');
}
