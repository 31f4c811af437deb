import { isBelow, isTemporary, isVolatile } from '../../lint/folders.ts';
import { at, type BrokerRule } from './rule.ts';

const SOURCE = 'Kafka documentation, log.dirs; LogManager';
const KEYS = ['log.dirs', 'log.dir', 'metadata.log.dir'] as const;

/** The folders that a broker keeps messages in, each with its key. */
function* folders(broker: Parameters<BrokerRule['check']>[0]): Iterable<{ key: string; folder: string }> {
  for (const key of KEYS) {
    if (key === 'log.dir' && broker.settings.isSet('log.dirs')) continue;
    if (!broker.settings.isSet(key)) continue;
    for (const folder of key === 'log.dirs' ? broker.settings.list(key) : [broker.settings.given(key) ?? ''])
      yield { key, folder };
  }
}

const tmpDir: BrokerRule = {
  id: 'kafka/tmp-dir',
  severity: 'warning',
  what: 'Messages are kept in a temporary folder',
  why: 'What is below /tmp is removed at boot or by a cleaner, while the broker runs or not. With the messages goes the identity of the broker.',
  mend: 'Use a folder on a disk of its own, such as /var/lib/kafka/data.',
  source: SOURCE,
  *check(broker) {
    for (const { key, folder } of folders(broker))
      if (isTemporary(folder))
        yield at(
          broker,
          key,
          `${folder} is temporary: the data is lost at a boot or a cleanup`,
          'use a folder such as /var/lib/kafka/data',
        );
    if (!broker.settings.isSet('log.dirs') && !broker.settings.isSet('log.dir'))
      yield at(
        broker,
        'log.dirs',
        'log.dirs is not set, so /tmp/kafka-logs: the data is lost at a boot or a cleanup',
        'set it to a folder such as /var/lib/kafka/data',
      );
  },
};

const volatileDir: BrokerRule = {
  id: 'kafka/volatile-dir',
  severity: 'warning',
  what: 'Messages are kept in memory',
  why: 'What is below /run, /var/run or /dev/shm is in a memory file system and does not survive a boot.',
  mend: 'Use a folder on a disk, such as /var/lib/kafka/data.',
  source: 'File Hierarchy Standard 3.0, /run',
  *check(broker) {
    for (const { key, folder } of folders(broker))
      if (isVolatile(folder))
        yield at(broker, key, `${folder} is in memory: the data does not survive a boot`, 'use a folder on a disk');
  },
};

const relativeDir: BrokerRule = {
  id: 'kafka/relative-path',
  severity: 'warning',
  what: 'A folder is named relative to wherever the broker is started',
  why: 'Started from elsewhere, the broker finds no data, and begins anew with an empty folder.',
  mend: 'Name the folder from the root.',
  source: SOURCE,
  *check(broker) {
    for (const { key, folder } of folders(broker))
      if (
        !folder.startsWith('/') &&
        !/^[A-Za-z]:/.test(folder) &&
        folder !== '' &&
        !/\\/.test(broker.settings.entry(key)?.raw ?? '')
      )
        yield at(broker, key, `${folder} is relative to the folder that the broker is started from`, 'begin it with /');
  },
};

const repeatedDir: BrokerRule = {
  id: 'kafka/repeated-dir',
  severity: 'error',
  what: 'A folder is named twice, or lies in another',
  why: 'The broker locks each folder, so it does not start when one is named twice; a folder within another one is taken for a partition with a wrong name.',
  mend: 'Name each folder once, beside the others.',
  source: 'LogManager (locks and the scan of folders at start)',
  *check(broker) {
    const all = [...folders(broker)]
      .filter(({ key }) => key !== 'metadata.log.dir')
      .map(({ folder }) => folder.replace(/\/+$/, '') || '/');
    for (const [index, folder] of all.entries()) {
      const other = all.slice(0, index).find((each) => isBelow(folder, each) || isBelow(each, folder));
      if (other !== undefined)
        yield at(
          broker,
          ['log.dirs', 'log.dir'],
          other === folder ? `${folder} is named twice` : `${folder} and ${other} lie in each other`,
        );
    }
  },
};

const mountRoot: BrokerRule = {
  id: 'kafka/root-dir',
  severity: 'error',
  what: 'Messages are kept in a folder of the system',
  why: 'Folders that are not partitions, such as lost+found, stop the start: what the broker finds there must be named topic-partition.',
  mend: 'Use a folder of its own below it.',
  source: 'LogManager (the scan of folders at start), 2.8.1 to 3.9',
  *check(broker) {
    for (const { key, folder } of folders(broker))
      if (/^\/(?:|var|var\/lib|var\/log|home|opt|etc|usr|root|mnt|srv|data\/lost\+found)\/*$/.test(folder))
        yield at(
          broker,
          key,
          `${folder} holds other folders, at which the broker stops`,
          'use a folder of its own below it',
        );
  },
};

const cleanerOff: BrokerRule = {
  id: 'kafka/log-cleaner-off',
  severity: 'warning',
  what: 'Compacted topics are never compacted',
  why: 'The topic with the offsets of all groups is compacted; without the cleaner it grows until the disk is full, and a restart takes ever longer.',
  mend: 'Remove the line: the cleaner is on by default.',
  source: 'Kafka documentation, log.cleaner.enable (deprecated in 4.1)',
  *check(broker) {
    if (broker.settings.flag('log.cleaner.enable') === false)
      yield at(
        broker,
        'log.cleaner.enable',
        'compacted topics, __consumer_offsets among them, are never compacted',
        'remove the line',
      );
  },
};

const compactByDefault: BrokerRule = {
  id: 'kafka/compact-by-default',
  severity: 'warning',
  what: 'Every topic is compacted unless it says otherwise',
  why: 'A compacted topic refuses messages without a key, and keeps only the last message of each key: old values vanish.',
  mend: 'Leave log.cleanup.policy at delete, and set cleanup.policy=compact for the topics that need it.',
  source: 'Kafka documentation, Log Compaction',
  *check(broker) {
    if (broker.settings.isSet('log.cleanup.policy') && broker.settings.list('log.cleanup.policy').includes('compact'))
      yield at(
        broker,
        'log.cleanup.policy',
        'compact is the default of every topic: messages without a key are refused, and old values vanish',
        'set it per topic',
      );
  },
};

const unlimited: BrokerRule = {
  id: 'kafka/retention-unlimited',
  severity: 'info',
  what: 'Messages are kept for ever',
  why: 'Without a limit of time or size the disk fills up, and a broker with a full disk stops.',
  mend: 'Set log.retention.bytes, or a time.',
  source: 'Kafka documentation, log.retention.hours',
  *check(broker) {
    const key = ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'].find((each) =>
      broker.settings.isSet(each),
    );
    const bytes = broker.settings.number('log.retention.bytes') ?? -1;
    if (key !== undefined && (broker.settings.number(key) ?? 0) < 0 && bytes < 0)
      yield at(broker, key, `${key} keeps messages for ever, and there is no limit of size`, 'set log.retention.bytes');
  },
};

export const storageRules: readonly BrokerRule[] = [
  tmpDir,
  volatileDir,
  relativeDir,
  repeatedDir,
  mountRoot,
  cleanerOff,
  compactByDefault,
  unlimited,
];
