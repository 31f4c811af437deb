import { compareVersions } from '../settings/catalogue.ts';
import type { Broker } from './broker.ts';
import { type JaasLogin, moduleOf, readJaas } from './jaas.ts';
import { at, type BrokerRule } from './rule.ts';

const SOURCE = 'Kafka documentation, Authentication using SASL/SCRAM; KIP-554, KIP-900';

/** How the brokers log in to each other, when they do. */
export interface InterBrokerLogin {
  readonly mechanism: string;
  /** The setting that chose the mechanism, and the one that holds the login. */
  readonly chosenBy: string;
  readonly key: string;
  readonly login: JaasLogin | undefined;
}

/** The login between the brokers, where they use SASL. */
export function interBrokerLogin({ settings, interBroker, protocols, isBroker }: Broker): InterBrokerLogin | undefined {
  if (!isBroker || interBroker === undefined) return undefined;
  const protocol = protocols.get(interBroker.toUpperCase()) ?? interBroker.toUpperCase();
  if (!protocol.startsWith('SASL_')) return undefined;
  const chosenBy = 'sasl.mechanism.inter.broker.protocol';
  const mechanism = settings.text(chosenBy);
  if (mechanism === undefined) return undefined;
  const general = `${mechanism.toLowerCase()}.sasl.jaas.config`;
  const own = `listener.name.${interBroker.toLowerCase()}.${general}`;
  const key = settings.isSet(own) || !settings.isSet(general) ? own : general;
  return { mechanism, chosenBy, key, login: readJaas(settings.given(key) ?? '') };
}

const scram: BrokerRule = {
  id: 'kafka/scram-credentials',
  severity: 'info',
  what: 'The brokers log in to each other with credentials that somebody must have made',
  why: 'With SCRAM the cluster itself keeps the credentials, and the brokers need their own before the first of them is up: without them none logs in to another, and nothing is replicated. With KRaft they can be given to kafka-storage.sh format only since 3.5, and only then; the controllers cannot use them among themselves before there is a leader.',
  mend: 'With ZooKeeper: kafka-configs.sh --zookeeper ... --alter --add-config SCRAM-SHA-512=[password=...] --entity-type users --entity-name USER, before the first start. With KRaft: kafka-storage.sh format --add-scram, the same on every controller. With --hosts, lint looks for them in ZooKeeper.',
  source: SOURCE,
  *check(broker) {
    const { settings, isKraft, version, isVersionTold } = broker;
    const key = 'sasl.mechanism.controller.protocol';
    if (isKraft && settings.isSet(key) && settings.text(key)?.startsWith('SCRAM-') === true)
      yield at(
        broker,
        key,
        'the controllers would need SCRAM credentials that they keep themselves, before they have a leader',
        'use PLAIN or TLS between controllers',
        'warning',
      );
    const login = interBrokerLogin(broker);
    if (login === undefined || !login.mechanism.startsWith('SCRAM-')) return;
    const user = login.login?.options.get('username');
    const keys = [login.chosenBy, login.key] as const;
    if (isKraft && isVersionTold && compareVersions(version, '3.5') < 0)
      yield at(broker, keys, `Kafka ${version} with KRaft keeps no credentials of SCRAM`, 'use 3.5 or later', 'error');
    else
      yield at(
        broker,
        keys,
        `the credentials ${user === undefined ? '' : `of ${user} `}for ${login.mechanism} must be there before the first broker starts`,
        isKraft ? 'kafka-storage.sh format --add-scram' : 'kafka-configs.sh --zookeeper, or lint --hosts to look',
      );
  },
};

const jaas: BrokerRule = {
  id: 'kafka/jaas-login',
  severity: 'warning',
  what: 'A login of JAAS is not what its mechanism needs, or not looked at',
  why: 'A broker looks for the login of a listener under listener.name.LISTENER.MECHANISM.sasl.jaas.config: one without the mechanism is passed over with a line in its log. It must be a single login that ends with a semicolon, else the broker does not start; a module of another mechanism registers that other one.',
  mend: 'Write listener.name.LISTENER.MECHANISM.sasl.jaas.config, in small letters, with the module of the mechanism, its options in quotes, and a semicolon at the end.',
  source: 'JaasContext.loadServerContext; JaasConfig',
  *check(broker) {
    for (const { key } of broker.settings.entries()) {
      const [, before] = /^(.*?)sasl\.jaas\.config$/.exec(key) ?? [];
      if (before === undefined) continue;
      const value = broker.settings.given(key);
      const mechanism = /(?:^|\.)(plain|gssapi|oauthbearer|scram-sha-256|scram-sha-512)\.$/.exec(before)?.[1];
      if (mechanism === undefined) {
        if (before === '' || /^listener\.name\.[^.]+\.$/.test(before))
          yield at(
            broker,
            key,
            `a broker does not look at ${key}: the mechanism is missing in the name`,
            'write listener.name.LISTENER.MECHANISM.sasl.jaas.config',
          );
        continue;
      }
      if (value === undefined || value === '') continue;
      const login = readJaas(value);
      const fits = moduleOf(mechanism.toUpperCase());
      if (login === undefined) {
        if (!value.endsWith(';'))
          yield at(broker, key, 'the login has no semicolon at its end', 'write ; at the end', 'error');
      } else if (
        fits !== undefined &&
        login.module.startsWith('org.apache.kafka.') &&
        !login.module.endsWith(`.${fits}`)
      )
        yield at(
          broker,
          key,
          `${login.module.replace(/^.*\./, '')} is not the module of ${mechanism.toUpperCase()}`,
          `use ${fits}`,
        );
    }
  },
};

const half: BrokerRule = {
  id: 'kafka/login-incomplete',
  severity: 'error',
  what: 'The login between the brokers has no user or no password',
  why: 'Each broker logs in to the others as a client, with username and password of its own login; users of PLAIN (user_NAME) are those whom it lets in, and the one it uses must be among them, with the same password.',
  mend: 'Give username and password, and for PLAIN a user_NAME with that password.',
  source: 'PlainServerCallbackHandler; PlainLoginModule; ScramLoginModule',
  *check(broker) {
    const found = interBrokerLogin(broker);
    if (found?.login === undefined || moduleOf(found.mechanism) === undefined) return;
    const { key, login, mechanism } = found;
    const known = /\.(?:Plain|Scram)LoginModule$/.test(login.module);
    const handled = [...broker.settings.entries()].some((each) => each.key.endsWith('callback.handler.class'));
    if (!known || handled) return;
    const [user, password] = [login.options.get('username'), login.options.get('password')];
    if (user === undefined || password === undefined) {
      yield at(
        broker,
        key,
        `the brokers log in to each other with it, and it has no ${user === undefined ? 'username' : 'password'}`,
        'add it',
      );
      return;
    }
    if (mechanism !== 'PLAIN') return;
    const expected = login.options.get(`user_${user}`);
    if (expected === undefined)
      yield at(broker, key, `the brokers log in as ${user}, and there is no user_${user}`, `add user_${user}`);
    else if (expected !== password)
      yield at(broker, key, `the password is not that of user_${user}`, `give user_${user} the same password`);
  },
};

/** The rules about how brokers log in to each other. */
export const loginRules: readonly BrokerRule[] = [scram, jaas, half];
