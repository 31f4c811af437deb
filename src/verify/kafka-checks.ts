import { leadership } from '../kafka/availability.ts';
import { some } from '../kafka/health.ts';
import { type Check, judged, skipped } from './check.ts';
import { type BrokerState, brokerState, type Fault, faults, isOffline } from './kafka-state.ts';
import { listenerChecks } from './listener-checks.ts';
import type { Subject } from './subject.ts';
import type { Survey } from './survey.ts';

const group = 'Kafka';

const registeredCheck = {
  id: 'kafka.brokers',
  group,
  what: 'the brokers of the inventory are registered, and no others',
} as const;
const strangerHint =
  'give its host back to the group kafka; or move its replicas to the others (kafka-reassign-partitions.sh), then stop it';
const clusterIdCheck = {
  id: 'kafka.cluster-id',
  group,
  what: "the data on the brokers' disks is this cluster's",
} as const;

/** Whether the cluster is whole, by what its brokers say. When none answers, that is the only thing that is told. */
export function kafkaChecks(subject: Subject, survey: Survey): readonly Check[] {
  const hint = 'look at server.log of the broker; brokkr provision starts what is stopped';
  if ('reason' in survey.cluster) {
    return [judged({ ...registeredCheck, good: [], bad: [survey.cluster.reason], hint })];
  }
  const state = brokerState(subject, survey, survey.cluster.look);
  const { metadata } = state.look;
  const unexpected = state.unexpected.map((id) => `broker ${id} is registered, and the inventory has no such broker`);
  const absent = [...state.down.values()];
  const controller = metadata.controllerId;
  return [
    judged({
      ...registeredCheck,
      good: [subject.brokers.map((id) => subject.nameOf('kafka', id)).join(', ')],
      bad: [...absent.filter(({ hostIsLost }) => !hostIsLost).map(({ text }) => text), ...unexpected],
      odd: absent
        .filter(({ hostIsLost }) => hostIsLost)
        .map(({ text }) => `${text}, and its host is not reached: see hosts.reached`),
      hint: absent.length === 0 && unexpected.length > 0 ? strangerHint : hint,
    }),
    judged({
      id: 'kafka.controller',
      group,
      what: 'a broker is the controller',
      good: ['one is'],
      bad: controller < 0 ? ['there is none'] : [],
      hint: 'without ZooKeeper nobody becomes the controller: see the checks of ZooKeeper',
    }),
    clusterId(subject, survey, state),
    ...listenerChecks(subject, survey, state),
    ...partitionChecks(state),
    ...topicChecks(subject, state),
    leaders(state),
    reassignments(state),
  ];
}

function clusterId(subject: Subject, survey: Survey, state: BrokerState): Check {
  const id = state.look.metadata.clusterId;
  const all = subject.hosts.flatMap(({ name, members }) => {
    const found = survey.hosts.get(name);
    const broker = members.find(({ cluster }) => cluster === 'kafka')?.id;
    if (broker === undefined || found === undefined || !('look' in found)) return [];
    return found.look.identities.map((identity) => ({ name, broker, ...identity }));
  });
  const known = all.filter(({ clusterId: its }) => its !== undefined);
  if (known.length === 0) return skipped(clusterIdCheck, 'no meta.properties could be read');
  const bad = known.flatMap(({ name, broker, folder, clusterId: its, brokerId }) => [
    ...(its === id ? [] : [`${folder} on ${name} belongs to the cluster ${its}, not to ${id}`]),
    // That another broker than expected is registered has been told already.
    ...(brokerId === undefined || brokerId === broker || state.unexpected.includes(brokerId)
      ? []
      : [`${folder} on ${name} belongs to broker ${brokerId}, not to ${broker}`]),
  ]);
  return judged({
    ...clusterIdCheck,
    good: [`cluster ${id}`],
    bad,
    hint: 'a broker refuses the data of another cluster; move it away only when its replicas are elsewhere',
  });
}

/** Explained faults are told, and are no failure of their own. */
function partitionCheck(
  check: Pick<Check, 'id' | 'what'>,
  found: readonly Fault[],
  total: number,
  hint: string,
): Check {
  const names = (explained: boolean) => found.filter((fault) => fault.explained === explained).map(({ name }) => name);
  const bad = names(false);
  const odd = names(true);
  const count = (list: readonly string[]) => `${list.length} of ${total}: ${some(list)}`;
  return judged({
    ...check,
    group,
    good: [total === 1 ? '1 partition' : `${total} partitions`],
    bad: bad.length === 0 ? [] : [count(bad)],
    odd: odd.length === 0 ? [] : [`${count(odd)}; the brokers that are away explain it`],
    hint,
  });
}

const unasked = 'the settings of the topics could not be asked';
const underMinIsr = { id: 'kafka.under-min-isr', what: 'every partition has the in-sync replicas that it wants' };

function partitionChecks(state: BrokerState): readonly Check[] {
  const { metadata, minInsyncReplicas } = state.look;
  const total = metadata.topics.reduce((sum, { partitions }) => sum + partitions.length, 0);
  const lacking = faults(
    state,
    (partition) => !isOffline(partition) && partition.isr.length < partition.replicas.length,
  );
  const tight = faults(
    state,
    ({ isr, replicas }, topic) => isr.length < Math.min(minInsyncReplicas?.get(topic) ?? 0, replicas.length),
  );
  const offline = faults(state, isOffline);
  return [
    partitionCheck(
      { id: 'kafka.offline', what: 'every partition has a leader' },
      offline,
      total,
      'start the brokers that hold its replicas; an unclean election would lose messages',
    ),
    partitionCheck(
      { id: 'kafka.under-replicated', what: 'all replicas are in step' },
      lacking,
      total,
      'a replica that lags: a broker that is down, a slow disk or link, or a replication throttle that was left behind',
    ),
    minInsyncReplicas === undefined
      ? skipped({ ...underMinIsr, group }, unasked)
      : partitionCheck(
          underMinIsr,
          tight.filter(({ partition }) => !isOffline(partition)),
          total,
          'no message with acks=all is taken there until more replicas are in step',
        ),
  ];
}

function topicChecks(subject: Subject, state: BrokerState): readonly Check[] {
  const { metadata, minInsyncReplicas } = state.look;
  const factors = metadata.topics.flatMap(({ name, internal, partitions }) => {
    const least = Math.min(...partitions.map(({ replicas }) => replicas.length));
    return partitions.length === 0 ? [] : [{ name, internal, least, minIsr: minInsyncReplicas?.get(name) }];
  });
  const wanted = Math.min(3, subject.brokers.length);
  const inner = factors.filter(({ internal }) => internal);
  const never = factors.flatMap(({ name, least, minIsr = 0 }) =>
    minIsr > least
      ? [`${name} wants ${minIsr} in-sync replicas and has ${least} replicas: nothing with acks=all is ever taken`]
      : [],
  );
  const tight = factors.flatMap(({ name, least, minIsr = 0 }) =>
    minIsr === least && least > 1
      ? [`${name} wants all of its ${least} replicas in step: no broker of it may be down`]
      : [],
  );
  const minIsr = {
    id: 'kafka.min-isr',
    group,
    what: 'min.insync.replicas leaves room for one broker to be down',
  } as const;
  const minIsrCheck = judged({
    ...minIsr,
    good: [factors.length === 1 ? '1 topic' : `${factors.length} topics`],
    bad: never,
    odd: tight,
    hint: 'set min.insync.replicas of the topic below its number of replicas',
  });
  return [
    minInsyncReplicas === undefined ? skipped(minIsr, unasked) : minIsrCheck,
    judged({
      id: 'kafka.internal-topics',
      group,
      what: 'internal topics have enough replicas',
      good: [
        inner.length === 0 ? 'there are none yet' : inner.map(({ name, least }) => `${name}: ${least}`).join(', '),
      ],
      bad: inner
        .filter(({ least }) => least < wanted)
        .map(({ name, least }) => `${name} has ${least === 1 ? '1 replica' : `${least} replicas`}, not ${wanted}`),
      hint: 'settings hold for topics that are made anew only; give it more replicas with kafka-reassign-partitions.sh',
    }),
  ];
}

/** As `leader.imbalance.per.broker.percentage`, beyond which Kafka itself moves leaders back. */
const allowedImbalance = 10;

function leaders(state: BrokerState): Check {
  const { metadata } = state.look;
  const { leaders: counts, misplaced } = leadership(metadata);
  const total = metadata.topics.reduce((sum, { partitions }) => sum + partitions.length, 0);
  const wrong = misplaced.reduce((sum, { partitions }) => sum + partitions.length, 0);
  const names = misplaced.flatMap(({ topic, partitions }) => partitions.map((partition) => `${topic}-${partition}`));
  const percent = total === 0 ? 0 : (100 * wrong) / total;
  return judged({
    id: 'kafka.leaders',
    group,
    what: 'partitions are led by their preferred replicas',
    good: [[...counts].map(([id, count]) => `broker ${id} leads ${count}`).join(', ')],
    bad: [],
    odd: percent > allowedImbalance ? [`${wrong} of ${total} are not: ${some(names)}`] : [],
    hint: 'Kafka moves them back within five minutes; sooner: kafka-leader-election.sh --election-type preferred --all-topic-partitions',
  });
}

function reassignments({ look: { reassignments: moving } }: BrokerState): Check {
  const check = { id: 'kafka.reassignments', group, what: 'no partition is being moved' } as const;
  if (moving === undefined) return skipped(check, 'the controller could not be asked');
  return judged({
    ...check,
    good: ['none is'],
    bad: [],
    odd: moving.length === 0 ? [] : [some(moving)],
    hint: 'wait until it is done before you restart a broker',
  });
}
