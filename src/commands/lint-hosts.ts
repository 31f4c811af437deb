import type { Position } from '../errors.ts';
import type { Broker } from '../kafka/lint/broker.ts';
import { readBroker } from '../kafka/lint/broker.ts';
import { lintBroker } from '../kafka/lint/broker-rules.ts';
import { groupBrokers } from '../kafka/lint/cluster.ts';
import { kafkaClusterRules } from '../kafka/lint/cluster-rules.ts';
import { kafkaHostRules } from '../kafka/lint/host-rules.ts';
import { guessKafkaVersion, toldKafkaVersion } from '../kafka/lint/version.ts';
import type { KafkaCatalogue } from '../kafka/settings/catalogue.ts';
import type { LintedFile } from '../lint/linted.ts';
import { checkAll, type LintProblem } from '../lint/rule.ts';
import type { LintFile, LintHost } from '../lint/subject.ts';
import { suppressionsOf } from '../lint/suppress.ts';
import { groupServers } from '../zookeeper/lint/ensemble.ts';
import { ensembleRules } from '../zookeeper/lint/ensemble-rules.ts';
import { zooKeeperHostRules } from '../zookeeper/lint/host-rules.ts';
import { readServer, type ZooKeeperServer } from '../zookeeper/lint/server.ts';
import { lintServer } from '../zookeeper/lint/server-rules.ts';
import { guessZooKeeperVersion } from '../zookeeper/lint/version.ts';
import { allRuleIds } from './lint-rules.ts';

export interface LintSetting {
  readonly catalogue: KafkaCatalogue;
  readonly kafkaVersion?: string | undefined;
  readonly zookeeperVersion?: string | undefined;
  /** How many brokers there are, when that is told. */
  readonly brokers?: number | undefined;
  /** Whether all files are of one cluster, whatever they name. */
  readonly allTogether: boolean;
  /** Whether some hosts of the cluster are not among these. */
  readonly isPart: boolean;
  readonly disabled: ReadonlySet<string>;
  /** When certificates are judged, in milliseconds since the epoch; now, when it is not given. */
  readonly now?: number | undefined;
}

/**
 * Lints the files of all hosts, alone and together; the result has every file that a rule knows, in the order of the hosts.
 * `live`: what was found on the hosts themselves, at one of their files or at the host's name.
 */
export function lintHosts(
  hosts: readonly LintHost[],
  setting: LintSetting,
  live: readonly LintProblem[] = [],
): LintedFile[] {
  const problems: LintProblem[] = [...live];
  const brokers: Broker[] = [];
  const servers: ZooKeeperServer[] = [];
  for (const host of hosts) {
    const read = readHost(host, setting);
    brokers.push(...read.brokers);
    servers.push(...read.servers);
    problems.push(...checkAll(kafkaHostRules, { host, ...read }), ...checkAll(zooKeeperHostRules, { host, ...read }));
  }
  const clusters = groupBrokers(brokers, setting);
  for (const cluster of clusters) {
    problems.push(...cluster.brokers.flatMap(lintBroker));
    if (cluster.brokers.length > 1 && isTogether(cluster.brokers, setting))
      problems.push(...checkAll(kafkaClusterRules, cluster));
  }
  problems.push(...servers.flatMap(lintServer));
  for (const ensemble of groupServers(
    servers.filter((each) => isTogether([each], setting)),
    setting.allTogether,
  ))
    problems.push(...checkAll(ensembleRules, ensemble));
  return byFile(hosts, problems, setting.disabled);
}

/** Bare files are judged together only when they are said to be of one cluster. */
function isTogether(members: readonly { readonly host: string | undefined }[], { allTogether }: LintSetting): boolean {
  return allTogether || members.every(({ host }) => host !== undefined);
}

/** The servers that the files of a host set up. */
export function readHost(host: LintHost, setting: LintSetting): { brokers: Broker[]; servers: ZooKeeperServer[] } {
  const units = host.files.filter(({ kind }) => kind === 'unit').map(({ text }) => text);
  const myid = host.files.find(({ kind }) => kind === 'myid');
  const brokers = host.files
    .filter(({ kind }) => kind === 'kafka')
    .map(({ file, text }) =>
      readBroker({
        file,
        text,
        host: host.name,
        version: setting.kafkaVersion ?? guessKafkaVersion(text, units, setting.catalogue),
        isVersionTold: (setting.kafkaVersion ?? toldKafkaVersion(text, units)) !== undefined,
        catalogue: setting.catalogue,
        brokers: setting.brokers,
        contentOf: host.contentOf,
        now: setting.now,
      }),
    );
  const servers = host.files
    .filter(({ kind }) => kind === 'zookeeper')
    .map(({ file, text }) =>
      readServer({
        file,
        text,
        host: host.name,
        version: setting.zookeeperVersion ?? guessZooKeeperVersion(text, units),
        myid,
      }),
    );
  return { brokers, servers };
}

function byFile(hosts: readonly LintHost[], problems: readonly LintProblem[], off: ReadonlySet<string>): LintedFile[] {
  const found = new Map<string, LintProblem[]>();
  const rules = allRuleIds();
  for (const problem of problems) found.set(problem.at.file, [...(found.get(problem.at.file) ?? []), problem]);
  const linted = (
    host: LintHost,
    { file, text, path }: Pick<LintFile, 'file' | 'text'> & { path?: string },
  ): LintedFile => {
    const { disabled, problems: own } = suppressionsOf(text, file, rules);
    const mine = [...(found.get(file) ?? []), ...own].filter(({ rule }) => !disabled.has(rule) && !off.has(rule));
    const lines = mine.length === 0 ? [] : text.split(/\r\n|\n|\r/);
    const problems = inOrder(mine).map((each) => ({ ...each, origin: originOf(host, each, lines) }));
    return { file, text, problems, host: host.name, path };
  };
  return hosts.flatMap((host) => [
    ...host.files.map((file) => linted(host, file)),
    ...(host.name !== undefined && found.has(host.name) ? [linted(host, { file: host.name, text: '' })] : []),
  ]);
}

/** Where the inventory gives the value that a problem is about. */
function originOf(host: LintHost, { key, at }: LintProblem, lines: readonly string[]): Position | undefined {
  const value = /^[^=:\s]+\s*[=:\s]\s*(.*?)\s*$/.exec(lines[at.line - 1] ?? '')?.[1];
  return value === undefined || value === '' ? undefined : host.origin?.(key, value);
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

function inOrder(problems: readonly LintProblem[]): LintProblem[] {
  return problems.toSorted(
    (a, b) => a.at.line - b.at.line || RANK[a.severity] - RANK[b.severity] || a.at.column - b.at.column,
  );
}
