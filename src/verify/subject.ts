import type { HostRun } from '../apply/host-run.ts';
import type { PlaybookSetting } from '../apply/playbook-run.ts';
import { selectHosts } from '../config/inventory/pattern.ts';
import { InputError, type Problem } from '../errors.ts';
import { dataDirs } from '../modules/cluster-arguments.ts';
import type { Endpoint } from '../modules/dialing.ts';
import type { ControlContext } from '../modules/module.ts';
import type { Account } from '../plan/known.ts';
import { keepersOf } from '../restart/cluster-servers.ts';
import { type ClusterVariable, neededValue } from '../restart/cluster-variables.ts';
import { type ClusterName, type Member, membersOf } from '../restart/members.ts';
import { groupHosts } from '../restart/own-members.ts';
import { groupOf } from '../restart/prepare-roll.ts';
import type { ZookeeperServer } from '../zookeeper/server.ts';
import type { HostScope } from './host-look.ts';

/** A host with servers: how it is reached, and what is asked of it. */
export interface SubjectHost extends HostScope {
  readonly name: string;
  readonly run: HostRun;
  /** Who may read its files: root, or whoever logs in where nobody becomes root. */
  readonly keeper: Account;
}

/** A cluster as the inventory describes it. */
export interface Subject {
  /** Those within the limit. */
  readonly hosts: readonly SubjectHost[];
  readonly zookeeper: readonly ZookeeperServer[];
  readonly bootstrap: readonly Endpoint[];
  readonly brokers: readonly number[];
  readonly control: ControlContext;
  /** `broker 2 (s2)`, `s2`: how a server is called. */
  nameOf(cluster: ClusterName, id: number): string;
  /** The host of a server, when it is within the limit. */
  hostOf(cluster: ClusterName, id: number): string | undefined;
}

/**
 * What there should be, from the variables that the shipped playbooks run by.
 * @throws InputError when groups or variables are missing
 */
export function subjectOf(setting: PlaybookSetting): Subject {
  const { inventory, limit } = setting;
  const membersIn = (cluster: ClusterName, within: string | undefined): readonly Member[] => {
    const group = groupOf(cluster, (name) => inventory.hasGroup(name));
    const { hosts } = selectHosts(inventory, group, { limit: within });
    return membersOf(cluster, hosts, (host) => setting.variables.hostScope(host));
  };
  const problems: Problem[] = [];
  const all = (['zookeeper', 'kafka'] as const).flatMap(
    (cluster) => noting(problems, () => membersIn(cluster, undefined)) ?? [],
  );
  const within = new Set(selectHosts(inventory, 'all', { limit }).hosts);
  const chosen = all.filter(({ host }) => within.has(host));
  const scopeOf = (host: string | undefined) => setting.variables.hostScope(host ?? '');
  const broker = groupHosts('kafka', inventory)[0];
  // Without brokers nobody knows whose variables these would be.
  const isReadable = broker !== undefined || problems.length === 0;
  const read = <N extends ClusterVariable>(name: N) =>
    isReadable ? noting(problems, () => neededValue(scopeOf(broker), name)) : undefined;
  const zookeeper = read('zookeeper_servers');
  const bootstrap = read('kafka_bootstrap');
  const brokers = read('kafka_broker_ids');
  if (zookeeper === undefined || bootstrap === undefined || brokers === undefined || problems.length > 0)
    throw new InputError(problems);
  const find = (cluster: ClusterName, id: number) =>
    all.find((member) => member.cluster === cluster && member.id === id)?.host;
  const keeperOf = keepersOf(setting);
  return {
    hosts: [...new Set(chosen.map(({ host }) => host))].map((host) => hostOf(host, chosen, keeperOf(host), setting)),
    ...{ zookeeper, bootstrap, brokers },
    control: setting.identity.control,
    nameOf: (cluster, id) => {
      const host = find(cluster, id);
      if (cluster === 'zookeeper') return host ?? `server ${id}`;
      return host === undefined ? `broker ${id}` : `broker ${id} (${host})`;
    },
    hostOf: (cluster, id) => chosen.find((member) => member.cluster === cluster && member.id === id)?.host,
  };
}

/** What is read, or nothing and its problems. */
function noting<T>(problems: Problem[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function hostOf(name: string, all: readonly Member[], keeper: Account, setting: PlaybookSetting): SubjectHost {
  const run = setting.runs.get(name);
  if (run === undefined) throw new InputError([{ message: `no play is about ${name}` }]);
  const scope = setting.variables.hostScope(name);
  const foldersOf = (variable: string): readonly string[] => {
    const found = dataDirs.safeParse(scope.lookup(variable));
    return found.success ? found.data : [];
  };
  const members = all.filter(({ host }) => host === name);
  const runs = (cluster: ClusterName) => members.some((member) => member.cluster === cluster);
  const dataFolders = runs('kafka') ? foldersOf('kafka_log_dir_list') : [];
  const folders = [
    ...dataFolders,
    ...(runs('kafka') ? foldersOf('kafka_log_dir') : []),
    ...(runs('zookeeper')
      ? ['zookeeper_data_dir', 'zookeeper_data_log_dir', 'zookeeper_log_dir'].flatMap(foldersOf)
      : []),
  ];
  return { name, run, keeper, members, folders: [...new Set(folders)], dataFolders };
}
