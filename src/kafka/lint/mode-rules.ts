import { compareVersions } from '../settings/catalogue.ts';
import { at, type BrokerRule } from './rule.ts';

const mixedModes: BrokerRule = {
  id: 'kafka/mixed-modes',
  severity: 'error',
  what: 'Settings of a migration or of controllers do not fit the mode',
  why: 'With ZooKeeper, controllers may be named only while migrating; a migration needs both the controllers and ZooKeeper. The broker does not start otherwise.',
  mend: 'Remove them, or complete the settings of the migration.',
  source: 'Kafka documentation, ZooKeeper to KRaft Migration; KafkaConfig.validateValues',
  applies: (broker) => compareVersions(broker.version, '3.4') >= 0 && compareVersions(broker.version, '4.0') < 0,
  *check(broker) {
    const { settings } = broker;
    const migrates = settings.flag('zookeeper.metadata.migration.enable') === true;
    const has = (key: string): boolean => settings.isSet(key) && settings.given(key) !== '';
    if (broker.isKraft && migrates && !has('zookeeper.connect'))
      yield at(
        broker,
        ['zookeeper.connect', 'zookeeper.metadata.migration.enable'],
        'a migration needs zookeeper.connect',
      );
    if (broker.isKraft) return;
    if (!migrates && has('controller.listener.names'))
      yield at(
        broker,
        'controller.listener.names',
        'controller.listener.names must not be set with ZooKeeper',
        'remove it, or set process.roles',
      );
    if (migrates && !has('controller.quorum.voters') && !has('controller.quorum.bootstrap.servers'))
      yield at(
        broker,
        ['controller.quorum.voters', 'zookeeper.metadata.migration.enable'],
        'a migration needs the controllers',
        'set controller.quorum.voters',
      );
    if (migrates && !has('controller.listener.names'))
      yield at(
        broker,
        ['controller.listener.names', 'zookeeper.metadata.migration.enable'],
        'a migration needs controller.listener.names',
      );
  },
};

const protocolVersion: BrokerRule = {
  id: 'kafka/protocol-version',
  severity: 'error',
  what: 'The version of the protocol is not one of this software',
  why: 'A broker does not start with a protocol that is newer than itself, or that it does not know.',
  mend: 'Remove inter.broker.protocol.version, or set it to the version that the oldest broker runs.',
  source: 'ApiVersion, MetadataVersion; Kafka documentation, Upgrading',
  *check(broker) {
    const { settings } = broker;
    for (const key of ['inter.broker.protocol.version', 'log.message.format.version']) {
      const version = settings.given(key);
      if (version === undefined || !broker.isKnown(key)) continue;
      if (
        broker.isKraft &&
        key.startsWith('inter') &&
        compareVersions(broker.version, '3.0') >= 0 &&
        compareVersions(version, '3.0') < 0
      )
        yield at(broker, key, `KRaft needs 3.0 or newer, and ${key} is ${version}`, 'remove it');
      if (!isRelease(version)) yield at(broker, key, `${version} is not a version of Kafka`, 'for example 2.8');
      else if (compareVersions(version, broker.version.replace(/^(\d+\.\d+).*/, '$1.99')) > 0)
        yield at(broker, key, `${key} ${version} is newer than Kafka ${broker.version}`, 'for example 2.8');
    }
    const protocol = settings.given('inter.broker.protocol.version');
    const format = settings.text('log.message.format.version');
    if (protocol === undefined || format === undefined || !/^\d/.test(protocol) || !/^\d/.test(format)) return;
    if (recordVersion(format) > recordVersion(protocol))
      yield at(
        broker,
        settings.isSet('log.message.format.version') ? 'log.message.format.version' : 'inter.broker.protocol.version',
        `log.message.format.version ${format} needs an inter.broker.protocol.version that is not older, and it is ${protocol}`,
      );
  },
};

/** Whether a version, perhaps with a patch or an internal version behind it, was ever released. */
function isRelease(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)(?:\.\d+)*(?:\.X)?(?:-?IV\d+)?$/i.exec(version) ?? [];
  const last = LAST_MINORS[Number(major)];
  return major !== undefined && (last === undefined ? Number(major) > 4 : Number(minor) <= last);
}

/** The last minor release of each major one; of the newest, any may come. */
const LAST_MINORS: readonly number[] = [11, 1, 8, 9, Number.POSITIVE_INFINITY];

/** Messages have changed their form with 0.10.0 and 0.11.0 only. */
function recordVersion(version: string): number {
  return compareVersions(version, '0.11.0') >= 0 ? 2 : compareVersions(version, '0.10.0') >= 0 ? 1 : 0;
}

const oldProtocol: BrokerRule = {
  id: 'kafka/protocol-version-behind',
  severity: 'warning',
  what: 'The protocol was left behind at an upgrade',
  why: 'Until inter.broker.protocol.version is raised, the brokers speak the old protocol: what came since is not there, and the next upgrade is further than was tested.',
  mend: 'When all brokers run the new version, raise it or remove it, and roll the brokers once more.',
  source: 'Kafka documentation, Upgrading',
  applies: (broker) => broker.isVersionTold && !broker.isKraft,
  *check(broker) {
    const key = 'inter.broker.protocol.version';
    const protocol = broker.settings.given(key);
    if (protocol === undefined || !broker.isKnown(key) || !isRelease(protocol)) return;
    const behind = ordinal(broker.version) - ordinal(protocol);
    if (behind > 1) yield at(broker, key, `${key} ${protocol} is ${behind} releases behind Kafka ${broker.version}`);
  },
};

/** The number of a minor release among those of its major one and the ones before. */
function ordinal(version: string): number {
  const [major = 0, minor = 0] = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  return LAST_MINORS.slice(0, major).reduce((sum, last) => sum + last + 1, 0) + minor;
}

/** The rules about the mode that a server runs in, and the protocol that it speaks. */
const combinedRoles: BrokerRule = {
  id: 'kafka/combined-roles',
  severity: 'info',
  what: 'Controllers and brokers share their processes',
  why: 'A broker that is busy or out of memory takes a controller with it, and neither can be restarted without the other; Kafka advises against it where the cluster is critical. For three servers it is workable, and is not told.',
  mend: 'Give the controllers processes of their own, when the cluster grows.',
  source: 'Kafka documentation, KRaft, Process Roles',
  applies: ({ isKraft, isBroker, isController }) => isKraft && isBroker && isController,
  *check(broker) {
    if (broker.settings.list('controller.quorum.voters').length > 3)
      yield at(broker, 'process.roles', 'a cluster of this size has controllers of their own');
  },
};

export const modeRules: readonly BrokerRule[] = [mixedModes, protocolVersion, oldProtocol, combinedRoles];
