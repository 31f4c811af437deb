import { parseProperties } from '../../config/properties.ts';
import { compareVersions, type KafkaCatalogue } from '../settings/catalogue.ts';
import { isForeign } from '../settings/other-settings.ts';
import { withoutPrefix } from './broker.ts';

/**
 * The version that a file is for, when nobody says: the one its neighbours name (a unit's description, a path of the
 * installation), else the oldest that knows all of its keys, and for KRaft none before it was ready for use.
 */
export function guessKafkaVersion(text: string, neighbours: readonly string[], catalogue: KafkaCatalogue): string {
  const told = toldKafkaVersion(text, neighbours);
  if (told !== undefined) return told;
  const keys = [...new Set(parseProperties(text, '').entries.map(({ key }) => key))].filter((key) => !isForeign(key));
  const oldest = protocolOf(text);
  const isKraft = keys.includes('process.roles');
  const candidates = catalogue.versions.filter(
    (version) =>
      (compareVersions(version, '3.0') >= 0 === isKraft || (!isKraft && compareVersions(version, '4.0') < 0)) &&
      compareVersions(version, oldest) >= 0,
  );
  const unknown = (version: string): number =>
    keys.filter((key) => catalogue.setting(withoutPrefix(key), version) === undefined).length;
  const [first = '2.8.1', ...others] = candidates;
  return others.reduce((best, each) => (unknown(each) < unknown(best) ? each : best), first);
}

/** The version that a file or its neighbours name. */
export function toldKafkaVersion(text: string, neighbours: readonly string[]): string | undefined {
  return [...neighbours, text]
    .map((each) => /(?:Apache Kafka |kafka_2\.\d+-)(\d+\.\d+\.\d+)/.exec(each)?.[1])
    .find((found) => found !== undefined && compareVersions(found, '2.0') >= 0);
}

/** A broker is no older than the protocol that its file names. */
function protocolOf(text: string): string {
  const found = parseProperties(text, '').entries.find(({ key }) => key === 'inter.broker.protocol.version');
  return /^\s*(\d+\.\d+)/.exec(found?.value ?? '')?.[1] ?? '0';
}
