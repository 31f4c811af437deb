import { aboveLimit } from './limit.ts';
import { at, type BrokerRule } from './rule.ts';

const SOURCE = 'KafkaConfig.validateValues';

/** Groups whose timeouts Kafka keeps in order: each least, chosen and greatest one. */
const GROUPS = ['group.consumer', 'group.share', 'group.streams'];

const groupTimes: BrokerRule = {
  id: 'kafka/group-timeouts',
  severity: 'error',
  what: 'The timeouts of groups are not in order',
  why: 'The broker does not start unless the least is at most the one that is used, and that at most the greatest, and a heartbeat shorter than a session.',
  mend: 'Leave the limits at their defaults, or move all of them.',
  source: 'GroupCoordinatorConfig, ShareGroupConfig',
  *check(broker) {
    for (const group of GROUPS) {
      for (const name of ['heartbeat.interval.ms', 'session.timeout.ms']) {
        const [low, used, high] = [`${group}.min.${name}`, `${group}.${name}`, `${group}.max.${name}`];
        yield* aboveLimit(broker, { low, high: used, text: 'the limit must not be above it' });
        yield* aboveLimit(broker, { low: used, high, text: 'the limit must not be below it' });
      }
      const [beat, session] = [`${group}.heartbeat.interval.ms`, `${group}.session.timeout.ms`];
      yield* aboveLimit(
        broker,
        { low: beat, high: session, text: 'a heartbeat must be shorter than a session' },
        (a, b) => a < b,
      );
      const [copies, most] = [`${group}.num.standby.replicas`, `${group}.max.standby.replicas`];
      yield* aboveLimit(broker, { low: copies, high: most, text: 'the limit must not be below it' });
    }
  },
};

const consumerSessions: BrokerRule = {
  id: 'kafka/session-limits',
  severity: 'warning',
  what: 'No session of a consumer is allowed',
  why: 'A consumer whose session timeout is outside of the limits is refused; when the limits cross, or leave out the default of clients, all of them are.',
  mend: 'Keep group.min.session.timeout.ms below group.max.session.timeout.ms.',
  source: 'Kafka documentation, group.min.session.timeout.ms',
  *check(broker) {
    yield* aboveLimit(broker, {
      low: 'group.min.session.timeout.ms',
      high: 'group.max.session.timeout.ms',
      text: 'no session timeout lies between them',
    });
  },
};

const commitAcks: BrokerRule = {
  id: 'kafka/commit-acks',
  severity: 'error',
  what: 'More copies must acknowledge an offset than there are',
  why: 'offsets.commit.required.acks is -1, for all copies in sync, or a number of copies that offsets.topic.replication.factor makes; the broker does not start otherwise.',
  mend: 'Remove the line: it is -1 by default, and gone with Kafka 4.0.',
  source: SOURCE,
  *check(broker) {
    const key = 'offsets.commit.required.acks';
    const [acks, copies] = [broker.settings.number(key), broker.settings.number('offsets.topic.replication.factor')];
    if (!broker.settings.isSet(key) || !broker.isKnown(key) || acks === undefined || copies === undefined) return;
    if (acks < -1 || acks > copies)
      yield at(broker, key, `${key} is ${acks}, and must be between -1 and the ${copies} copies of an offset`);
  },
};

const rebalanceProtocols: BrokerRule = {
  id: 'kafka/rebalance-protocols',
  severity: 'error',
  what: 'The protocols of groups lack the classic one',
  why: 'The broker does not start without the classic protocol.',
  mend: 'Remove the line, or add classic.',
  source: 'KafkaConfig, GroupCoordinatorConfig (KIP-848)',
  *check(broker) {
    const key = 'group.coordinator.rebalance.protocols';
    if (
      broker.isKnown(key) &&
      broker.settings.given(key) !== undefined &&
      !broker.settings.list(key).includes('classic')
    )
      yield at(broker, key, `${key} does not have classic`, 'add classic');
  },
};

/** The rules about groups of consumers. */
export const groupRules: readonly BrokerRule[] = [groupTimes, consumerSessions, commitAcks, rebalanceProtocols];
