import type { VariableScope } from '../config/variables/scope.ts';
import { InputError, type Problem } from '../errors.ts';
import { quoteAll } from '../shell/quote.ts';
import { pageHint } from './cluster-variables.ts';
import { type ServerVariables, serverVariables } from './server-variables.ts';

export type ClusterName = 'zookeeper' | 'kafka';

/** One server of a cluster on one host: what is needed to look at it, stop it and start it. */
export interface Member {
  readonly host: string;
  readonly cluster: ClusterName;
  readonly id: number;
  /** The systemd unit; `undefined` where start scripts and process ids do. */
  readonly unit: string | undefined;
  /** Shell text that starts and stops it, run as `scriptUser`, where there is no unit. */
  readonly script: { readonly start: string; readonly stop: string } | undefined;
  /** Who runs the scripts; `undefined`: whoever logs in. */
  readonly scriptUser: string | undefined;
  /** What stands in its command line and in no other's. */
  readonly commandLine: string;
  /** What it reads when it starts, and the link to its installation. */
  readonly files: readonly string[];
  readonly log: string;
  /** Folders that it writes to: its data and its logs. */
  readonly folders: readonly string[];
  /** Seconds that it may take to end. */
  readonly stopTimeout: number;
  /** Names of handlers that restart it, and nothing else. */
  readonly handler: RegExp;
}

/** The variables do not describe the servers: a playbook in a style of its own. */
export class UndescribedServers extends InputError {}

/**
 * The servers of a cluster, from the variables that the shipped playbooks run by.
 * @throws UndescribedServers when variables are missing, InputError when one has a value that cannot be used; with all of them
 */
export function membersOf(
  cluster: ClusterName,
  hosts: readonly string[],
  scopeOf: (host: string) => VariableScope,
): readonly Member[] {
  const missing = new Map<string, Set<string>>();
  const wrong: Problem[] = [];
  const members = hosts.map((host) => {
    const read = serverVariables(host, scopeOf(host), { missing, wrong });
    return cluster === 'kafka' ? broker(host, read) : zookeeperServer(host, read);
  });
  const lacking = [...missing].map(([name, those]) => ({
    message: `the variable ${name} is not set: it is needed to know the ${cluster} servers of ${[...those].join(', ')}`,
    hint: pageHint,
  }));
  if (missing.size > 0) throw new UndescribedServers([...lacking, ...wrong]);
  if (wrong.length > 0) throw new InputError(wrong);
  return members;
}

/** What handlers are called that restart a server and nothing else: not one of "kafka-exporter" or "Kafka Connect". */
function handlersOf(product: string): RegExp {
  const server = `(?:the )?(?:apache )?${product}(?:\\.service|[ _-]?(?:broker|server|daemon|service|node|cluster))?s?`;
  // Of a role's handler the name has the role before it.
  return new RegExp(`^(?:.* : )?(?:restart[ _-]${server}|${server}[ _-]restart)$`, 'i');
}

function broker(host: string, read: ServerVariables): Member {
  const config = read.text('kafka_config_dir');
  const isUnit = read.text('service_manager', 'systemd') === 'systemd';
  const daemon = `${config}/kafka-daemon.sh`;
  return {
    host,
    cluster: 'kafka',
    id: read.id('broker_id'),
    unit: isUnit ? 'kafka.service' : undefined,
    script: isUnit ? undefined : { start: quoteAll([daemon, 'start']), stop: quoteAll([daemon, 'stop']) },
    scriptUser: read.isOn('rootless') ? undefined : read.text('kafka_user'),
    commandLine: `kafka.Kafka ${config}/server.properties`,
    files: [
      `${config}/server.properties`,
      `${config}/kafka.env`,
      `${config}/log4j.properties`,
      read.text('kafka_home'),
    ],
    log: `${read.text('kafka_log_dir')}/server.log`,
    folders: [...read.folders('kafka_log_dirs'), read.text('kafka_log_dir')],
    stopTimeout: read.stopTimeout('kafka_stop_timeout', isUnit),
    handler: handlersOf('kafka'),
  };
}

function zookeeperServer(host: string, read: ServerVariables): Member {
  const config = read.text('zookeeper_config_dir');
  const home = read.text('zookeeper_home');
  const isUnit = read.text('service_manager', 'systemd') === 'systemd';
  const script = [`${home}/bin/zkServer.sh`, '--config', config];
  return {
    host,
    cluster: 'zookeeper',
    id: read.id('zookeeper_id'),
    unit: isUnit ? 'zookeeper.service' : undefined,
    script: isUnit ? undefined : { start: quoteAll([...script, 'start']), stop: quoteAll([...script, 'stop']) },
    scriptUser: read.isOn('rootless') ? undefined : read.text('zookeeper_user'),
    commandLine: `QuorumPeerMain ${config}/zoo.cfg`,
    files: [`${config}/zoo.cfg`, `${config}/java.env`, `${config}/log4j.properties`, home],
    log: `${read.text('zookeeper_log_dir')}/zookeeper.log`,
    folders: [...read.folders('zookeeper_data_dir'), read.text('zookeeper_log_dir')],
    stopTimeout: read.stopTimeout('zookeeper_stop_timeout', isUnit),
    handler: handlersOf('zookeeper'),
  };
}
