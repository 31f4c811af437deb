import { isFor, isTrusted, missingUses, namesIn, timeFault } from '../../lint/certificate-faults.ts';
import type { Broker } from './broker.ts';
import { isWildcard } from './listeners.ts';
import { at, type BrokerRule } from './rule.ts';
import { type NamedStore, storeOf, type TlsListener, tlsListeners } from './tls-listeners.ts';

const SOURCE = 'Kafka documentation, Encryption and Authentication using SSL; SslFactory (SslEngineValidator)';
const SEEN =
  'What is looked at: PEM in the settings themselves, and PEM, JKS and PKCS#12 files that the playbook writes, that stand in the rendered tree, or that are at their path on this machine. Other stores are only named in the file; lint --hosts asks the listeners that run for their certificates.';

/** The listeners whose keystore is known, each store once; the listener between brokers first. */
function known(broker: Broker): { readonly tls: TlsListener; readonly named: NamedStore }[] {
  return tlsListeners(broker)
    .flatMap((tls) => {
      const named = storeOf(broker, tls, 'keystore');
      return named === undefined ? [] : [{ tls, named }];
    })
    .toSorted((a, b) => Number(b.tls.isInterBroker) - Number(a.tls.isInterBroker));
}

/** The same store serves several listeners: what is wrong with it is told once. */
function once<T extends { readonly named: NamedStore }>(found: readonly T[]): T[] {
  return found.filter((each, index) => found.findIndex(({ named }) => named.key === each.named.key) === index);
}

const store: BrokerRule = {
  id: 'kafka/certificate-store',
  severity: 'error',
  what: 'A keystore or truststore cannot be used',
  why: 'A broker loads its stores when it starts, and ends when one of them has another type, another password, or a key that is not that of the certificate.',
  mend: `Give the type and the password that the store was made with; a key in PEM must be PKCS#8 (openssl pkcs8 -topk8). ${SEEN}`,
  source: SOURCE,
  *check(broker) {
    const told = new Set<string>();
    for (const tls of tlsListeners(broker))
      for (const kind of ['keystore', 'truststore'] as const) {
        const named = storeOf(broker, tls, kind);
        if (named?.store.problem === undefined || told.has(named.key)) continue;
        told.add(named.key);
        yield at(broker, named.key, `the ${kind} ${named.store.problem}`);
      }
  },
};

const name: BrokerRule = {
  id: 'kafka/certificate-name',
  severity: 'error',
  what: 'The certificate is not for the advertised name',
  why: 'Clients and the other brokers compare the name that they connect to with the names in the certificate (ssl.endpoint.identification.algorithm is https by default), and end the connection.',
  mend: `Make a certificate whose subject alternative names have each advertised name. ${SEEN}`,
  source: SOURCE,
  *check(broker) {
    for (const { tls, named } of known(broker)) {
      const [own] = named.store.certificates;
      const host = tls.advertised?.host ?? '';
      const checks = broker.settings.text(tls.keyOf('ssl.endpoint.identification.algorithm')) !== '';
      if (own === undefined || host === '' || isWildcard(host) || !checks || isFor(own, host)) continue;
      yield at(
        broker,
        named.key,
        `the certificate is for ${namesIn(own)}, and ${tls.listener.name} is advertised as ${host}`,
        `add ${host} to its subject alternative names`,
      );
    }
  },
};

const time: BrokerRule = {
  id: 'kafka/certificate-expired',
  severity: 'error',
  what: 'The certificate has ended, or ends soon',
  why: 'Nobody accepts a certificate outside of its time: no client connects any more, and a broker that is restarted does not start.',
  mend: `Renew it; a broker takes a new keystore without a restart when ssl.keystore.location is set again for it. ${SEEN}`,
  source: SOURCE,
  *check(broker) {
    for (const { named } of once(known(broker))) {
      const [own] = named.store.certificates;
      const fault = own === undefined ? undefined : timeFault(own, broker.now);
      if (fault !== undefined)
        yield at(broker, named.key, `the certificate ${fault.message}`, 'renew it', fault.severity);
    }
  },
};

const use: BrokerRule = {
  id: 'kafka/certificate-use',
  severity: 'error',
  what: 'The certificate is not for what a broker does with it',
  why: 'A certificate that names its extended key usages serves for nothing else: a broker is a server, and to the other brokers a client, which matters where clients must show a certificate.',
  mend: `Make a certificate with both, serverAuth and clientAuth, or without the extension. ${SEEN}`,
  source: SOURCE,
  *check(broker) {
    for (const { tls, named } of once(known(broker))) {
      const [own] = named.store.certificates;
      const isMutual = broker.settings.text(tls.keyOf('ssl.client.auth')) === 'required';
      const missing = own === undefined ? [] : missingUses(own, tls.isInterBroker);
      if (missing.length > 0)
        yield at(
          broker,
          named.key,
          `the extended key usage of the certificate lacks ${missing.join(' and ')}`,
          undefined,
          missing.includes('serverAuth') || isMutual ? 'error' : 'warning',
        );
    }
  },
};

const trust: BrokerRule = {
  id: 'kafka/certificate-trust',
  severity: 'error',
  what: "The broker's own truststore does not trust its certificate",
  why: 'Between brokers each is a client of the others with the same stores: a broker tries its keystore against its truststore, and does not start when they do not fit.',
  mend: `Put the certificate of who signed the keystore's into the truststore. ${SEEN}`,
  source: SOURCE,
  *check(broker) {
    for (const { tls, named } of known(broker).filter((each) => each.tls.isInterBroker)) {
      const trusted = storeOf(broker, tls, 'truststore');
      const usable = [named, trusted].every((each) => (each?.store.certificates.length ?? 0) > 0);
      if (trusted !== undefined && usable && !isTrusted(named.store.certificates, trusted.store.certificates))
        yield at(broker, trusted.key, `nothing in the truststore has signed the certificate of ${named.key}`);
    }
  },
};

const TLS_VALUES: readonly (readonly [string, readonly string[]])[] = [
  ['ssl.enabled.protocols', ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1', 'SSLv3', 'SSLv2Hello']],
  ['ssl.protocol', ['TLS', 'TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1', 'SSL', 'SSLv3', 'DEFAULT']],
  ['ssl.keystore.type', ['JKS', 'PKCS12', 'PEM', 'JCEKS', 'DKS', 'BCFKS', 'BKS', 'PKCS11']],
  ['ssl.truststore.type', ['JKS', 'PKCS12', 'PEM', 'JCEKS', 'DKS', 'BCFKS', 'BKS', 'PKCS11']],
];

const value: BrokerRule = {
  id: 'kafka/tls-value',
  severity: 'error',
  what: 'A version of TLS or a type of store that Java does not know',
  why: 'Kafka hands these values on to Java; the broker ends when it starts a listener with TLS.',
  mend: 'Take one of those that Java knows: TLSv1.2 and TLSv1.3; JKS, PKCS12 or PEM.',
  source: 'Java Security Standard Algorithm Names; SSLEngine.setEnabledProtocols',
  *check(broker) {
    const { settings } = broker;
    // A provider may bring names of its own.
    if (settings.isSet('ssl.provider') || settings.isSet('ssl.engine.factory.class')) return;
    const told = new Set<string>();
    for (const { keyOf } of tlsListeners(broker))
      for (const [setting, known] of TLS_VALUES) {
        const key = keyOf(setting);
        const wrong = settings.list(key).find((each) => !known.some((one) => one.toUpperCase() === each.toUpperCase()));
        if (wrong === undefined || told.has(key) || !settings.isSet(key)) continue;
        told.add(key);
        yield at(broker, key, `${wrong} is none of ${known.join(', ')}`);
      }
  },
};

/** The rules about certificates whose contents are known. */
export const certificateRules: readonly BrokerRule[] = [store, name, time, use, trust, value];
