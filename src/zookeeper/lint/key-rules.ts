import { nearestName } from '../../errors.ts';
import { isOpenKey } from '../../lint/placeholder.ts';
import { isMalformed, isNoKey } from '../../lint/properties-rules.ts';
import { CONFIG_KEYS, ONLY_SYSTEM_PROPERTIES, PROPERTY_KEYS, zooKeeperSetting } from '../settings/catalogue.ts';
import { at, type ServerRule } from './server.ts';

const SOURCE = "QuorumPeerConfig; ZooKeeper Administrator's Guide, Configuration Parameters";
const NAMES = [...Object.keys(CONFIG_KEYS), ...Object.keys(PROPERTY_KEYS)];

export const unknownKey: ServerRule = {
  id: 'zookeeper/unknown-key',
  severity: 'warning',
  what: 'ZooKeeper does not know this setting',
  why: 'ZooKeeper makes a system property of what it does not know, which nobody reads: a misspelt setting keeps its default and nobody notices. Small and capital letters differ.',
  mend: 'Correct the name, or remove the line.',
  source: SOURCE,
  *check(server) {
    for (const { key, keyAt } of server.settings.entries()) {
      if (isOpenKey(key) || isNoKey(key) || server.isKnown(key) || ONLY_SYSTEM_PROPERTIES.has(key)) continue;
      const near = nearestName(key, NAMES) ?? (/^server[_\d-]/i.test(key) ? 'server.N' : undefined);
      yield {
        key,
        at: keyAt,
        message: `ZooKeeper has no setting ${key}, and ignores it`,
        hint: near === undefined ? undefined : `did you mean ${near}?`,
      };
    }
  },
};

export const systemProperty: ServerRule = {
  id: 'zookeeper/system-property',
  severity: 'warning',
  what: 'The setting works only as a system property',
  why: 'Keys of zoo.cfg get the prefix zookeeper. when they become system properties, so one that is read without it is never found.',
  mend: 'Give it to the JVM: SERVER_JVMFLAGS="-Djute.maxbuffer=..." in java.env, on every server and in every client.',
  source: SOURCE,
  *check(server) {
    for (const { key, keyAt } of server.settings.entries())
      if (ONLY_SYSTEM_PROPERTIES.has(key))
        yield {
          key,
          at: keyAt,
          message: `${key} has no effect in zoo.cfg`,
          hint: `give -D${key}=... to the JVM, in java.env`,
        };
  },
};

export const newerKey: ServerRule = {
  id: 'zookeeper/newer-key',
  severity: 'warning',
  what: 'The setting came with a later version',
  why: 'This version makes a system property of it, which nobody reads.',
  mend: 'Remove the line until the servers are upgraded, or name the version that runs with --zookeeper-version.',
  source: 'the names in the classes of each version',
  *check(server) {
    for (const { key, keyAt } of server.settings.entries()) {
      const since = zooKeeperSetting(key)?.since;
      if (since !== undefined && older(server.version, since))
        yield { key, at: keyAt, message: `${key} is not known to ZooKeeper ${server.version}; ${since} has it` };
    }
  },
};

function older(version: string, than: string): boolean {
  const [a, b] = [version, than].map((each) => each.split('.').map(Number));
  for (let i = 0; i < 3; i++) if ((a?.[i] ?? 0) !== (b?.[i] ?? 0)) return (a?.[i] ?? 0) < (b?.[i] ?? 0);
  return false;
}

export const wrongValue: ServerRule = {
  id: 'zookeeper/wrong-value',
  severity: 'error',
  what: 'The value has the wrong type, or is not allowed',
  why: 'The server does not start, or takes the default instead of what the file says.',
  mend: 'Give a value of the right type, without a unit.',
  source: SOURCE,
  *check(server) {
    for (const entry of server.settings.entries()) {
      const setting = zooKeeperSetting(entry.key);
      if (setting === undefined || isMalformed(server, entry)) continue;
      const value = entry.value.trim();
      const severity = setting.strict === true ? 'error' : 'warning';
      const { min, max, oneOf } = setting;
      if (
        setting.type === 'number' &&
        !/^[+-]?\d+$/.test(value) &&
        !(setting.strict !== true && /^[+-]?\d*\.\d+$/.test(value))
      )
        yield at(
          server,
          entry.key,
          `${entry.key}: ${value === '' ? 'an empty value' : value} is not a whole number`,
          undefined,
          severity,
        );
      else if (setting.type === 'number' && Number(value) < (min ?? -Infinity))
        yield at(server, entry.key, `${entry.key}: ${value} is less than ${min}`, undefined, severity);
      else if (setting.type === 'number' && Number(value) > (max ?? 2147483647))
        yield at(server, entry.key, `${entry.key}: ${value} is more than ${max ?? 2147483647}`, undefined, severity);
      else if (setting.type === 'flag' && !/^(?:true|false)$/i.test(value))
        yield at(
          server,
          entry.key,
          `${entry.key}: ${value === '' ? 'an empty value' : value} is neither true nor false`,
          undefined,
          severity,
        );
      else if (/^(?:secureC|c)lientPortAddress$/.test(entry.key) && /[\s,]|^[^:]+:\d+$/.test(value))
        yield at(server, entry.key, `${entry.key}: ${value} is not a single host, without a port`);
      else if (oneOf !== undefined && !oneOf.includes(value.toLowerCase()))
        yield at(server, entry.key, `${entry.key}: ${value} is none of ${oneOf.join(', ')}`, undefined, severity);
    }
  },
};

export const missingKey: ServerRule = {
  id: 'zookeeper/missing-key',
  severity: 'error',
  what: 'A setting that ZooKeeper needs is missing',
  why: 'Without dataDir it does not start, nor without initLimit and syncLimit when it has peers; without clientPort nobody can connect.',
  mend: 'Add the line.',
  source: SOURCE,
  *check(server) {
    const { settings, members } = server;
    if (!settings.isSet('dataDir') || settings.given('dataDir') === '')
      yield at(
        server,
        'dataDir',
        'dataDir is not set: the server does not start',
        'for example dataDir=/var/lib/zookeeper',
      );
    const clients =
      ['clientPort', 'secureClientPort'].some((key) => settings.isSet(key) && settings.number(key) !== 0) ||
      members.some(({ clientPort }) => clientPort !== undefined) ||
      settings.isSet('dynamicConfigFile');
    if (!clients)
      yield at(
        server,
        'clientPort',
        `clientPort is ${settings.isSet('clientPort') ? '0' : 'not set'}: nothing listens for clients`,
        'clientPort=2181',
        'warning',
      );
    if (!clients && settings.isSet('clientPortAddress'))
      yield at(server, 'clientPortAddress', 'clientPortAddress needs clientPort');
    if (settings.isSet('secureClientPortAddress') && !settings.isSet('secureClientPort'))
      yield at(server, 'secureClientPortAddress', 'secureClientPortAddress needs secureClientPort');
    for (const key of ['dataLogDir', 'dynamicConfigFile', 'metricsProvider.className'])
      if (settings.given(key) === '') yield at(server, key, `${key} has no value: the server does not start`);
    if (members.length < 2 && settings.flag('standaloneEnabled') !== false) return;
    for (const key of ['initLimit', 'syncLimit'])
      if (!settings.isSet(key))
        yield at(
          server,
          key,
          `${key} is not set: a server with peers does not start`,
          key === 'initLimit' ? 'initLimit=10' : 'syncLimit=5',
        );
  },
};
