import type { VariableScope } from '../config/variables/scope.ts';
import { InputError, type Problem } from '../errors.ts';
import { Undefined } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import { quoteAll } from '../shell/quote.ts';

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
  /** Names of handlers that restart it. */
  readonly handler: RegExp;
}

/**
 * The servers of a cluster, from the variables that the shipped playbooks run by.
 * @throws InputError with every variable that is missing
 */
export function membersOf(
  cluster: ClusterName,
  hosts: readonly string[],
  scopeOf: (host: string) => VariableScope,
): readonly Member[] {
  const problems: Problem[] = [];
  const members = hosts.map((host) => {
    const read = reader(host, scopeOf(host), problems);
    return cluster === 'kafka' ? broker(host, read) : zookeeperServer(host, read);
  });
  if (problems.length > 0) throw new InputError(problems);
  return members;
}

interface Reader {
  text(name: string, fallback?: string): string;
  isOn(name: string): boolean;
}

function reader(host: string, scope: VariableScope, problems: Problem[]): Reader {
  const text = (name: string, fallback?: string): string => {
    const value = scope.lookup(name);
    if (value !== undefined && value !== null && !(value instanceof Undefined)) return toText(value);
    if (fallback !== undefined) return fallback;
    const hint = 'set it for the group, as inventory/group_vars of a project that brokkr init has made does';
    problems.push({ message: `${host} has no variable ${name}, which says how its server is restarted`, hint });
    return '';
  };
  return { text, isOn: (name) => /^(true|yes|on|1)$/i.test(text(name, 'false')) };
}

function broker(host: string, read: Reader): Member {
  const config = read.text('kafka_config_dir');
  const isUnit = read.text('service_manager', 'systemd') === 'systemd';
  const daemon = `${config}/kafka-daemon.sh`;
  return {
    host,
    cluster: 'kafka',
    id: Number(read.text('broker_id')),
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
    folders: [...listOf(read.text('kafka_log_dirs', '')), read.text('kafka_log_dir')],
    stopTimeout: Number(read.text('kafka_stop_timeout', '300')),
    handler: /restart.*kafka/i,
  };
}

function zookeeperServer(host: string, read: Reader): Member {
  const config = read.text('zookeeper_config_dir');
  const home = read.text('zookeeper_home');
  const isUnit = read.text('service_manager', 'systemd') === 'systemd';
  const script = [`${home}/bin/zkServer.sh`, '--config', config];
  return {
    host,
    cluster: 'zookeeper',
    id: Number(read.text('zookeeper_id')),
    unit: isUnit ? 'zookeeper.service' : undefined,
    script: isUnit ? undefined : { start: quoteAll([...script, 'start']), stop: quoteAll([...script, 'stop']) },
    scriptUser: read.isOn('rootless') ? undefined : read.text('zookeeper_user'),
    commandLine: `QuorumPeerMain ${config}/zoo.cfg`,
    files: [`${config}/zoo.cfg`, `${config}/java.env`, `${config}/log4j.properties`, home],
    log: `${read.text('zookeeper_log_dir')}/zookeeper.log`,
    folders: [...listOf(read.text('zookeeper_data_dir', '')), read.text('zookeeper_log_dir')],
    stopTimeout: Number(read.text('zookeeper_stop_timeout', '300')),
    handler: /restart.*zookeeper/i,
  };
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((each) => each.replace(/[[\]'"]/g, '').trim())
    .filter((each) => each.startsWith('/'));
}
