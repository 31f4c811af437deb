import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { unlessAborted } from './deadline.ts';
import { BrokkrError } from './errors.ts';
import type { Dialer } from './modules/module.ts';
import { type Connection, isConnectionLost, isForbidden, reasonOf } from './transport/connection.ts';
import type { Host } from './transport/host.ts';

/** A host whose SSH connection may carry others. */
export type CarryingHost = Pick<Host, 'target' | 'complete' | 'isConnected' | 'connection' | 'jumpConnection'>;

/** Names and networks that this machine does not know, but the hosts may. */
const UNKNOWN_HERE = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH']);

/**
 * Dials servers of the hosts: straight from this machine, or through SSH when the host is reached through others, or when
 * its name or network is unknown here. `kafka_through_ssh` decides otherwise. Through SSH, the host of the server itself dials
 * where there is one, and names are looked up there.
 */
export function serverDialer(hostsNow: () => ReadonlyMap<string, CarryingHost>): Dialer {
  return {
    async connect(host, port, signal) {
      signal.throwIfAborted();
      const hosts = hostsNow();
      const own = hosts.get(host) ?? [...hosts.values()].find(({ target }) => target.address === host);
      await own?.complete();
      const address = own?.target.address ?? host;
      const carriers = carriersFor(own, hosts);
      const first = carriers[0];
      await first?.complete();
      const way = (own ?? first)?.target.serversThroughSsh ?? 'auto';
      if (first === undefined || way === 'never') return openSocket(address, port, signal);
      const isBehind = first.target.jump !== undefined || first.target.proxyCommand !== undefined;
      const through = () => dialFrom(carriers, [...new Set([address, host])], port, signal);
      if (way === 'always' || isBehind) return through();
      try {
        return await openSocket(address, port, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Error && 'code' in error && UNKNOWN_HERE.has(String(error.code)))) throw error;
        return through().catch(() => {
          throw error;
        });
      }
    },
  };
}

/** The server's own host first, then those that are connected already; those behind others before the rest. */
function carriersFor(own: CarryingHost | undefined, hosts: ReadonlyMap<string, CarryingHost>): CarryingHost[] {
  if (own?.target.connection === 'local') return [];
  const remote = [...hosts.values()].filter(({ target }) => target.connection === 'ssh' && target !== own?.target);
  const connected = remote.filter(({ isConnected }) => isConnected);
  const others = (own === undefined && connected.length === 0 ? remote : connected).sort(
    (a, b) => Number(b.target.jump !== undefined) - Number(a.target.jump !== undefined),
  );
  return own === undefined ? others : [own, ...others];
}

async function dialFrom(
  carriers: readonly CarryingHost[],
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Duplex> {
  let failure: unknown;
  for (const ask of carriers.flatMap(waysThrough)) {
    try {
      return await unlessAborted(ask(addresses, port), signal);
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
      // That the server does not answer is the answer; that the host cannot ask it is none.
      if (error instanceof NoAnswer) break;
    }
  }
  throw failure instanceof NoAnswer ? new BrokkrError(failure.message, { cause: failure }) : failure;
}

/** The host could ask, and nobody was there. */
class NoAnswer extends Error {}

type Ask = (addresses: readonly string[], port: number) => Promise<Duplex>;

/** Through the host itself, and through the host before it: where hosts forward nothing, that one does all the same. */
function waysThrough(carrier: CarryingHost): Ask[] {
  const { name, jump } = carrier.target;
  return [
    async (addresses, port) => throughOne(await carrier.connection(), name, addresses, port),
    ...(jump === undefined
      ? []
      : [
          async (addresses: readonly string[], port: number) =>
            throughOne(await carrier.jumpConnection(), jump.name, addresses, port),
        ]),
  ];
}

/** All addresses at the same time; the first that is open is taken. */
async function throughOne(
  connection: Connection | undefined,
  name: string,
  addresses: readonly string[],
  port: number,
): Promise<Duplex> {
  if (connection === undefined) throw new BrokkrError(`${name} is this machine`);
  const dialed = addresses.map((address) => connection.dial(address, port));
  try {
    const first = await Promise.any(dialed);
    for (const each of dialed) {
      each.then(
        (late) => void (late !== first && late.destroy()),
        () => {},
      );
    }
    return first;
  } catch (error) {
    const reasons: unknown[] = error instanceof AggregateError ? error.errors : [error];
    if (reasons.some(isConnectionLost)) throw new BrokkrError(`the connection to ${name} was lost`, { cause: error });
    const why = `${[...new Set(reasons.map(reasonOf))].join('; ')}, asked from ${name}`;
    throw reasons.some(isForbidden) ? new BrokkrError(why) : new NoAnswer(why);
  }
}

/** A TCP connection without Nagle's delay: the questions on it are small and each waits for its answer. */
export function openSocket(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({ host, port, noDelay: true });
    const onAbort = (): void => void socket.destroy(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', (error) => {
      signal.removeEventListener('abort', onAbort);
      reject(error);
    });
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
