import { some } from './health.ts';
import type { ClusterMetadata, Partition } from './metadata.ts';

/** A cluster as one look at it found it. */
export interface ClusterView {
  readonly metadata: ClusterMetadata;
  /** `min.insync.replicas` in effect, by topic. A topic that is not there could not be looked at. */
  readonly minInsyncReplicas: ReadonlyMap<string, number>;
  /** `topic-partition` of each that is being moved to other brokers. */
  readonly reassignments: readonly string[];
}

export interface StopRequest {
  /** Ids of all brokers that belong to the cluster. */
  readonly expected: readonly number[];
  /** Topics whose partitions without a second replica may be gone while their broker is. */
  readonly accepted: ReadonlySet<string>;
  /** Brokers that were restarted before: all their replicas have to be in step again. */
  readonly restarted: readonly number[];
}

/** One reason why a broker must not be stopped now. */
export interface Obstacle {
  readonly kind:
    | 'no-controller'
    | 'broker-missing'
    | 'broker-unexpected'
    | 'topic-error'
    | 'partition-offline'
    | 'reassignment'
    | 'min-isr-unknown'
    | 'under-min-isr'
    | 'no-other-leader'
    | 'single-replica'
    | 'still-catching-up';
  /** One sentence without a final stop. */
  readonly message: string;
  readonly topic?: string;
  readonly partition?: number;
}

export interface Availability {
  /** Empty: the broker may be stopped. */
  readonly obstacles: readonly Obstacle[];
  /** What stopping it does that is accepted, or that nobody could avoid. */
  readonly notes: readonly string[];
  /** Replicas that brokers restarted before still have to bring up to date. */
  readonly catchingUp: number;
}

const replicaNotAvailable = 9;
const leaderNotAvailable = 5;

/**
 * What stopping a broker, or several at once, would do, without stopping them. A partition with more replicas than
 * `min.insync.replicas` must keep that many in step without them, one with fewer could never be restarted at all and is only
 * told (the rule of Strimzi's KafkaAvailability), but not with two of its replicas at a time; none may be left without anybody
 * to lead it, but those with one replica whose topic was accepted. Whatever is not known is an obstacle.
 */
export function availabilityWithout(
  stopped: number | readonly number[],
  view: ClusterView,
  request: StopRequest,
): Availability {
  const away = [stopped].flat();
  const { metadata, minInsyncReplicas } = view;
  const registered = new Set(metadata.brokers.map(({ id }) => id));
  const found: Found = { obstacles: [...clusterObstacles(away, view, request, registered)], single: [], tight: [] };
  let catchingUp = 0;
  for (const topic of metadata.topics) {
    if (topic.errorCode !== 0 && topic.errorCode !== leaderNotAvailable)
      found.obstacles.push({
        kind: 'topic-error',
        topic: topic.name,
        message: `the topic ${topic.name} has the error ${topic.errorCode}`,
      });
    const minIsr = minInsyncReplicas.get(topic.name);
    const accepted = request.accepted.has(topic.name);
    for (const partition of topic.partitions) {
      const { replicas, isr } = partition;
      for (const id of request.restarted) if (replicas.includes(id) && !isr.includes(id)) catchingUp += 1;
      judge(partition, { topic: topic.name, away, minIsr, accepted, registered }, found);
    }
  }
  if (catchingUp > 0) {
    const partitions = catchingUp === 1 ? '1 partition has' : `${catchingUp} partitions have`;
    const message = `${partitions} still to catch up on broker ${request.restarted.join(', ')}`;
    found.obstacles.push({ kind: 'still-catching-up', message });
  }
  const { single, tight } = found;
  const who = `broker ${away.join(', ')}`;
  const wanted = `while ${who} is away, since all replicas are wanted`;
  return {
    obstacles: found.obstacles,
    notes: [
      ...(single.length > 0 ? [`gone while ${who} is: ${some(single)}`] : []),
      ...(tight.length > 0 ? [`no message with acks=all is taken ${wanted}: ${some(tight)}`] : []),
    ],
    catchingUp,
  };
}

interface Found {
  readonly obstacles: Obstacle[];
  /** Accepted partitions that go away with the broker. */
  readonly single: string[];
  /** Partitions that want all their replicas. */
  readonly tight: string[];
}

/** What concerns the cluster as a whole. A broker that is down already is no obstacle to its own return. */
function* clusterObstacles(
  away: readonly number[],
  { metadata, reassignments }: ClusterView,
  { expected }: StopRequest,
  registered: ReadonlySet<number>,
): Generator<Obstacle> {
  if (metadata.controllerId < 0) yield { kind: 'no-controller', message: 'there is no controller' };
  for (const id of expected)
    if (!away.includes(id) && !registered.has(id))
      yield { kind: 'broker-missing', message: `broker ${id} is not registered` };
  for (const id of registered)
    if (!expected.includes(id))
      yield { kind: 'broker-unexpected', message: `broker ${id} is registered, but not expected` };
  if (reassignments.length > 0)
    yield { kind: 'reassignment', message: `partitions are being reassigned: ${some(reassignments)}` };
}

interface Around {
  readonly topic: string;
  readonly away: readonly number[];
  readonly minIsr: number | undefined;
  readonly accepted: boolean;
  readonly registered: ReadonlySet<number>;
}

/** What becomes of one partition. */
function judge(partition: Partition, around: Around, found: Found): void {
  const { topic, away, minIsr, accepted, registered } = around;
  const { replicas, isr } = partition;
  const here = away.some((id) => replicas.includes(id));
  const offline = isOffline(partition);
  if (!here && !offline) return;
  const where = { topic, partition: partition.partition };
  const name = `${topic}-${partition.partition}`;
  const add = (kind: Obstacle['kind'], message: string) => found.obstacles.push({ kind, ...where, message });
  if (offline) {
    // A partition whose only replica is on the broker that is down comes back with it.
    const comesBack = here && replicas.length === 1 && replicas.every((id) => !registered.has(id));
    if (!comesBack) add('partition-offline', `${name} has no leader`);
    return;
  }
  const left = isr.filter((id) => !away.includes(id) && registered.has(id)).length;
  const inStep = `in step are ${isr.join(', ') || 'none'} of ${replicas.join(', ')}`;
  if (left === 0 && replicas.length > 1) add('no-other-leader', `${name} would have no leader: ${inStep}`);
  else if (left === 0 && accepted) found.single.push(name);
  else if (left === 0)
    add(
      'single-replica',
      `${name} has its only replica there, and would be gone (to accept that: the variable kafka_accept_unavailability: [${topic}], or for brokkr restart --accept-unavailability ${topic})`,
    );
  else if (minIsr === undefined) add('min-isr-unknown', `min.insync.replicas of ${topic} is not known`);
  else if (left < minIsr && (replicas.length > minIsr || replicas.filter((id) => away.includes(id)).length > 1))
    add('under-min-isr', `${name} would have ${left} in step, and min.insync.replicas is ${minIsr}: ${inStep}`);
  else if (left < minIsr) found.tight.push(`${name} (min.insync.replicas ${minIsr})`);
}

function isOffline({ leader, errorCode }: Partition): boolean {
  return leader < 0 || (errorCode !== 0 && errorCode !== replicaNotAvailable);
}

/** The obstacles in one line, the first few of each kind. */
export function obstaclesText(obstacles: readonly Obstacle[]): string {
  const kinds = [...new Set(obstacles.map(({ kind }) => kind))];
  return kinds
    .map((wanted) => {
      const messages = obstacles.filter(({ kind }) => kind === wanted).map(({ message }) => message);
      const rest = messages.length - 3;
      return rest > 0 ? `${messages.slice(0, 3).join('; ')}; and ${rest} more` : messages.join('; ');
    })
    .join('; ');
}

/** How many partitions each broker leads, and how many are led by another than their first replica. */
export function leadership(metadata: ClusterMetadata): {
  readonly leaders: ReadonlyMap<number, number>;
  readonly misplaced: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
} {
  const leaders = new Map<number, number>(metadata.brokers.map(({ id }) => [id, 0]));
  const misplaced = metadata.topics.flatMap((topic) => {
    const partitions: number[] = [];
    for (const { partition, leader, replicas, isr } of topic.partitions) {
      if (leader >= 0) leaders.set(leader, (leaders.get(leader) ?? 0) + 1);
      const [preferred] = replicas;
      if (preferred !== undefined && leader !== preferred && isr.includes(preferred)) partitions.push(partition);
    }
    return partitions.length === 0 ? [] : [{ topic: topic.name, partitions }];
  });
  return { leaders, misplaced };
}
