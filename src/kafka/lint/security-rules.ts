import { compareVersions } from '../settings/catalogue.ts';
import type { Broker } from './broker.ts';
import { interBrokerLogin } from './login-rules.ts';
import { at, type BrokerRule } from './rule.ts';

const SOURCE = 'Kafka documentation, Security';

/** The protocols of all listeners that the file names. */
function protocolsInUse(broker: Broker): Set<string> {
  const names = broker.listeners.map(({ name }) => broker.protocols.get(name) ?? name);
  return new Set(names.map((each) => each.toUpperCase()));
}

/** The protocol that the brokers use between them; `undefined` when it is not known. */
function interBrokerProtocol(broker: Broker): string | undefined {
  const name = broker.interBroker?.toUpperCase();
  return name === undefined ? undefined : (broker.protocols.get(name) ?? name).toUpperCase();
}

const tlsHostname: BrokerRule = {
  id: 'kafka/tls-hostname-off',
  severity: 'warning',
  what: 'The name in a certificate is not checked',
  why: 'An empty ssl.endpoint.identification.algorithm accepts any certificate that the truststore trusts, whoever shows it.',
  mend: 'Remove the line, and give each broker a certificate with its advertised name.',
  source: `${SOURCE}, Encryption and Authentication using SSL`,
  *check(broker) {
    for (const { key, value } of broker.settings.entries())
      if (/(?:^|\.)ssl\.endpoint\.identification\.algorithm$/.test(key) && value.trim() === '')
        yield at(broker, key, 'an empty value turns the check of host names in certificates off', 'remove the line');
  },
};

const mechanism: BrokerRule = {
  id: 'kafka/inter-broker-mechanism',
  severity: 'error',
  what: 'The mechanism between brokers is not enabled',
  why: 'The broker does not start: it would not accept its own peers.',
  mend: 'Add it to sasl.enabled.mechanisms.',
  source: 'KafkaConfig.validateValues',
  applies: (broker) => broker.isBroker && (interBrokerProtocol(broker)?.startsWith('SASL_') ?? false),
  *check(broker) {
    const used = broker.settings.text('sasl.mechanism.inter.broker.protocol');
    const own = `listener.name.${broker.interBroker?.toLowerCase()}.sasl.enabled.mechanisms`;
    const enabled = broker.settings.list(broker.settings.isSet(own) ? own : 'sasl.enabled.mechanisms');
    if (used !== undefined && enabled.length > 0 && !enabled.includes(used))
      yield at(
        broker,
        ['sasl.mechanism.inter.broker.protocol', 'sasl.enabled.mechanisms'],
        `${used} is not among sasl.enabled.mechanisms, ${enabled.join(', ')}`,
        `add ${used} to sasl.enabled.mechanisms`,
      );
  },
};

const badMechanism: BrokerRule = {
  id: 'kafka/sasl-mechanism',
  severity: 'error',
  what: 'A mechanism of SASL is none',
  why: 'Nobody can log in with a mechanism that no module implements; a broker that is to use it does not start.',
  mend: 'Use GSSAPI, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER, spelt like this.',
  source: `${SOURCE}, Authentication using SASL`,
  *check(broker) {
    for (const { key } of broker.settings.entries()) {
      if (!/(?:^|\.)sasl\.(?:enabled\.mechanisms|mechanism\.(?:inter\.broker|controller)\.protocol)$/.test(key))
        continue;
      const wrong = broker.settings.list(key).find((each) => !MECHANISMS.includes(each) && looksMeant(each));
      if (wrong !== undefined)
        yield at(broker, key, `${wrong} is no mechanism of SASL`, `the mechanisms are ${MECHANISMS.join(', ')}`);
    }
  },
};

const MECHANISMS = ['GSSAPI', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'];

/** A protocol, or one of the mechanisms in another spelling; other names may be of a module that is not Kafka's own. */
function looksMeant(name: string): boolean {
  const plain = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (plain(name).startsWith('SCRAM')) return true;
  return ['PLAINTEXT', 'SSL', 'SASLPLAINTEXT', 'SASLSSL', 'KERBEROS', ...MECHANISMS.map(plain)].includes(plain(name));
}

const keystoreMissing: BrokerRule = {
  id: 'kafka/keystore-missing',
  severity: 'warning',
  what: 'A listener with TLS has no certificate',
  why: 'The broker starts its listener with the keystore; without one no client can make a connection.',
  mend: "Set ssl.keystore.location, or the listener's own.",
  source: `${SOURCE}, Encryption and Authentication using SSL`,
  applies: (broker) => [...protocolsInUse(broker)].some((each) => each === 'SSL' || each === 'SASL_SSL'),
  *check(broker) {
    const has = [...broker.settings.entries()].some(({ key }) =>
      /(?:^|\.)ssl\.(?:keystore\.|engine\.factory\.class)/.test(key),
    );
    if (!has)
      yield at(
        broker,
        ['ssl.keystore.location', 'listeners'],
        'a listener uses TLS, and no keystore is named',
        'set ssl.keystore.location',
      );
  },
};

const pemPassword: BrokerRule = {
  id: 'kafka/pem-password',
  severity: 'error',
  what: 'A store in PEM has a password',
  why: 'PEM files are not encrypted as a whole, only the key in them is: Kafka refuses a password of the store. Until 3.2, a key in a PEM file must be encrypted.',
  mend: 'Remove the password of the store, and give ssl.key.password.',
  source: 'DefaultSslEngineFactory (KIP-651)',
  *check(broker) {
    for (const store of ['keystore', 'truststore'] as const) {
      if (broker.settings.text(`ssl.${store}.type`)?.toUpperCase() !== 'PEM') continue;
      if (broker.settings.isSet(`ssl.${store}.password`))
        yield at(broker, `ssl.${store}.password`, `a ${store} in PEM has no password`, 'remove it');
      if (
        store === 'keystore' &&
        compareVersions(broker.version, '3.3') < 0 &&
        broker.settings.isSet('ssl.keystore.location') &&
        !broker.settings.isSet('ssl.key.password')
      )
        yield at(
          broker,
          ['ssl.key.password', 'ssl.keystore.location'],
          `Kafka ${broker.version} needs an encrypted key in a PEM file, and its password`,
          'encrypt the key, or give it in ssl.keystore.key',
        );
    }
  },
};

const OLD_AUTHORIZER = 'kafka.security.auth.SimpleAclAuthorizer';
const ZOOKEEPER_AUTHORIZER = 'kafka.security.authorizer.AclAuthorizer';
const KRAFT_AUTHORIZER = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer';

const authorizerClass: BrokerRule = {
  id: 'kafka/authorizer-class',
  severity: 'error',
  what: 'The authorizer does not fit the version or the mode',
  why: 'The class is not there, or keeps its rules where this cluster has none: the broker does not start.',
  mend: `With ZooKeeper use ${ZOOKEEPER_AUTHORIZER}, with KRaft ${KRAFT_AUTHORIZER}.`,
  source: `${SOURCE}, Authorization and ACLs; KIP-504`,
  *check(broker) {
    const name = broker.settings.given('authorizer.class.name');
    const fits = broker.isKraft ? KRAFT_AUTHORIZER : ZOOKEEPER_AUTHORIZER;
    if (name === OLD_AUTHORIZER) {
      const gone = compareVersions(broker.version, '3.0') >= 0;
      yield at(
        broker,
        'authorizer.class.name',
        `${name} is deprecated since 2.4 and ${gone ? 'was' : 'is'} removed in 3.0`,
        `use ${fits}`,
        gone ? 'error' : 'warning',
      );
    } else if (broker.isKraft ? name === ZOOKEEPER_AUTHORIZER : name === KRAFT_AUTHORIZER)
      yield at(
        broker,
        'authorizer.class.name',
        broker.isKraft
          ? `${name} keeps its rules in ZooKeeper, which KRaft does not have`
          : `${name} works only with KRaft`,
        `use ${fits}`,
      );
  },
};

const superUsers: BrokerRule = {
  id: 'kafka/no-super-users',
  severity: 'warning',
  what: 'Nobody may do what only brokers may do',
  why: 'With an authorizer, the brokers themselves need the right ClusterAction; without it, and without super users, they are denied and do not replicate.',
  mend: 'Name the principals of the brokers in super.users, with semicolons between them.',
  source: `${SOURCE}, Authorization and ACLs`,
  applies: (broker) => (broker.settings.text('authorizer.class.name') ?? '') !== '',
  *check(broker) {
    const { settings } = broker;
    const users = settings.given('super.users');
    if (settings.isSet('super.users') && users === undefined) return;
    if ((users ?? '') === '' && settings.given('allow.everyone.if.no.acl.found') !== 'true')
      yield at(
        broker,
        ['super.users', 'authorizer.class.name'],
        'an authorizer is set, and no super.users: the brokers are denied what they need',
        'set super.users',
      );
    else if (users !== undefined && /User:[^;]*,\s*User:/.test(users))
      yield at(
        broker,
        'super.users',
        'super users are separated by semicolons: with commas they are one name',
        'write ; between them',
        'error',
      );
    else if (users?.split(';').some((each) => each.trim() !== '' && !each.includes(':')))
      yield at(
        broker,
        'super.users',
        'a super user is Type:name, such as User:admin',
        'write User: before the name',
        'error',
      );
  },
};

const zookeeperAcl: BrokerRule = {
  id: 'kafka/zookeeper-acl',
  severity: 'info',
  what: 'ZooKeeper ACLs need a login to ZooKeeper',
  why: 'With zookeeper.set.acl and without a login, nobody owns what the broker writes: it does not start.',
  mend: 'Give the broker a JAAS login for ZooKeeper, or TLS to it, first.',
  source: `${SOURCE}, ZooKeeper Authentication`,
  applies: (broker) => !broker.isKraft,
  *check(broker) {
    if (
      broker.settings.flag('zookeeper.set.acl') === true &&
      broker.settings.flag('zookeeper.ssl.client.enable') !== true
    )
      yield at(
        broker,
        'zookeeper.set.acl',
        'the broker must log in to ZooKeeper: see that KAFKA_OPTS names a JAAS file with a section Client',
      );
  },
};

const brokerPrincipal: BrokerRule = {
  id: 'kafka/broker-no-super-user',
  severity: 'warning',
  what: 'The brokers themselves are no super users',
  why: 'The brokers log in to each other as one of the principals. Unless that one is a super user, or has ClusterAction by an ACL, the others deny it what replication needs.',
  mend: 'Add the principal of the brokers to super.users; over PLAINTEXT it is User:ANONYMOUS.',
  source: `${SOURCE}, Authorization and ACLs`,
  applies: ({ isBroker, settings }) => isBroker && (settings.text('authorizer.class.name') ?? '') !== '',
  *check(broker) {
    const { settings } = broker;
    const users = settings.given('super.users');
    const isMapped = [...settings.entries()].some(({ key }) =>
      /principal\.(?:builder\.class|mapping\.rules)$/.test(key),
    );
    const own = principalOf(broker);
    if (isMapped || own === undefined || (users ?? '') === '' || settings.flag('allow.everyone.if.no.acl.found'))
      return;
    const named = (users ?? '').split(';').map((each) => each.trim());
    if (named.every((each) => each === '' || each.includes(':')) && !named.includes(own))
      yield at(broker, 'super.users', `the brokers come to each other as ${own}, which is no super user`, `add ${own}`);
  },
};

/** As whom a broker comes to the others, where the file tells. */
function principalOf(broker: Broker): string | undefined {
  const protocol = interBrokerProtocol(broker);
  if (protocol === 'PLAINTEXT') return 'User:ANONYMOUS';
  const user = interBrokerLogin(broker)?.login?.options.get('username');
  return user === undefined ? undefined : `User:${user}`;
}

export const securityRules: readonly BrokerRule[] = [
  tlsHostname,
  mechanism,
  badMechanism,
  keystoreMissing,
  pemPassword,
  authorizerClass,
  superUsers,
  brokerPrincipal,
  zookeeperAcl,
];
