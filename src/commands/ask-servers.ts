import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { z } from 'zod';
import { BrokkrError, errorText } from '../errors.ts';
import { splitConnect } from '../kafka/connect-string.ts';
import type { Broker } from '../kafka/lint/broker.ts';
import { isWildcard } from '../kafka/lint/listeners.ts';
import { interBrokerLogin } from '../kafka/lint/login-rules.ts';
import { tlsListeners } from '../kafka/lint/tls-listeners.ts';
import type { ServerAnswers, ShownCertificate, SoughtCredentials, UnreachedListener } from '../lint/live/subject.ts';
import { dial, dialFailure, type Endpoint, parseEndpoint } from '../modules/dialing.ts';
import type { Dialer } from '../modules/module.ts';
import { ZookeeperSession } from '../zookeeper/session.ts';
import type { ReadHost } from './live-subjects.ts';

/** Milliseconds for each connection and each answer. */
const PATIENCE = 5000;

interface Asking {
  readonly dialer: Dialer;
  readonly signal: AbortSignal;
}

/**
 * Comes to every advertised listener, asks those with TLS for their certificates, and ZooKeeper for the credentials of the
 * brokers. Changes nothing.
 */
export async function askServers(hosts: readonly ReadHost[], asking: Asking): Promise<ServerAnswers> {
  const brokers = hosts.flatMap(({ name, brokers }) => brokers.map((broker) => ({ owner: name, broker })));
  const [contacts, credentials] = await Promise.all([
    Promise.all(
      brokers.flatMap(({ owner, broker }) => listenersOf(owner, broker).map((each) => contact(each, asking))),
    ),
    Promise.all(brokers.flatMap(({ owner, broker }) => soughtOf(owner, broker).map((each) => found(each, asking)))),
  ]);
  return {
    unreached: contacts.flatMap(({ unreached }) => unreached ?? []),
    certificates: contacts.flatMap(({ shown }) => shown ?? []),
    credentials,
  };
}

type Asked = Omit<ShownCertificate, 'certificate' | 'reason'> & { readonly isTls: boolean };

function listenersOf(owner: string, broker: Broker): Asked[] {
  const { settings, advertised, isBroker } = broker;
  const secured = new Map(tlsListeners(broker).map((each) => [each.listener.name, each]));
  return (isBroker ? advertised : [])
    .filter(({ host, port }) => host !== '' && !isWildcard(host) && port > 0)
    .map(({ name, host, port }) => {
      const tls = secured.get(name);
      const text = (setting: string): string | undefined => settings.text(tls?.keyOf(setting) ?? setting);
      return {
        owner,
        host,
        port,
        listener: name,
        key: 'advertised.listeners',
        at: settings.at('advertised.listeners', 'listeners'),
        isTls: tls !== undefined,
        isInterBroker: tls?.isInterBroker === true,
        isMutual: text('ssl.client.auth') === 'required',
        checksName: text('ssl.endpoint.identification.algorithm') !== '',
      };
    });
}

interface Contact {
  readonly unreached?: UnreachedListener;
  readonly shown?: ShownCertificate;
}

/** Where nothing listens there is nothing to say: that a server is down is told by others. */
async function contact({ isTls, ...asked }: Asked, { dialer, signal }: Asking): Promise<Contact> {
  try {
    const socket = await dial(dialer, asked, PATIENCE, signal);
    if (isTls) return { shown: { ...asked, ...(await certificateOver(socket, asked.host)) } };
    socket.destroy();
    return {};
  } catch (error) {
    signal.throwIfAborted();
    const isDown = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
    return isDown || error instanceof BrokkrError ? {} : { unreached: { ...asked, reason: dialFailure(error) } };
  }
}

/** The certificate counts also when the server then ends the connection, because it wants one of the client. */
function certificateOver(
  socket: Awaited<ReturnType<Dialer['connect']>>,
  host: string,
): Promise<Pick<ShownCertificate, 'certificate' | 'reason'>> {
  return new Promise((resolve) => {
    // What it is worth is judged afterwards.
    const secured = connect({ socket, rejectUnauthorized: false, ...(isIP(host) === 0 ? { servername: host } : {}) });
    const end = (reason: string): void => {
      clearTimeout(timer);
      const certificate = secured.getPeerX509Certificate();
      secured.destroy();
      resolve(certificate === undefined ? { reason } : { certificate: new X509Certificate(certificate.raw) });
    };
    const timer = setTimeout(() => end('no answer'), PATIENCE);
    secured.once('secureConnect', () => end('it shows none'));
    secured.once('error', (error) =>
      end(/wrong version number|packet length/i.test(error.message) ? 'it speaks no TLS' : dialFailure(error)),
    );
    secured.once('close', () => end('it closed the connection'));
  });
}

interface Sought extends SoughtCredentials {
  readonly servers: readonly Endpoint[];
  readonly path: string;
}

function soughtOf(owner: string, broker: Broker): Sought[] {
  const found = interBrokerLogin(broker);
  const user = found?.login?.options.get('username');
  if (found === undefined || user === undefined || !found.mechanism.startsWith('SCRAM-') || broker.isKraft) return [];
  const { servers, chroot } = splitConnect(broker.settings.given('zookeeper.connect') ?? '');
  return [
    {
      owner,
      user,
      mechanism: found.mechanism,
      key: found.chosenBy,
      at: broker.settings.at(found.chosenBy, found.key),
      found: 'unknown',
      servers: servers.flatMap((each) => parseEndpoint(each.replace(/^([^:]+)$/, '$1:2181')) ?? []),
      // Kafka writes names of users as they stand in an address.
      path: `${chroot.replace(/\/+$/, '')}/config/users/${encodeURIComponent(user)}`,
    },
  ];
}

const userSchema = z.object({ config: z.record(z.string(), z.unknown()) });

async function found({ servers, path, ...sought }: Sought, { dialer, signal }: Asking): Promise<SoughtCredentials> {
  let reason = 'zookeeper.connect names no server';
  for (const server of servers) {
    try {
      const session = await ZookeeperSession.open(server, { dialer, signal, timeoutMs: PATIENCE });
      try {
        const read = userSchema.safeParse(JSON.parse((await session.getData(path)).toString()));
        return { ...sought, found: read.success && sought.mechanism in read.data.config ? 'there' : 'missing' };
      } finally {
        await session.close();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Error && error.message.endsWith(' NoNode')) return { ...sought, found: 'missing' };
      reason = errorText(error);
    }
  }
  return { ...sought, reason };
}
