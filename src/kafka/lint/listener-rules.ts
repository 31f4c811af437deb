import { compareVersions } from '../settings/catalogue.ts';
import type { Broker } from './broker.ts';
import {
  badEndpoints,
  isWildcard,
  LISTENER_LISTS as LISTS,
  type Listener,
  SECURITY_PROTOCOLS as PROTOCOLS,
} from './listeners.ts';
import { at, type BrokerRule } from './rule.ts';

const SOURCE = 'KafkaConfig.validateValues; Kafka documentation, Listener Configuration';

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

/** The listeners without a protocol; in KRaft those of the controllers too, which need not be in `listeners`. */
function unmapped(broker: Broker, key: (typeof LISTS)[number]): string[] {
  const { settings, protocols } = broker;
  const isEmpty = protocols.size === 0 && settings.given('listener.security.protocol.map') !== '';
  if (isEmpty) return [];
  const names = (key === 'listeners' ? broker.listeners : broker.advertised).map(({ name }) => name);
  const controllers = broker.isKraft ? settings.list('controller.listener.names') : [];
  // Without a map of its own, KRaft takes PLAINTEXT for the controllers' listeners, unless a listener is encrypted.
  const isTaken =
    !settings.isSet('listener.security.protocol.map') &&
    compareVersions(broker.version, '3.0') >= 0 &&
    ![...controllers, ...names].some((name) => /^(?:SSL|SASL_PLAINTEXT|SASL_SSL)$/.test(name));
  const all = key === 'listeners' ? [...new Set([...names, ...controllers])] : names;
  return all.filter(
    (name) =>
      !(protocols.has(name) || (controllers.includes(name) && protocols.has(name.toUpperCase()))) &&
      !(isTaken && controllers.includes(name)),
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
      for (const name of unmapped(broker, key))
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
      broker.isBroker ? 'error' : 'warning',
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

export const listenerRules: readonly BrokerRule[] = [
  badListener,
  badProtocol,
  duplicateListener,
  advertisedNotBound,
  advertisedWildcard,
  advertisedMissing,
];
