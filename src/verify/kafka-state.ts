import type { BrokerLook, ClusterLook } from '../kafka/cluster-look.ts';
import type { Partition } from '../kafka/metadata.ts';
import type { Subject } from './subject.ts';
import type { Survey } from './survey.ts';

/** Which brokers are there: what explains most of what else is wrong. */
export interface BrokerState {
  readonly look: ClusterLook;
  /** Expected, and not registered, or registered still although their process is gone; with the reason. */
  readonly down: ReadonlyMap<number, string>;
  /** Registered, but not in the inventory. */
  readonly unexpected: readonly number[];
  /** Registered and running, but not to be reached where they say that they are. */
  readonly unreachable: readonly BrokerLook[];
}

export function brokerState(subject: Subject, survey: Survey, look: ClusterLook): BrokerState {
  const registered = look.brokers.map(({ id }) => id);
  const down = new Map<number, string>();
  for (const id of subject.brokers) {
    const gone = processGone(subject, survey, id);
    const name = subject.nameOf('kafka', id);
    if (!registered.includes(id)) down.set(id, `${name} is not registered${gone === undefined ? '' : `: ${gone}`}`);
    else if (gone !== undefined) down.set(id, `${name} is registered still, but ${gone}`);
  }
  const silent = look.brokers.filter((broker) => broker.silent !== undefined && !down.has(broker.id));
  return {
    look,
    down,
    unexpected: registered.filter((id) => !subject.brokers.includes(id)),
    unreachable: silent,
  };
}

function processGone(subject: Subject, survey: Survey, id: number): string | undefined {
  const host = subject.hostOf('kafka', id);
  const found = host === undefined ? undefined : survey.hosts.get(host);
  if (found === undefined) return undefined;
  if ('reason' in found) return undefined;
  const server = found.servers.get('kafka');
  if (server === undefined || server.process !== undefined) return undefined;
  const { unitState } = server;
  return `its process does not run${unitState === undefined || unitState === 'active' ? '' : ` (its unit is ${unitState})`}`;
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
        const explained = away.size > 0 && (cutOff || missing.every((id) => away.has(id)));
        return { name: `${name}-${partition.partition}`, partition, explained };
      }),
  );
}
