import type { Broker } from './broker.ts';
import { type Listener, SECURITY_PROTOCOLS } from './listeners.ts';
import { type KeyStore, readPem, readStore } from './stores/key-store.ts';

/** A listener with TLS, and the settings that hold for it. */
export interface TlsListener {
  readonly listener: Listener;
  /** Where clients are sent, when they are. */
  readonly advertised: Listener | undefined;
  readonly isInterBroker: boolean;
  /** The listener's own setting when the file has one, else the general one. */
  keyOf(setting: string): string;
}

/** A store with the setting that names it. */
export interface NamedStore {
  readonly key: string;
  readonly store: KeyStore;
}

/** The listeners that use TLS. */
export function tlsListeners(broker: Broker): TlsListener[] {
  const { settings, protocols, advertised } = broker;
  const interBroker = broker.interBroker?.toUpperCase();
  return broker.listeners.flatMap((listener) => {
    const protocol = protocols.get(listener.name) ?? listener.name;
    if (!SECURITY_PROTOCOLS.includes(protocol) || !protocol.endsWith('SSL')) return [];
    return {
      listener,
      advertised: advertised.find(({ name }) => name === listener.name),
      isInterBroker: broker.isBroker && listener.name === interBroker,
      keyOf: (setting) => {
        const own = `listener.name.${listener.name.toLowerCase()}.${setting}`;
        return settings.isSet(own) ? own : setting;
      },
    };
  });
}

/** The keystore or truststore of a listener, when its contents are known here: in the file itself, or at its path. */
export function storeOf(
  broker: Broker,
  { keyOf }: TlsListener,
  kind: 'keystore' | 'truststore',
): NamedStore | undefined {
  const { settings } = broker;
  const [inline, key] = [keyOf(INLINE[kind]), keyOf('ssl.keystore.key')];
  const type = settings.text(keyOf(`ssl.${kind}.type`)) ?? 'JKS';
  const chain = settings.given(inline);
  if (chain !== undefined && chain !== '' && type.toUpperCase() === 'PEM')
    return { key: inline, store: readPem(chain, kind === 'keystore' ? (settings.given(key) ?? '') : '') };
  const location = keyOf(`ssl.${kind}.location`);
  const path = settings.given(location);
  const bytes = path === undefined || path === '' ? undefined : broker.contentOf(path);
  if (bytes === undefined) return undefined;
  const store = readStore({ type, bytes, password: settings.given(keyOf(`ssl.${kind}.password`)) });
  return store === undefined ? undefined : { key: location, store };
}

const INLINE = { keystore: 'ssl.keystore.certificate.chain', truststore: 'ssl.truststore.certificates' } as const;
