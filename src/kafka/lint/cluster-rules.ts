import type { Finding, Rule } from '../../lint/rule.ts';
import { splitConnect } from '../connect-string.ts';
import { type Broker, idOfBroker } from './broker.ts';
import type { KafkaCluster } from './cluster.ts';
import { at } from './rule.ts';

type ClusterRule = Rule<KafkaCluster>;

const nameOf = (broker: Broker): string => broker.host ?? broker.settings.file;

/** Brokers by a value; those for which it is not known are left out. */
function byValue(brokers: readonly Broker[], value: (broker: Broker) => string | undefined): Map<string, Broker[]> {
  const groups = new Map<string, Broker[]>();
  for (const broker of brokers) {
    const key = value(broker);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), broker]);
  }
  return groups;
}

/** Where brokers should agree and do not: the ones that differ from most of the others. */
function* odd(
  cluster: KafkaCluster,
  key: string,
  value: (broker: Broker) => string | undefined,
  message: (mine: string, others: string) => string,
): Iterable<Finding> {
  const groups = [...byValue(cluster.brokers, value)].sort(([, a], [, b]) => b.length - a.length);
  const [most] = groups;
  if (most === undefined) return;
  for (const [mine, brokers] of groups.slice(1))
    for (const broker of brokers) yield at(broker, [key], message(mine, most[0]));
}

const duplicateId: ClusterRule = {
  id: 'kafka/duplicate-id',
  severity: 'error',
  what: 'Two brokers have one id',
  why: 'The second one to start is refused.',
  mend: 'Give each broker an id of its own.',
  source: 'Kafka documentation, broker.id and node.id',
  *check({ brokers }) {
    for (const [id, same] of byValue(brokers, (broker) =>
      (idOfBroker(broker) ?? -1) >= 0 ? String(idOfBroker(broker)) : undefined,
    ))
      for (const broker of same.slice(1))
        yield at(
          broker,
          broker.settings.isSet('node.id') ? 'node.id' : 'broker.id',
          `${nameOf(same[0] ?? broker)} has the id ${id}, too`,
          'give each an id of its own',
        );
  },
};

const sharedAddress: ClusterRule = {
  id: 'kafka/advertised-twice',
  severity: 'error',
  what: 'Two brokers advertise one address',
  why: 'The second one to register is refused, or clients reach the wrong broker.',
  mend: 'Advertise the name of the host itself on each.',
  source: 'KafkaServer (check of registered endpoints)',
  *check({ brokers }) {
    const seen = new Map<string, Broker>();
    for (const broker of brokers.filter(
      (each) => each.isBroker && each.settings.given('advertised.listeners') !== undefined,
    )) {
      for (const { host, port } of broker.advertised) {
        const place = `${host}:${port}`;
        const other = seen.get(place);
        if (host !== '' && port !== 0 && other !== undefined && other !== broker)
          yield at(
            broker,
            'advertised.listeners',
            `${place} is advertised by ${nameOf(other)}, too`,
            'advertise the name of this host',
          );
        else seen.set(place, broker);
      }
    }
  },
};

const chroot: ClusterRule = {
  id: 'kafka/zookeeper-chroot',
  severity: 'error',
  what: 'Brokers use different paths in ZooKeeper',
  why: 'Each path is a cluster of its own: the brokers do not find each other.',
  mend: 'Use one path for all brokers of a cluster.',
  source: 'Kafka documentation, zookeeper.connect',
  check: (cluster) =>
    odd(
      { brokers: cluster.brokers.filter((each) => !each.isKraft) },
      'zookeeper.connect',
      (broker) => chrootOf(broker),
      (mine, others) => `the path here is ${mine}, and ${others} on the other brokers: these are two clusters`,
    ),
  // Two clusters that share an ensemble on purpose number their brokers from the beginning.
  applies: ({ brokers }) => new Set(brokers.map(idOfBroker)).size === brokers.length,
};

function chrootOf(broker: Broker): string | undefined {
  const text = broker.settings.given('zookeeper.connect');
  return text === undefined ? undefined : splitConnect(text).chroot || '/';
}

const ensembleList: ClusterRule = {
  id: 'kafka/zookeeper-servers-differ',
  severity: 'warning',
  what: 'Brokers name different ZooKeeper servers',
  why: 'A broker that names fewer servers, or a wrong one, loses ZooKeeper earlier than the others.',
  mend: 'Give all brokers the same list.',
  source: 'Kafka documentation, zookeeper.connect',
  check: (cluster) =>
    odd(
      { brokers: cluster.brokers.filter((each) => !each.isKraft) },
      'zookeeper.connect',
      (broker) => {
        const text = broker.settings.given('zookeeper.connect');
        return text === undefined ? undefined : splitConnect(text).servers.toSorted().join(',');
      },
      (mine, others) => `the servers here are ${mine}, and ${others} on the other brokers`,
    ),
};

const votersDiffer: ClusterRule = {
  id: 'kafka/quorum-voters-differ',
  severity: 'error',
  what: 'Servers name different controllers',
  why: 'With different lists there can be two leaders of the metadata, or none.',
  mend: 'Give all brokers and controllers the same list.',
  source: 'Kafka documentation, controller.quorum.voters',
  check: (cluster) =>
    odd(
      { brokers: cluster.brokers.filter((each) => each.isKraft) },
      'controller.quorum.voters',
      (broker) =>
        broker.settings.isSet('controller.quorum.voters')
          ? broker.settings.list('controller.quorum.voters').toSorted().join(',')
          : undefined,
      (mine, others) => `the controllers here are ${mine}, and ${others} on the others`,
    ),
};

/** What every broker of a cluster should have alike; two of the first kind cannot talk with each other. */
const ALIKE: readonly (readonly [string, 'warning' | 'info'])[] = [
  ['inter.broker.listener.name', 'warning'],
  ['security.inter.broker.protocol', 'warning'],
  ['sasl.mechanism.inter.broker.protocol', 'warning'],
  ['inter.broker.protocol.version', 'warning'],
  ['authorizer.class.name', 'warning'],
  ['super.users', 'warning'],
  ['default.replication.factor', 'warning'],
  ['min.insync.replicas', 'warning'],
  ['offsets.topic.replication.factor', 'info'],
  ['offsets.topic.num.partitions', 'warning'],
  ['transaction.state.log.replication.factor', 'info'],
  ['transaction.state.log.min.isr', 'info'],
  ['num.partitions', 'info'],
  ['auto.create.topics.enable', 'info'],
  ['message.max.bytes', 'warning'],
  ['replica.fetch.max.bytes', 'info'],
  ['unclean.leader.election.enable', 'warning'],
  ['log.retention.hours', 'info'],
  ['log.retention.ms', 'info'],
  ['log.retention.bytes', 'info'],
  ['log.cleanup.policy', 'info'],
  ['log.message.timestamp.type', 'info'],
  ['delete.topic.enable', 'info'],
];

const differs: ClusterRule = {
  id: 'kafka/differs-between-brokers',
  severity: 'info',
  what: 'A setting differs between brokers',
  why: 'What holds for a new topic, or for a client, then depends on the broker that happens to answer.',
  mend: 'Give all brokers the same value.',
  source: 'Kafka documentation, Broker Configs',
  *check(cluster) {
    const brokers = cluster.brokers.filter((each) => each.isBroker);
    for (const [key, severity] of ALIKE)
      for (const finding of odd(
        { brokers },
        key,
        (broker) =>
          broker.settings.isSet(key) ? broker.settings.given(key) : (broker.settings.text(key) ?? 'not set'),
        (mine, others) => `${key} is ${mine} here, and ${others} on the other brokers`,
      ))
        yield { ...finding, severity };
  },
};

const someRacks: ClusterRule = {
  id: 'kafka/some-racks',
  severity: 'warning',
  what: 'Only some brokers have a rack',
  why: 'Topics cannot be created with copies spread over racks when a broker has none.',
  mend: 'Set broker.rack on all brokers, or on none.',
  source: 'Kafka documentation, broker.rack',
  *check(cluster) {
    const brokers = cluster.brokers.filter((each) => each.isBroker);
    const without = brokers.filter((each) => !each.settings.isSet('broker.rack'));
    if (without.length > 0 && without.length < brokers.length)
      for (const broker of without)
        yield at(
          broker,
          'broker.rack',
          'broker.rack is not set here, and is on other brokers',
          'set it on all or none',
        );
  },
};

/** Every rule about several brokers together. */
export const kafkaClusterRules: readonly ClusterRule[] = [
  duplicateId,
  sharedAddress,
  chroot,
  ensembleList,
  votersDiffer,
  differs,
  someRacks,
];
