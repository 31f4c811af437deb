import { MIN_ISR_PAIRS } from './min-isr.ts';
import { at, type BrokerRule } from './rule.ts';

const SOURCE = 'Kafka documentation, Broker Configs and Replication';
const isBroker = ({ isBroker: answer }: { isBroker: boolean }): boolean => answer;

const INTERNAL = ['offsets.topic.replication.factor', 'transaction.state.log.replication.factor'] as const;
const LOSSES: Readonly<Record<string, string>> = {
  'offsets.topic.replication.factor': 'the offsets of groups',
  'transaction.state.log.replication.factor': 'the state of transactions',
};

const internalTopicRf: BrokerRule = {
  id: 'kafka/internal-topic-rf',
  severity: 'warning',
  what: "Kafka's own topics have a single copy in a cluster",
  why: 'When the broker with the only copy is down, groups cannot commit and transactions cannot go on; when its disk is lost, so are they. A later change of the setting does not change topics that are there.',
  mend: 'Set it to 3, or to the number of brokers when there are fewer. Topics that are there need a reassignment.',
  source: SOURCE,
  applies: (broker) => broker.isBroker && broker.size.brokers > 1,
  *check(broker) {
    for (const key of INTERNAL)
      if (broker.settings.isSet(key) && broker.settings.number(key) === 1)
        yield at(
          broker,
          key,
          `${key} is 1 in a cluster of more than one broker: losing that broker loses ${LOSSES[key]}`,
          'set it to 3',
        );
  },
};

const rfAboveBrokers: BrokerRule = {
  id: 'kafka/replication-above-brokers',
  severity: 'error',
  what: 'More copies are asked for than there are brokers',
  why: 'The topic cannot be created: groups hang, transactions fail, and topics without a factor of their own are refused.',
  mend: 'Set it to at most the number of brokers.',
  source: SOURCE,
  applies: (broker) => broker.isBroker && broker.size.known,
  *check(broker) {
    for (const key of [...INTERNAL, 'default.replication.factor']) {
      const copies = broker.settings.number(key);
      if (copies !== undefined && copies > broker.size.brokers)
        yield at(
          broker,
          key,
          `${key} is ${copies}${broker.settings.isSet(key) ? '' : ' by default'}, and there ${broker.size.brokers === 1 ? 'is 1 broker' : `are ${broker.size.brokers} brokers`}`,
        );
    }
  },
};

const defaultRf: BrokerRule = {
  id: 'kafka/default-replication',
  severity: 'info',
  what: 'Topics have a single copy unless they say otherwise',
  why: 'A topic with one copy is not there while its broker restarts, and is lost with its disk.',
  mend: 'Set default.replication.factor to 3.',
  source: SOURCE,
  applies: (broker) => broker.isBroker && broker.size.brokers >= 3,
  *check(broker) {
    if (broker.settings.number('default.replication.factor') !== 1) return;
    const given = broker.settings.isSet('default.replication.factor');
    const message = `default.replication.factor is ${given ? '1' : 'not set, so 1'}, in a cluster of several brokers`;
    yield at(broker, 'default.replication.factor', message, 'set it to 3', given ? 'warning' : 'info');
  },
};

const minIsrAboveRf: BrokerRule = {
  id: 'kafka/min-isr-above-replication',
  severity: 'error',
  what: 'More copies must be in sync than there are',
  why: 'Every write that waits for all copies (acks=all) fails.',
  mend: 'Set the smallest number of copies in sync to one less than the number of copies.',
  source: SOURCE,
  applies: isBroker,
  *check(broker) {
    for (const [isrKey, rfKey] of MIN_ISR_PAIRS) {
      const [isr, copies] = [broker.settings.number(isrKey), broker.settings.number(rfKey)];
      if (
        isr === undefined ||
        copies === undefined ||
        isr <= copies ||
        (!broker.settings.isSet(isrKey) && !broker.settings.isSet(rfKey))
      )
        continue;
      const certain = broker.settings.isSet(isrKey) && broker.settings.isSet(rfKey);
      yield at(
        broker,
        [isrKey, rfKey],
        `${isrKey} is ${isr}${broker.settings.isSet(isrKey) ? '' : ' by default'}, and ${rfKey} only ${copies}${broker.settings.isSet(rfKey) ? '' : ' by default'}`,
        `set ${isrKey} to ${Math.max(1, copies - 1)}`,
        certain ? 'error' : 'warning',
      );
    }
  },
};

const minIsrEqualsRf: BrokerRule = {
  id: 'kafka/min-isr-equals-replication',
  severity: 'warning',
  what: 'All copies must be in sync',
  why: 'As soon as one broker is down, or restarts, writes that wait for all copies fail; such a cluster cannot be restarted without an outage.',
  mend: 'Set the smallest number of copies in sync to one less than the number of copies: 2 of 3.',
  source: SOURCE,
  applies: isBroker,
  *check(broker) {
    for (const [isrKey, rfKey] of MIN_ISR_PAIRS) {
      const [isr, copies] = [broker.settings.number(isrKey), broker.settings.number(rfKey)];
      if (isr === undefined || isr !== copies || copies < 2) continue;
      yield at(
        broker,
        [isrKey, rfKey],
        `${isrKey} equals ${rfKey}, ${copies}: with one broker down, nothing can be written`,
        `set ${isrKey} to ${copies - 1}`,
      );
    }
  },
};

const minIsrOne: BrokerRule = {
  id: 'kafka/min-isr-one',
  severity: 'info',
  what: 'One copy in sync is enough',
  why: 'A write is acknowledged as soon as the leader has it, when the others have fallen behind; when that broker is lost, so is the message.',
  mend: 'Set min.insync.replicas to 2, with three copies.',
  source: SOURCE,
  applies: isBroker,
  *check(broker) {
    const copies = broker.settings.number('default.replication.factor');
    const given = broker.settings.isSet('min.insync.replicas');
    if (broker.settings.number('min.insync.replicas') === 1 && copies !== undefined && copies >= 3)
      yield at(
        broker,
        ['min.insync.replicas', 'default.replication.factor'],
        `min.insync.replicas is ${given ? '' : 'not set, so '}1 with ${copies} copies: acknowledged messages can be lost`,
        'set it to 2',
        given ? 'warning' : 'info',
      );
  },
};

const uncleanElection: BrokerRule = {
  id: 'kafka/unclean-election',
  severity: 'warning',
  what: 'A copy that has fallen behind may become leader',
  why: 'When the copies in sync are down, one that is not takes over, and what it lacks is lost without a word.',
  mend: 'Set unclean.leader.election.enable to false, its default, and allow it for single topics that may lose messages.',
  source: SOURCE,
  applies: isBroker,
  *check(broker) {
    if (broker.settings.flag('unclean.leader.election.enable') === true)
      yield at(
        broker,
        'unclean.leader.election.enable',
        'unclean.leader.election.enable lets a copy that lacks messages become leader',
        'set it to false',
      );
  },
};

const autoCreate: BrokerRule = {
  id: 'kafka/auto-create-topics',
  severity: 'info',
  what: 'Topics are made by whoever names them',
  why: 'A misspelt name in a client becomes a topic, with the default number of partitions and copies.',
  mend: 'Set auto.create.topics.enable to false, and create topics on purpose.',
  source: SOURCE,
  applies: (broker) => broker.isBroker && broker.settings.isSet('auto.create.topics.enable'),
  *check(broker) {
    if (broker.settings.flag('auto.create.topics.enable') === true)
      yield at(broker, 'auto.create.topics.enable', 'a misspelt name in a client becomes a topic', 'set it to false');
  },
};

export const replicationRules: readonly BrokerRule[] = [
  internalTopicRf,
  rfAboveBrokers,
  defaultRf,
  minIsrAboveRf,
  minIsrEqualsRf,
  minIsrOne,
  uncleanElection,
  autoCreate,
];
