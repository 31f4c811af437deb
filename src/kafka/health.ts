import { formatEndpoint } from '../modules/dialing.ts';
import type { ClusterMetadata, Partition, TopicMetadata } from './metadata.ts';

export interface ClusterExpectation {
  /** Ids of the brokers that must be registered, no more and no fewer. */
  readonly brokers: readonly number[];
  /** The least in-sync replicas of any partition that has at least as many replicas. */
  readonly minIsr?: number | undefined;
}

export interface ClusterHealth {
  readonly healthy: boolean;
  readonly clusterId: string | null;
  readonly controller: number | undefined;
  readonly registered: readonly number[];
  /** Where the registered brokers say that they listen. */
  readonly endpoints: readonly string[];
  readonly missing: readonly number[];
  /** Registered, but not expected. */
  readonly unexpected: readonly number[];
  /** `topic-partition`, without a leader. */
  readonly offline: readonly string[];
  /** `topic-partition`, with fewer in-sync replicas than replicas. */
  readonly underReplicated: readonly string[];
  /** `topic-partition`, with fewer in-sync replicas than the least. */
  readonly underMinIsr: readonly string[];
  readonly partitions: number;
  /** What is wrong, one sentence each without a final stop; empty when it is healthy. */
  readonly reasons: readonly string[];
}

/** As Kafka numbers them. A topic being created has the first, a partition that can be used may have the second. */
const leaderNotAvailable = 5;
const replicaNotAvailable = 9;

/** Is the cluster whole: all brokers registered, no partition offline or under-replicated? */
export function clusterHealth(metadata: ClusterMetadata, expected: ClusterExpectation): ClusterHealth {
  const registered = metadata.brokers.map(({ id }) => id);
  const missing = expected.brokers.filter((id) => !registered.includes(id)).sort((a, b) => a - b);
  const unexpected = registered.filter((id) => !expected.brokers.includes(id));
  const all = metadata.topics.flatMap((topic) => topic.partitions.map((partition) => ({ topic, partition })));
  const named = (wanted: (partition: Partition) => boolean) =>
    all.filter(({ partition }) => wanted(partition)).map(({ topic, partition }) => partitionName(topic, partition));
  const offline = named(isOffline);
  const underReplicated = named((partition) => !isOffline(partition) && isUnderReplicated(partition));
  const underMinIsr = named(({ isr, replicas }) => isr.length < Math.min(expected.minIsr ?? 0, replicas.length));
  const brokenTopics = metadata.topics.filter(({ errorCode }) => errorCode !== 0 && errorCode !== leaderNotAvailable);
  const reasons = [
    ...(missing.length > 0 ? [`${brokers(missing)} not registered`] : []),
    ...(unexpected.length > 0 ? [`${brokers(unexpected)} registered, but not expected`] : []),
    ...(metadata.controllerId < 0 ? ['there is no controller'] : []),
    ...(offline.length > 0 ? [`${count(offline)} offline: ${some(offline)}`] : []),
    ...(underReplicated.length > 0 ? [`${count(underReplicated)} under-replicated: ${some(underReplicated)}`] : []),
    ...(underMinIsr.length > 0
      ? [`${count(underMinIsr)} with fewer than ${expected.minIsr} in-sync replicas: ${some(underMinIsr)}`]
      : []),
    ...brokenTopics.map(({ name, errorCode }) => `the topic ${name} has the error ${errorCode}`),
  ];
  return {
    healthy: reasons.length === 0,
    clusterId: metadata.clusterId,
    controller: metadata.controllerId < 0 ? undefined : metadata.controllerId,
    registered,
    endpoints: metadata.brokers.map(formatEndpoint),
    missing,
    unexpected,
    offline,
    underReplicated,
    underMinIsr,
    partitions: all.length,
    reasons,
  };
}

function isOffline({ leader, errorCode }: Partition): boolean {
  return leader < 0 || (errorCode !== 0 && errorCode !== replicaNotAvailable);
}

function isUnderReplicated({ isr, replicas, offlineReplicas }: Partition): boolean {
  return replicas.some((id) => !isr.includes(id)) || offlineReplicas.length > 0;
}

function partitionName(topic: TopicMetadata, { partition }: Partition): string {
  return `${topic.name}-${partition}`;
}

function brokers(ids: readonly number[]): string {
  return ids.length === 1 ? `broker ${ids[0]} is` : `brokers ${ids.join(', ')} are`;
}

function count(names: readonly string[]): string {
  return names.length === 1 ? '1 partition' : `${names.length} partitions`;
}

const shown = 5;

/** The first few names; a cluster may have thousands. */
export function some(names: readonly string[]): string {
  return names.length <= shown
    ? names.join(', ')
    : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;
}
