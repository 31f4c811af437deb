import type { BrokerLook, ClusterLook } from '../kafka/cluster-look.ts';
import type { Partition } from '../kafka/metadata.ts';
import type { ServerLook } from '../restart/server-look.ts';
import type { Subject } from './subject.ts';
import type { Survey } from './survey.ts';

/** Why an expected broker is not there. */
interface Absence {
  readonly text: string;
  /** Its host cannot be reached either, which has been told. */
  readonly hostIsLost: boolean;
}

/** Which brokers are there: what explains most of what else is wrong. */
export interface BrokerState {
  readonly look: ClusterLook;
  /** Expected, and not registered, or registered still although their process is gone; with the reason. */
  readonly down: ReadonlyMap<number, Absence>;
  /** Registered, but not in the inventory. */
  readonly unexpected: readonly number[];
  /** Registered and running, but not to be reached where they say that they are. */
  readonly unreachable: readonly BrokerLook[];
  /** `follower leader`: they do not reach each other. */
  readonly cutOff: ReadonlySet<string>;
}

/** @param look the one of the survey */
export function brokerState(subject: Subject, survey: Survey, look: ClusterLook): BrokerState {
  const down = new Map<number, Absence>();
  for (const id of subject.brokers) {
    const absence = absenceOf(subject, survey, look, id);
    if (absence !== undefined) down.set(id, absence);
  }
  return {
    look,
    down,
    unexpected: look.brokers.map(({ id }) => id).filter((id) => !subject.brokers.includes(id)),
    unreachable: look.brokers.filter((broker) => broker.silent !== undefined && !down.has(broker.id)),
    cutOff: cutOffPairs(subject, survey),
  };
}

function absenceOf(subject: Subject, survey: Survey, look: ClusterLook, id: number): Absence | undefined {
  const registered = look.brokers.find((broker) => broker.id === id);
  const host = subject.hostOf('kafka', id);
  const found = host === undefined ? undefined : survey.hosts.get(host);
  const hostIsLost = found !== undefined && 'reason' in found;
  const gone = found !== undefined && 'look' in found ? processGone(found.servers.get('kafka')) : undefined;
  const name = subject.nameOf('kafka', id);
  if (registered === undefined)
    return { hostIsLost, text: `${name} is not registered${gone === undefined ? '' : `: ${gone}`}` };
  // One that answers runs, whoever has started it.
  if (gone !== undefined && registered.silent !== undefined)
    return { hostIsLost, text: `${name} is registered still, but ${gone}` };
  // Its registration outlives a host that is gone.
  return hostIsLost && registered.silent !== undefined ? { hostIsLost, text: `${name} does not answer` } : undefined;
}

function processGone(server: ServerLook | undefined): string | undefined {
  if (server === undefined || server.process !== undefined) return undefined;
  const { unitState } = server;
  return `its process does not run${unitState === undefined || unitState === 'active' ? '' : ` (its unit is ${unitState})`}`;
}

/** `follower leader`, for each leader whom the follower's host does not reach. */
function cutOffPairs(subject: Subject, { contacts }: Survey): ReadonlySet<string> {
  return new Set(
    subject.brokers.flatMap((follower) =>
      contacts
        .filter(
          ({ from, reach }) =>
            from !== undefined && from === subject.hostOf('kafka', follower) && 'reached' in reach && !reach.reached,
        )
        .map(({ broker }) => `${follower} ${broker}`),
    ),
  );
}

/** A partition that is not as it should be, and whether brokers that are away explain it. */
export interface Fault {
  readonly name: string;
  readonly partition: Partition;
  readonly explained: boolean;
}

const replicaNotAvailable = 9;

export function isOffline({ leader, errorCode }: Partition): boolean {
  return leader < 0 || (errorCode !== 0 && errorCode !== replicaNotAvailable);
}

/** Partitions that `wanted` picks. A fault is explained when all replicas that are missing are on brokers that are away, or their leader is cut off. */
export function faults(state: BrokerState, wanted: (partition: Partition, topic: string) => boolean): readonly Fault[] {
  const away = new Set([...state.down.keys(), ...state.unreachable.map(({ id }) => id)]);
  return state.look.metadata.topics.flatMap(({ name, partitions }) =>
    partitions
      .filter((partition) => wanted(partition, name))
      .map((partition) => {
        const missing = partition.replicas.filter((id) => !partition.isr.includes(id));
        const cutOff = state.unreachable.some(({ id }) => id === partition.leader);
        const isExplained = (id: number) =>
          away.has(id) ||
          state.cutOff.has(`${id} ${partition.leader}`) ||
          state.cutOff.has(`${partition.leader} ${id}`);
        const explained = cutOff || (missing.length > 0 && missing.every(isExplained));
        return { name: `${name}-${partition.partition}`, partition, explained };
      }),
  );
}
