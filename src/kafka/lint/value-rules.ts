import { isMalformed } from '../../lint/properties-rules.ts';
import type { KafkaSetting } from '../settings/catalogue.ts';
import { at, type BrokerRule } from './rule.ts';
import { rangeProblem, typeProblem } from './value-problem.ts';

export const wrongType: BrokerRule = {
  id: 'kafka/wrong-type',
  severity: 'error',
  what: 'The value has the wrong type',
  why: 'The broker does not start.',
  mend: 'Give a value of the right type: sizes in bytes and times in the unit that the name ends with, without a unit.',
  source: "Kafka's own definition of its settings (ConfigDef.parseType)",
  *check(broker) {
    for (const entry of broker.settings.entries()) {
      const definition = broker.definition(entry.key);
      if (definition === undefined || isMalformed(broker, entry)) continue;
      const problem = typeProblem(entry.value.trim(), definition);
      if (problem !== undefined) yield at(broker, entry.key, `${entry.key}: ${problem}`, 'the broker would not start');
    }
  },
};

/** Judged by rules of their own. */
const JUDGED_ELSEWHERE = new Set(['security.inter.broker.protocol']);

/** What old versions check only later, when the broker starts. */
const LATER: Readonly<Record<string, Partial<KafkaSetting>>> = {
  'compression.type': { oneOf: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'] },
  'offsets.topic.compression.codec': { min: 0, max: 4 },
  'log.roll.jitter.ms': { min: 0 },
  'log.roll.jitter.hours': { min: 0 },
  'log.roll.ms': { min: 1 },
  'log.cleaner.threads': { min: 1 },
  'compression.gzip.level': { oneOf: ['-1', '1', '2', '3', '4', '5', '6', '7', '8', '9'] },
  'share.coordinator.state.topic.compression.codec': { min: 0, max: 4 },
  // What a broker gives to its topics is checked as a topic's (LogConfig).
  'log.flush.interval.ms': { min: 0 },
  'log.cleaner.delete.retention.ms': { min: 0 },
  'log.cleaner.min.compaction.lag.ms': { min: 0 },
  'log.cleaner.max.compaction.lag.ms': { min: 1 },
  'log.cleaner.min.cleanable.ratio': { min: 0, max: 1 },
  'log.message.timestamp.difference.max.ms': { min: 0 },
};

export const outOfRange: BrokerRule = {
  id: 'kafka/out-of-range',
  severity: 'error',
  what: 'The value is not allowed',
  why: 'The broker does not start.',
  mend: 'Choose a value within the range, or one of the list.',
  source: "Kafka's own definition of its settings (ConfigDef.Range, ValidString, ValidList)",
  *check(broker) {
    for (const entry of broker.settings.entries()) {
      const known = broker.definition(entry.key);
      if (known === undefined || isMalformed(broker, entry) || JUDGED_ELSEWHERE.has(entry.key)) continue;
      const definition = { ...known, ...LATER[entry.key] };
      const value = entry.value.trim();
      if (typeProblem(value, definition) !== undefined) continue;
      const foldsCase =
        entry.key === 'group.consumer.migration.policy' || definition.oneOf?.includes('DOWNGRADE') === true;
      const problem = rangeProblem(value, definition, foldsCase);
      if (problem !== undefined) yield at(broker, entry.key, `${entry.key}: ${problem}`, 'the broker would not start');
    }
  },
};

/** Settings that nothing can be done without, once they stand in the file. */
const NEVER_EMPTY: readonly (readonly [string, 'zookeeper' | 'kraft' | 'both'])[] = [
  ['zookeeper.connect', 'zookeeper'],
  ['log.dirs', 'both'],
  ['log.dir', 'both'],
  ['listeners', 'both'],
  ['advertised.listeners', 'both'],
  ['inter.broker.listener.name', 'both'],
  ['control.plane.listener.name', 'zookeeper'],
  ['remote.log.metadata.manager.class.name', 'both'],
  ['remote.log.metadata.manager.impl.prefix', 'both'],
  ['remote.log.metadata.manager.listener.name', 'both'],
  ['remote.log.storage.manager.class.name', 'both'],
  ['remote.log.storage.manager.impl.prefix', 'both'],
];

export const emptyValue: BrokerRule = {
  id: 'kafka/empty-value',
  severity: 'error',
  what: 'A setting that needs a value has none',
  why: 'The broker does not start, or does not find its cluster.',
  mend: 'Give it a value, or remove the line to have the default.',
  source: 'KafkaConfig.validateValues and the start of the broker',
  *check(broker) {
    for (const [key, mode] of NEVER_EMPTY) {
      if (mode !== 'both' && mode !== (broker.isKraft ? 'kraft' : 'zookeeper')) continue;
      if (broker.isKnown(key) && broker.settings.given(key) === '')
        yield at(broker, key, `${key} has no value`, 'give it one');
    }
    for (const { key, value } of broker.settings.entries())
      if (value.trim() === '' && key !== 'authorizer.class.name' && broker.definition(key)?.type === 'class')
        yield at(broker, key, `${key} names no class: the broker would not start`, 'remove the line');
  },
};
