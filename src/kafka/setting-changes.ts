import type { BrokerConfig } from './broker-configs.ts';
import { splitConnect } from './connect-string.ts';

/**
 * What it takes for a changed setting to be in effect: nothing but telling the broker; a restart of this broker; a restart of
 * all brokers, in order, since they have to agree; or it must not be changed on a cluster that has data.
 */
type Reach = 'live' | 'restart' | 'all' | 'forbidden';

/** A setting that the file says differently than the broker has it. Values of secrets are not told. */
export interface SettingChange {
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly reach: Reach;
  /** It was set while the broker ran, which outranks the file also after a restart. */
  readonly overridden: boolean;
}

/** Settings that say who a broker is: with another value it is another broker, or one without its data. */
const identity = new Set(['broker.id', 'node.id', 'process.roles', 'controller.quorum.voters']);

/** Settings by which brokers understand each other: as long as not all have them, those that have and those that have not must. */
const agreed = new Set([
  'inter.broker.protocol.version',
  'log.message.format.version',
  'inter.broker.listener.name',
  'security.inter.broker.protocol',
  'sasl.mechanism.inter.broker.protocol',
  'control.plane.listener.name',
  'authorizer.class.name',
  'zookeeper.set.acl',
  'zookeeper.metadata.migration.enable',
]);

/** What reaches clients, keys and rights is not changed behind anybody's back, although a broker would take it. */
const delicate = /^(?:listener|advertised\.listeners|ssl\.|sasl\.|principal\.|connection|.*(?:password|jaas|secret))/;

/**
 * Compares what a broker's file says with what the broker has in effect.
 * @param file the last value of each key
 */
export function settingChanges(
  file: ReadonlyMap<string, string>,
  inEffect: readonly BrokerConfig[],
): readonly SettingChange[] {
  const known = new Map(inEffect.map((config) => [config.name, config]));
  const changed = [...file].flatMap(([name, to]): SettingChange[] => {
    const config = known.get(name);
    // What the broker does not tell cannot be compared: a secret, or a setting of a plug-in.
    if (config === undefined || config.sensitive || isSame(config.value, to)) return [];
    const overridden = config.source === 'dynamic broker';
    return [{ name, from: config.value ?? undefined, to, reach: reachOf(config, to), overridden }];
  });
  const removed = inEffect
    .filter(({ name, source }) => source === 'static' && !file.has(name))
    .map(({ name, value, sensitive }): SettingChange => {
      const from = sensitive ? undefined : (value ?? undefined);
      const reach =
        identity.has(name) || name === 'zookeeper.connect' ? 'forbidden' : agreed.has(name) ? 'all' : 'restart';
      return { name, from, to: undefined, reach, overridden: false };
    });
  return [...changed, ...removed].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Settings of the file of which nobody can tell whether they are in effect: secrets, and what belongs to plug-ins. */
export function uncomparable(file: ReadonlyMap<string, string>, inEffect: readonly BrokerConfig[]): readonly string[] {
  const known = new Map(inEffect.map((config) => [config.name, config]));
  return [...file.keys()].filter((name) => known.get(name)?.sensitive !== false).sort();
}

function reachOf({ name, readOnly, value }: BrokerConfig, to: string): Reach {
  if (identity.has(name)) return 'forbidden';
  if (name === 'zookeeper.connect') return isSameEnsemble(value ?? '', to) ? 'restart' : 'forbidden';
  if (name === 'log.dirs' && losesFolder(value ?? '', to)) return 'forbidden';
  if (agreed.has(name)) return 'all';
  return readOnly || delicate.test(name) ? 'restart' : 'live';
}

/** An ensemble may grow and shrink; with nobody in common, or in another folder of it, it is another cluster. */
function isSameEnsemble(from: string, to: string): boolean {
  const [old, fresh] = [from, to].map((text) => {
    const { servers, chroot } = splitConnect(text);
    return { folder: chroot.replace(/\/+$/, ''), servers: new Set(servers) };
  });
  return (
    old?.folder === fresh?.folder && [...(old?.servers ?? [])].some((server) => fresh?.servers.has(server) === true)
  );
}

/** A folder that is left out takes its replicas with it. */
function losesFolder(from: string, to: string): boolean {
  const kept = new Set(to.split(',').map((folder) => folder.trim()));
  return from.split(',').some((folder) => folder.trim() !== '' && !kept.has(folder.trim()));
}

/** As Kafka reads them: blanks around it and around commas count for nothing, nor does how a number or truth is written. */
function isSame(inEffect: string | null, written: string): boolean {
  const a = plain(inEffect ?? '');
  const b = plain(written);
  if (a === b) return true;
  if (a !== '' && b !== '' && Number(a) === Number(b)) return true;
  return /^(?:true|false)$/i.test(a) && a.toLowerCase() === b.toLowerCase();
}

const reachText: Readonly<Record<Reach, string>> = {
  live: 'live',
  restart: 'restart of this broker',
  all: 'ordered restart of all brokers: they have to agree on it',
  forbidden: 'forbidden on a cluster that has data',
};

/** One line: the setting, from what to what, and what it takes. */
export function settingChangeText({ name, from, to, reach }: SettingChange): string {
  const value = (text: string | undefined) => (text === undefined ? '(default)' : text === '' ? '(empty)' : text);
  return `${name}: ${value(from)} → ${value(to)}: ${reachText[reach]}`;
}

function plain(text: string): string {
  return text.trim().replace(/\s*,\s*/g, ',');
}
