import { nearestName } from '../../errors.ts';
import { isOpenKey } from '../../lint/placeholder.ts';
import { isNoKey } from '../../lint/properties-rules.ts';
import { compareVersions } from '../settings/catalogue.ts';
import { CLIENT_SETTINGS, isForeign, REPLACEMENTS } from '../settings/other-settings.ts';
import { type Broker, withoutPrefix } from './broker.ts';
import type { BrokerRule } from './rule.ts';

/** In which of the known versions a key that this one lacks is found. */
function elsewhere(broker: Broker, key: string): 'older' | 'newer' | undefined {
  const versions = broker.catalogue.versionsOf(withoutPrefix(key));
  if (versions.length === 0 || broker.isKnown(key)) return undefined;
  return versions.some((version) => compareVersions(version, broker.version) < 0) ? 'older' : 'newer';
}

export const unknownKey: BrokerRule = {
  id: 'kafka/unknown-key',
  severity: 'warning',
  what: 'Kafka does not know this setting',
  why: 'Kafka ignores what it does not know, without an error: a misspelt setting keeps its default and nobody notices.',
  mend: 'Correct the name, or remove the line. Settings of producers and consumers belong into the clients.',
  source: "Kafka's own definition of its settings (KafkaConfig), per version",
  *check(broker) {
    for (const { key, keyAt } of broker.settings.entries()) {
      if (
        isOpenKey(key) ||
        isNoKey(key) ||
        /[^\x21-\x7e]/.test(key) ||
        broker.isKnown(key) ||
        isForeign(key) ||
        elsewhere(broker, key) !== undefined
      )
        continue;
      const names = new Set(broker.catalogue.names(broker.version));
      const isClients = CLIENT_SETTINGS.has(key);
      const near = isClients
        ? undefined
        : (REPLACEMENTS[key] ?? nearestName(withoutPrefix(key), [...names, ...CLIENT_SETTINGS]));
      const ofClients = isClients || (near !== undefined && CLIENT_SETTINGS.has(near) && !names.has(near));
      yield {
        key,
        at: keyAt,
        message: ofClients
          ? `${key} is a setting of producers or consumers${isClients ? '' : `, misspelt (${near})`}: brokers ignore it`
          : `Kafka ${broker.version} has no setting ${key}, and ignores it`,
        hint: ofClients ? 'remove it here' : near === undefined ? undefined : `did you mean ${near}?`,
      };
    }
  },
};

export const removedKey: BrokerRule = {
  id: 'kafka/removed-key',
  severity: 'warning',
  what: 'This version has no such setting any more',
  why: 'A setting that was removed is ignored without an error, so the broker behaves differently than the file says.',
  mend: 'Remove the line, and set what came in its place.',
  source:
    "Kafka's own definition of its settings (KafkaConfig), compared between versions; Kafka documentation, Upgrading",
  *check(broker) {
    for (const { key, keyAt } of broker.settings.entries()) {
      if (elsewhere(broker, key) !== 'older' || (broker.isKraft && key.startsWith('zookeeper.'))) continue;
      const instead = REPLACEMENTS[key];
      yield {
        key,
        at: keyAt,
        message: `${key} was removed before Kafka ${broker.version}, which ignores it`,
        hint: instead === undefined ? 'remove it' : `use ${instead}`,
      };
    }
  },
};

/** Settings of the groups that share partitions, of which Kafka before 4.0 has nothing. */
const SHARE_GROUPS = /^(?:share\.coordinator|group\.share)\./;

export const newerKey: BrokerRule = {
  id: 'kafka/newer-key',
  severity: 'warning',
  what: 'The setting came with a later version',
  why: 'This version ignores it without an error.',
  mend: 'Remove the line until the brokers are upgraded, or name the version that runs with --kafka-version.',
  source: "Kafka's own definition of its settings (KafkaConfig), compared between versions",
  *check(broker) {
    for (const { key, keyAt } of broker.settings.entries()) {
      if (elsewhere(broker, key) !== 'newer' || isForeign(key)) continue;
      const first = broker.catalogue.versionsOf(withoutPrefix(key))[0];
      yield {
        key,
        at: keyAt,
        message: `${key} is not known to Kafka ${broker.version}, which ignores it; Kafka ${first} has it`,
        hint: 'remove it, or name the version that runs with --kafka-version',
        // Kafka's own sample file sets them; nothing is missed where the whole feature is not there.
        severity: SHARE_GROUPS.test(key) ? 'info' : undefined,
      };
    }
  },
};

/** Said to be deprecated in words, not in the definition. */
const DEPRECATED_SINCE: Readonly<Record<string, string>> = {
  'log.message.format.version': '3.0',
  'log.message.timestamp.difference.max.ms': '3.6',
  'inter.broker.protocol.version': '4.0',
  'delegation.token.master.key': '2.8',
};

export const deprecatedKey: BrokerRule = {
  id: 'kafka/deprecated-key',
  severity: 'warning',
  what: 'The setting is deprecated',
  why: 'It works for now, and a later version ignores it without an error.',
  mend: 'Set what came in its place.',
  source: "the documentation of each setting in Kafka's own definition",
  *check(broker) {
    for (const { key, keyAt } of broker.settings.entries()) {
      const definition = broker.definition(key);
      const since = DEPRECATED_SINCE[key];
      if (definition === undefined || key === 'log.cleaner.enable') continue;
      if (definition.deprecated !== true && (since === undefined || compareVersions(broker.version, since) < 0))
        continue;
      const instead = REPLACEMENTS[key];
      const gone = broker.catalogue.versions.find(
        (version) =>
          compareVersions(version, broker.version) > 0 &&
          broker.catalogue.setting(withoutPrefix(key), version) === undefined,
      );
      const ignored =
        /^(?:host\.name|port)$/.test(key) && broker.settings.isSet('listeners') ? ' and ignored beside listeners' : '';
      yield {
        key,
        at: keyAt,
        message: `${key} is deprecated${ignored}${gone === undefined ? '' : `; Kafka ${gone} does not have it`}`,
        hint: instead === undefined ? 'remove it' : `use ${instead}`,
      };
    }
  },
};

/** Characters that no setting has. */
const UNSEEN = /[^\x21-\x7e]/g;

export const unreadableKey: BrokerRule = {
  id: 'kafka/unreadable-key',
  severity: 'error',
  what: 'A key holds characters that cannot be seen',
  why: 'A byte order mark, a blank that does not break or a curly quote becomes part of the key, which Kafka then does not know.',
  mend: 'Write the line anew with plain characters.',
  source: 'the format of java.util.Properties, which is read as ISO 8859-1',
  *check(broker) {
    for (const { key, keyAt } of broker.settings.entries()) {
      const plain = key.replace(UNSEEN, '');
      if (plain === key || plain.startsWith('#')) continue;
      const lost = broker.isKnown(plain);
      yield {
        key: lost ? plain : key,
        at: keyAt,
        message: `the key ${JSON.stringify(key)} holds characters that no setting has${lost ? `: ${plain} is not set` : ''}`,
        hint: 'write it anew',
        severity: lost ? 'error' : 'warning',
      };
    }
  },
};
