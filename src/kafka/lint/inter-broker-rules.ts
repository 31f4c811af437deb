import type { Finding } from '../../lint/rule.ts';
import { compareVersions } from '../settings/catalogue.ts';
import type { Broker } from './broker.ts';
import { badEndpoints, LISTENER_LISTS as LISTS, SECURITY_PROTOCOLS as PROTOCOLS } from './listeners.ts';
import { at, type BrokerRule } from './rule.ts';

const SOURCE = 'KafkaConfig.validateValues; Kafka documentation, Listener Configuration';

const interBrokerListener: BrokerRule = {
  id: 'kafka/inter-broker-listener',
  severity: 'error',
  what: 'The listener between brokers is not advertised, or is named twice',
  why: 'The brokers must reach each other at one advertised listener, named by inter.broker.listener.name or by security.inter.broker.protocol, not both; else the broker does not start.',
  mend: 'Name one of the advertised listeners in inter.broker.listener.name, and remove security.inter.broker.protocol.',
  source: SOURCE,
  check: (broker) => (broker.isBroker ? interBrokerFindings(broker) : controllerFindings(broker)),
};

function* interBrokerFindings(broker: Broker): Iterable<Finding> {
  const { settings } = broker;
  const byName = settings.isSet('inter.broker.listener.name');
  if (byName && settings.isSet('security.inter.broker.protocol')) {
    yield at(
      broker,
      'security.inter.broker.protocol',
      'security.inter.broker.protocol and inter.broker.listener.name are both set',
      'remove security.inter.broker.protocol',
    );
    return;
  }
  const protocol = settings.given('security.inter.broker.protocol');
  if (!byName && protocol !== undefined && !PROTOCOLS.includes(protocol)) return;
  const openLists = LISTS.some((key) => settings.isSet(key) && settings.given(key) === undefined);
  const name = broker.interBroker?.toUpperCase();
  if (
    openLists ||
    name === undefined ||
    broker.advertised.length === 0 ||
    badEndpoints(settings.given('advertised.listeners') ?? '').length > 0
  )
    return;
  if (!byName && (settings.given('security.inter.broker.protocol') ?? 'PLAINTEXT') !== name) return;
  const controllers = settings.list('controller.listener.names').map((each) => each.toUpperCase());
  if (broker.isKraft && byName && controllers.includes(name)) {
    yield at(
      broker,
      'inter.broker.listener.name',
      `${name} is a listener of the controllers`,
      'name a listener of the brokers',
    );
    return;
  }
  const key = byName
    ? 'inter.broker.listener.name'
    : settings.isSet('security.inter.broker.protocol')
      ? 'security.inter.broker.protocol'
      : 'inter.broker.listener.name';
  const offered = broker.advertised.map((each) => each.name);
  // A protocol of which several listeners may have it stands for the listener of the same name.
  if (!offered.includes(name))
    yield at(
      broker,
      [key, 'advertised.listeners', 'listeners'],
      byName
        ? `${name} is not among the advertised listeners ${offered.join(', ')}`
        : `the brokers would talk over a listener named ${name}, and only ${offered.join(', ')} ${offered.length === 1 ? 'is' : 'are'} advertised`,
      `set inter.broker.listener.name to one of ${offered.join(', ')}`,
    );
}

/** A server that only controls has no listener between brokers, and refuses a name for one that it does not know. */
function* controllerFindings(broker: Broker): Iterable<Finding> {
  const key = 'inter.broker.listener.name';
  const name = broker.settings.given(key)?.toUpperCase();
  if (name === undefined || name === '') return;
  if (broker.settings.list('controller.listener.names').includes(name))
    yield at(
      broker,
      key,
      `${name} is a listener of the controllers`,
      'remove the line',
      compareVersions(broker.version, '4.0') < 0 ? 'warning' : 'error',
    );
  else if (broker.protocols.size > 0 && !broker.protocols.has(name))
    yield at(broker, key, `${name} has no entry in listener.security.protocol.map`, 'remove the line');
}

const earlyStart: BrokerRule = {
  id: 'kafka/early-start-listeners',
  severity: 'error',
  what: 'A listener that shall start early is not there',
  why: 'early.start.listeners may name what is in listeners or in controller.listener.names; the broker does not start otherwise.',
  mend: 'Correct the name, or remove the line.',
  source: 'KafkaConfig.earlyStartListeners',
  *check(broker) {
    const key = 'early.start.listeners';
    if (!broker.isKnown(key) || (broker.settings.isSet('listeners') && broker.listeners.length === 0)) return;
    const known = [
      ...broker.listeners.map(({ name }) => name),
      ...(broker.isController ? broker.settings.list('controller.listener.names') : []),
    ];
    const wrong = broker.settings.list(key).find((each) => !known.includes(each.toUpperCase()));
    if (wrong !== undefined) yield at(broker, key, `${wrong} is not in listeners`);
  },
};

const controlPlane: BrokerRule = {
  id: 'kafka/control-plane-listener',
  severity: 'error',
  what: 'The listener of the controller does not fit',
  why: 'control.plane.listener.name must name a listener that is bound, advertised and mapped, and is not the one between brokers; else the broker does not start.',
  mend: 'Give the controller a listener of its own, or remove the line.',
  source: SOURCE,
  applies: (broker) => !broker.isKraft && (broker.settings.given('control.plane.listener.name') ?? '') !== '',
  *check(broker) {
    const name = broker.settings.given('control.plane.listener.name') ?? '';
    const key = 'control.plane.listener.name';
    if (broker.protocols.size > 0 && !broker.protocols.has(name.toUpperCase()))
      yield at(broker, key, `${name} has no entry in listener.security.protocol.map`);
    else if (name.toUpperCase() === broker.interBroker?.toUpperCase())
      yield at(broker, key, `${name} is the listener between brokers, too`, 'name another one');
    else if (
      (!broker.settings.isSet('listeners') || broker.settings.given('listeners') !== undefined) &&
      !broker.advertised.some((each) => each.name === name.toUpperCase())
    )
      yield at(broker, key, `${name} is not among the advertised listeners`);
  },
};

/** The rules about listeners for brokers and controllers themselves. */
export const interBrokerRules: readonly BrokerRule[] = [interBrokerListener, controlPlane, earlyStart];
