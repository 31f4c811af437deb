import type { Finding } from '../../lint/rule.ts';
import { compareVersions } from '../settings/catalogue.ts';
import type { Broker } from './broker.ts';
import { badEndpoints, isWildcard, type Listener } from './listeners.ts';
import { at, type BrokerRule } from './rule.ts';

const SOURCE = 'KafkaConfig.validateValues; Kafka documentation, Listener Configuration';
const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];
const LISTS = ['listeners', 'advertised.listeners'] as const;

const badListener: BrokerRule = {
  id: 'kafka/bad-listener',
  severity: 'error',
  what: 'A listener is not NAME://host:port',
  why: 'The broker does not start.',
  mend: 'Write NAME://host:port, several with commas; an empty host binds every address.',
  source: SOURCE,
  *check({ settings, ...broker }) {
    for (const key of LISTS)
      for (const part of badEndpoints(settings.given(key) ?? ''))
        yield at({ settings, ...broker }, key, `${part} is not NAME://host:port`, 'for example PLAINTEXT://:9092');
  },
};

function isUnmapped(broker: Broker, { name }: Listener): boolean {
  const controllers = broker.settings.list('controller.listener.names').map((each) => each.toUpperCase());
  // Without a map of its own, KRaft takes PLAINTEXT for the controllers' listeners.
  if (
    broker.isKraft &&
    compareVersions(broker.version, '3.0') >= 0 &&
    !broker.settings.isSet('listener.security.protocol.map') &&
    controllers.includes(name)
  )
    return false;
  return (
    (broker.protocols.size > 0 || broker.settings.given('listener.security.protocol.map') === '') &&
    !broker.protocols.has(name)
  );
}

const badProtocol: BrokerRule = {
  id: 'kafka/bad-protocol',
  severity: 'error',
  what: 'A listener has no security protocol',
  why: 'The name of a listener must be a security protocol, or be mapped to one; else the broker does not start.',
  mend: `Add NAME:PROTOCOL to listener.security.protocol.map; the protocols are ${PROTOCOLS.join(', ')}.`,
  source: SOURCE,
  *check(broker) {
    for (const key of LISTS) {
      const isDefault =
        key === 'listeners' &&
        !broker.settings.isSet(key) &&
        broker.settings.given('listener.security.protocol.map') !== undefined;
      if (broker.settings.given(key) === undefined && !isDefault) continue;
      const names = (key === 'listeners' ? broker.listeners : broker.advertised).filter((each) =>
        isUnmapped(broker, each),
      );
      for (const { name } of names)
        yield at(
          broker,
          isDefault ? [key, 'listener.security.protocol.map'] : key,
          `listener ${name} has no entry in listener.security.protocol.map`,
          `add ${name}:${guessProtocol(name)}`,
        );
    }
    for (const [name, protocol] of broker.settings.isSet('listener.security.protocol.map') ? broker.protocols : [])
      if (!PROTOCOLS.includes(protocol.toUpperCase()))
        yield at(
          broker,
          'listener.security.protocol.map',
          `${name || 'an entry'} has no security protocol: ${protocol || 'nothing'} is none of ${PROTOCOLS.join(', ')}`,
        );
    const between = broker.settings.given('security.inter.broker.protocol');
    if (between !== undefined && !PROTOCOLS.includes(between))
      yield at(
        broker,
        'security.inter.broker.protocol',
        `${between} is not a security protocol`,
        `one of ${PROTOCOLS.join(', ')}`,
      );
  },
};

function guessProtocol(name: string): string {
  if (name.includes('SASL')) return name.includes('PLAIN') ? 'SASL_PLAINTEXT' : 'SASL_SSL';
  return /SSL|TLS|SECURE/.test(name) ? 'SSL' : 'PLAINTEXT';
}

const duplicateListener: BrokerRule = {
  id: 'kafka/duplicate-listener',
  severity: 'error',
  what: 'Two listeners have one name or one port',
  why: 'The broker does not start.',
  mend: 'Give each listener a name and a port of its own.',
  source: SOURCE,
  *check(broker) {
    for (const key of LISTS) {
      if (broker.settings.given(key) === undefined) continue;
      const all = key === 'listeners' ? broker.listeners : broker.advertised;
      for (const [index, each] of all.entries()) {
        const before = all.slice(0, index);
        if (before.some(({ name }) => name === each.name))
          yield at(broker, key, `two listeners are named ${each.name}`, 'rename one of them');
        else if (key === 'listeners' && each.port !== 0 && before.some((other) => sharesPort(other, each, broker)))
          yield at(broker, key, `two listeners have port ${each.port}`, 'give each a port of its own');
      }
    }
  },
};

/** Later versions let one address of IPv4 and one of IPv6 share a port. */
function sharesPort(a: Listener, b: Listener, broker: Broker): boolean {
  const families = [a, b].map(({ host }) => (host.includes(':') ? 6 : /^[\d.]+$/.test(host) ? 4 : 0));
  const mayShare = !broker.version.startsWith('2.') && families.includes(6) && families.includes(4);
  return a.port === b.port && !mayShare;
}

const advertisedNotBound: BrokerRule = {
  id: 'kafka/advertised-not-bound',
  severity: 'error',
  what: 'A listener is advertised that is not bound',
  why: 'The names in advertised.listeners must be names in listeners; else the broker does not start.',
  mend: 'Add the listener to listeners, or take it out of advertised.listeners.',
  source: SOURCE,
  *check(broker) {
    if (!broker.settings.isSet('advertised.listeners') || broker.settings.given('advertised.listeners') === undefined)
      return;
    if (broker.settings.isSet('listeners') && broker.settings.given('listeners') === undefined) return;
    const bound = new Set(broker.listeners.map(({ name }) => name));
    const missing = broker.advertised.map(({ name }) => name).filter((name) => !bound.has(name));
    if (missing.length === 0 || (bound.size === 0 && broker.settings.isSet('listeners'))) return;
    const key = broker.settings.isSet('listeners') ? 'advertised.listeners' : 'listeners';
    yield at(
      broker,
      [key, 'advertised.listeners'],
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} advertised, but ${key === 'listeners' ? 'there is no listeners line that binds it' : 'not in listeners'}`,
      `add ${missing[0]}://:PORT to listeners`,
    );
  },
};

const advertisedWildcard: BrokerRule = {
  id: 'kafka/advertised-wildcard',
  severity: 'error',
  what: 'The address that means every address is advertised',
  why: 'Nobody can connect to 0.0.0.0; the broker refuses to start with it.',
  mend: 'Advertise the name or address under which clients and the other brokers reach this host.',
  source: SOURCE,
  *check(broker) {
    const isOnlyController = broker.isKraft && !broker.isBroker;
    const key = broker.settings.isSet('advertised.listeners') ? 'advertised.listeners' : 'listeners';
    if (
      broker.settings.given(key) === undefined ||
      (isOnlyController && key === 'listeners') ||
      broker.settings.isSet('advertised.host.name')
    )
      return;
    const controllers = broker.settings.list('controller.listener.names').map((each) => each.toUpperCase());
    const wrong = broker.advertised.filter(
      ({ host, name }) => isWildcard(host) && !(key === 'listeners' && controllers.includes(name)),
    );
    if (wrong.length > 0)
      yield at(
        broker,
        ['advertised.listeners', 'listeners'],
        key === 'listeners'
          ? `listeners binds ${wrong[0]?.host}, which would be advertised, since advertised.listeners is not set`
          : `${wrong[0]?.host} cannot be advertised`,
        'advertise the name of this host',
      );
  },
};

const advertisedMissing: BrokerRule = {
  id: 'kafka/advertised-missing',
  severity: 'info',
  what: 'What is advertised is left to chance',
  why: 'Without advertised.listeners and without a host in listeners, the canonical name of the host is advertised, which clients often cannot resolve.',
  mend: 'Set advertised.listeners to a name that clients and brokers resolve.',
  source: 'Kafka documentation, advertised.listeners',
  applies: (broker) => broker.isBroker && broker.size.brokers > 1,
  *check(broker) {
    if (
      broker.settings.isSet('advertised.listeners') ||
      broker.settings.isSet('advertised.host.name') ||
      broker.settings.isSet('host.name')
    )
      return;
    if (broker.listeners.some(({ host }) => host === ''))
      yield at(
        broker,
        ['advertised.listeners', 'listeners'],
        'advertised.listeners is not set: the canonical name of the host is advertised',
      );
  },
};

const interBrokerListener: BrokerRule = {
  id: 'kafka/inter-broker-listener',
  severity: 'error',
  what: 'The listener between brokers is not advertised, or is named twice',
  why: 'The brokers must reach each other at one advertised listener, named by inter.broker.listener.name or by security.inter.broker.protocol, not both; else the broker does not start.',
  mend: 'Name one of the advertised listeners in inter.broker.listener.name, and remove security.inter.broker.protocol.',
  source: SOURCE,
  applies: (broker) => broker.isBroker,
  check: (broker) => interBrokerFindings(broker),
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
      broker.settings.given('listeners') !== undefined &&
      !broker.advertised.some((each) => each.name === name.toUpperCase())
    )
      yield at(broker, key, `${name} is not among the advertised listeners`);
  },
};

export const listenerRules: readonly BrokerRule[] = [
  badListener,
  badProtocol,
  duplicateListener,
  advertisedNotBound,
  advertisedWildcard,
  advertisedMissing,
  interBrokerListener,
  controlPlane,
];
