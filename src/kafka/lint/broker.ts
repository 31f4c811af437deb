import { parseProperties } from '../../config/properties.ts';
import { nearestName } from '../../errors.ts';
import { Settings } from '../../lint/settings.ts';
import type { SettingsSubject, ValueKind } from '../../lint/subject.ts';
import { isSecretName } from '../../shell/secret-name.ts';
import { splitConnect } from '../connect-string.ts';
import type { KafkaCatalogue, KafkaSetting } from '../settings/catalogue.ts';
import { type Listener, readListeners, readProtocolMap } from './listeners.ts';

const ROLES = ['broker', 'controller'];

/** How many brokers the cluster has: `known` from the files of all of them, else guessed from the ensemble it names. */
interface ClusterSize {
  readonly brokers: number;
  readonly known: boolean;
}

/** One broker's or controller's server.properties, ready to be judged. */
export interface Broker extends SettingsSubject {
  readonly product: 'Kafka';
  readonly host: string | undefined;
  readonly version: string;
  /** The version was said, and not guessed from the keys. */
  readonly isVersionTold: boolean;
  readonly catalogue: KafkaCatalogue;
  readonly isKraft: boolean;
  readonly isController: boolean;
  readonly isBroker: boolean;
  readonly size: ClusterSize;
  /** What is bound, and what is advertised; the default of `listeners` when there is none. */
  readonly listeners: readonly Listener[];
  readonly advertised: readonly Listener[];
  /** Listener name → security protocol. */
  readonly protocols: ReadonlyMap<string, string>;
  /** The name of the listener that the other brokers use; `undefined` when no such name is given. */
  readonly interBroker: string | undefined;
  definition(key: string): KafkaSetting | undefined;
  /** What is, or will be, in a file of the host; `undefined` when that is not known. */
  contentOf(path: string): Uint8Array | undefined;
  /** When certificates are judged: milliseconds since the epoch. */
  readonly now: number;
}

export interface BrokerInput {
  readonly file: string;
  readonly text: string;
  readonly host?: string | undefined;
  readonly version: string;
  readonly isVersionTold?: boolean | undefined;
  readonly catalogue: KafkaCatalogue;
  /** How many brokers there are, if that is known. */
  readonly brokers?: number | undefined;
  readonly contentOf?: ((path: string) => Uint8Array | undefined) | undefined;
  readonly now?: number | undefined;
}

export function readBroker(input: BrokerInput): Broker {
  const { file, text, host, version, isVersionTold, catalogue, brokers } = input;
  const definition = (key: string): KafkaSetting | undefined => catalogue.setting(withoutPrefix(key), version);
  const settings = new Settings(parseProperties(text, file), (key) => definition(key)?.default);
  // A role that is misspelt is told; all else is judged by what was meant.
  const roles = settings.list('process.roles').map((role) => nearestName(role, ROLES) ?? role);
  // An empty list of roles means ZooKeeper; one that is not known yet means KRaft.
  const isKraft = settings.isSet('process.roles') && settings.given('process.roles') !== '';
  const listeners = readListeners(settings.given('listeners') ?? defaultListener(settings));
  return {
    product: 'Kafka',
    settings,
    host,
    version,
    isVersionTold: isVersionTold === true,
    catalogue,
    isKraft,
    isController: roles.includes('controller'),
    isBroker: !isKraft || roles.includes('broker') || roles.length === 0,
    size: brokers === undefined ? guessSize(settings) : { brokers, known: true },
    listeners,
    advertised: settings.isSet('advertised.listeners')
      ? readListeners(settings.given('advertised.listeners') ?? '')
      : listeners,
    protocols: readProtocolMap(settings.text('listener.security.protocol.map') ?? ''),
    interBroker: settings.given('inter.broker.listener.name') ?? settings.text('security.inter.broker.protocol'),
    definition,
    kindOf: (key) => kindOf(key, definition(key)),
    isKnown: (key) => definition(key) !== undefined,
    contentOf: input.contentOf ?? (() => undefined),
    now: input.now ?? Date.now(),
  };
}

/** The id that the file gives; `undefined` when it gives none. */
export function idOfBroker({ settings }: Broker): number | undefined {
  const key = settings.isSet('node.id') ? 'node.id' : 'broker.id';
  return settings.isSet(key) ? settings.number(key) : undefined;
}

/** A setting of one listener, or of one mechanism of it, has the name of the general one behind a prefix. */
export function withoutPrefix(key: string): string {
  const rest = /^listener\.name\.[^.]+\.(.+)$/.exec(key)?.[1];
  if (rest === undefined) return key;
  return rest.replace(/^(?:plain|gssapi|oauthbearer|scram-sha-256|scram-sha-512)\.(?=sasl\.|connections\.)/, '');
}

function kindOf(key: string, definition: KafkaSetting | undefined): ValueKind {
  const name = withoutPrefix(key);
  if (/(?:mapping\.rules|to\.local\.rules|jaas\.config)$/.test(name)) return 'pattern';
  if (name === 'log.dirs') return 'paths';
  if (name === 'log.dir' || name === 'metadata.log.dir' || /store\.location$/.test(name)) return 'path';
  if (definition === undefined) return isSecretName(name) ? 'secret' : 'text';
  if (definition.type === 'password') return 'secret';
  if (definition.type === 'boolean') return 'flag';
  if (definition.type === 'list') return 'list';
  if (definition.oneOf !== undefined) return 'choice';
  if (definition.type === 'class') return 'class';
  return definition.type === 'string' ? 'text' : 'number';
}

function defaultListener(settings: Settings): string {
  if (settings.isSet('listeners')) return '';
  return `PLAINTEXT://${settings.given('host.name') ?? ''}:${settings.given('port') ?? '9092'}`;
}

/** Nobody runs three ZooKeeper servers, or three controllers, for a single broker; and the second of a row is not alone. */
function guessSize(settings: Settings): ClusterSize {
  const { servers } = splitConnect(settings.text('zookeeper.connect') ?? '');
  const hosts = new Set(servers.map((server) => server.replace(/:\d+$/, '')).filter((host) => host !== ''));
  const voters = settings.list('controller.quorum.voters').map((voter) => voter.replace(/^\d+@|:\d+$/g, ''));
  const id = settings.isSet('process.roles') ? 0 : (settings.number('broker.id') ?? 0);
  return { brokers: Math.max(1, hosts.size, new Set(voters).size, id >= 2 && id <= 9 ? 2 : 1), known: false };
}
