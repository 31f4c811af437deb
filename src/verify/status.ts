import type { ClusterName } from '../restart/members.ts';
import { brokerState, faults, isOffline } from './kafka-state.ts';
import type { Subject } from './subject.ts';
import type { HostSurvey, Survey } from './survey.ts';

/** One server in a line. */
export interface ServerStatus {
  readonly cluster: ClusterName;
  readonly id: number;
  /** `leader`, `follower`, `controller`, `broker`; or what is wrong. */
  readonly role: string;
  readonly well: boolean;
  readonly version: string | undefined;
  /** Seconds since it was started. */
  readonly uptime: number | undefined;
  /** Replicas of a broker that are not in step. */
  readonly lagging: number | undefined;
  /** Changed since it was started, or owed by an earlier run. */
  readonly restartOwed: boolean;
  /** Keys and files that are not as rendered. */
  readonly drift: number;
}

export interface HostStatus {
  readonly host: string;
  /** Why it could not be looked at. */
  readonly lost: string | undefined;
  /** What to do about that. */
  readonly hint: string | undefined;
  /** Per cent, of its fullest disk with data of ours. */
  readonly disk: number | undefined;
  readonly servers: readonly ServerStatus[];
}

/** A cluster on one screen. */
export interface ClusterStatus {
  readonly clusterId: string | null;
  readonly controller: string | undefined;
  readonly leader: string | undefined;
  /** `unexpected`: ids that are registered, and not in the inventory. */
  readonly brokers: { readonly expected: number; readonly answering: number; readonly unexpected: readonly number[] };
  readonly servers: { readonly expected: number; readonly serving: number };
  readonly partitions: { readonly total: number; readonly offline: number; readonly underReplicated: number };
  /** Why no broker could be asked. */
  readonly silent: string | undefined;
  readonly hosts: readonly HostStatus[];
}

/** @param driftOf how many keys of a server are not as rendered */
export function statusOf(
  subject: Subject,
  survey: Survey,
  driftOf: (host: string, cluster: ClusterName) => number,
): ClusterStatus {
  const state = 'look' in survey.cluster ? brokerState(subject, survey, survey.cluster.look) : undefined;
  const metadata = state?.look.metadata;
  const leader = survey.ensemble.servers.find(({ state: { state: mode } }) => mode === 'leader');
  const serving = survey.ensemble.servers.filter(
    ({ state: { state: mode } }) => mode === 'leader' || mode === 'follower' || mode === 'standalone',
  );
  const count = (wanted: Parameters<typeof faults>[1]) => (state === undefined ? 0 : faults(state, wanted).length);
  return {
    clusterId: metadata?.clusterId ?? null,
    controller:
      metadata === undefined || metadata.controllerId < 0 ? undefined : subject.nameOf('kafka', metadata.controllerId),
    leader: leader === undefined ? undefined : subject.nameOf('zookeeper', leader.server.id),
    brokers: {
      expected: subject.brokers.length,
      answering: (state?.look.brokers ?? []).filter(
        ({ id, silent }) => silent === undefined && subject.brokers.includes(id),
      ).length,
      unexpected: state?.unexpected ?? [],
    },
    servers: { expected: subject.zookeeper.length, serving: serving.length },
    partitions: {
      total: (metadata?.topics ?? []).reduce((sum, { partitions }) => sum + partitions.length, 0),
      offline: count(isOffline),
      underReplicated: count((partition) => !isOffline(partition) && partition.isr.length < partition.replicas.length),
    },
    silent: 'reason' in survey.cluster ? survey.cluster.reason : undefined,
    hosts: subject.hosts.map(({ name, members }) => {
      const found = survey.hosts.get(name);
      const looked = found !== undefined && 'look' in found ? found : undefined;
      return {
        host: name,
        lost: found !== undefined && 'reason' in found ? found.reason : undefined,
        hint: found !== undefined && 'reason' in found ? found.hint : undefined,
        disk:
          looked === undefined ? undefined : Math.max(0, ...looked.look.disks.map(({ usedPercent }) => usedPercent)),
        servers: members.map(({ cluster, id }) => ({
          cluster,
          id,
          ...roleOf(cluster, id, survey),
          ...processOf(cluster, looked),
          lagging:
            cluster === 'kafka' && metadata !== undefined
              ? count(({ replicas, isr }) => replicas.includes(id) && !isr.includes(id))
              : undefined,
          drift: driftOf(name, cluster),
        })),
      };
    }),
  };
}

function roleOf(cluster: ClusterName, id: number, survey: Survey): { readonly role: string; readonly well: boolean } {
  if (cluster === 'zookeeper') {
    const mode = survey.ensemble.servers.find(({ server }) => server.id === id)?.state.state ?? 'unknown';
    const alone = survey.ensemble.servers.length === 1;
    return { role: mode, well: mode === 'leader' || mode === 'follower' || (alone && mode === 'standalone') };
  }
  if ('reason' in survey.cluster) return { role: 'not registered', well: false };
  const { brokers, metadata } = survey.cluster.look;
  const broker = brokers.find((each) => each.id === id);
  if (broker === undefined) return { role: 'not registered', well: false };
  if (broker.silent !== undefined) return { role: 'does not answer', well: false };
  return { role: metadata.controllerId === id ? 'controller' : 'broker', well: true };
}

function processOf(
  cluster: ClusterName,
  found: Extract<HostSurvey, { look: unknown }> | undefined,
): Pick<ServerStatus, 'version' | 'uptime' | 'restartOwed'> {
  const server = found?.servers.get(cluster);
  const version = found?.look.servers.get(cluster)?.version;
  if (server === undefined) return { version, uptime: undefined, restartOwed: false };
  const uptime = server.process === undefined ? undefined : Math.max(0, server.now - server.process.startedAt);
  return { version, uptime, restartOwed: server.newerFiles.length > 0 || server.owed.size > 0 };
}
