import { type Duplex, finished } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodeSSH } from 'node-ssh';
import type { Client, ClientChannel } from 'ssh2';
import { errorText, UnreachableError } from '../errors.ts';
import type { Channel } from './channel.ts';
import { sshChannel } from './channel.ts';
import { type Connection, ConnectionLost, type ConnectOptions, KEEPALIVE, LEAVE_MS } from './connection.ts';
import { LogIn, type Way, waysToLogIn } from './credentials.ts';
import { type Carry, dialTarget } from './dial.ts';
import type { HostKeyCheck } from './host-key.ts';
import { hostKeyAlgorithms } from './known-hosts.ts';
import { CommandConnection } from './proxy-command.ts';
import { countRoundTrips } from './round-trips.ts';
import type { Target } from './target.ts';
import { tryHint } from './try-hint.ts';

/**
 * Milliseconds until a host is tried again that has closed the door: an sshd with many at it does so before they have shown who
 * they are (MaxStartups). Each time twice as many, and never the same for two hosts, until the time to connect is over.
 */
const DOOR_MS = 250;

/**
 * Opens a connection with the SSH library: the host dialed, its key checked, the user logged in.
 * @param carry gives the connections to jump hosts
 * @throws UnreachableError with the reason and what to do
 */
export async function openWithLibrary(
  target: Target,
  hostKey: HostKeyCheck,
  carry: Carry,
  options: ConnectOptions,
): Promise<Connection> {
  const until = performance.now() + target.timeout * 1000;
  for (let pause = DOOR_MS; ; pause *= 2) {
    try {
      return await handshake(target, carry, waysOf(target, options), hostKey, options);
    } catch (error) {
      if (!(error instanceof ClosedAtTheDoor)) throw error;
      if (performance.now() + pause > until || options.signal?.aborted === true) throw error.told;
    }
    // Who is interrupted in it is told so by the next try.
    await sleep(pause * (0.5 + Math.random()), undefined, { signal: options.signal }).catch(() => {});
  }
}

function waysOf(target: Target, { openedKeys }: ConnectOptions): Way[] {
  const ways = waysToLogIn(target, openedKeys);
  if (ways.some(({ method }) => method !== undefined)) return ways;
  const { tried } = new LogIn(ways);
  const why = tried.length === 0 ? '' : `: ${tried.join(', ')}`;
  throw new NothingToShow(target.name, `there is nothing to log in to ${target.name} with${why}`, {
    hint: 'set ansible_ssh_private_key_file in the inventory, pass --private-key FILE, or start an ssh-agent',
  });
}

/** There is no key, no agent and no password. */
export class NothingToShow extends UnreachableError {}

/** The host takes nothing of what was shown. */
export class NotLetIn extends UnreachableError {
  /** It has had the password, and may count how often that was wrong. */
  readonly hadPassword: boolean;

  constructor(host: string, message: string, options: { hint: string; cause: unknown }, hadPassword: boolean) {
    super(host, message, options);
    this.hadPassword = hadPassword;
  }
}

/** The connection was closed before the host had shown its key. */
class ClosedAtTheDoor extends Error {
  readonly told: UnreachableError;

  constructor(told: UnreachableError) {
    super(told.message);
    this.told = told;
  }
}

async function handshake(
  target: Target,
  carry: Carry,
  ways: readonly Way[],
  hostKey: HostKeyCheck,
  { signal, keepalive = KEEPALIVE, traffic }: ConnectOptions,
): Promise<LibraryConnection> {
  const login = new LogIn(ways);
  const socket = await dialTarget(target, carry, signal);
  let keyShown = false;
  const onAbort = (): void => void socket.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  const ssh = new NodeSSH();
  try {
    const connected = ssh.connect({
      sock: socket,
      username: target.user,
      readyTimeout: target.timeout * 1000,
      keepaliveInterval: keepalive.intervalMs,
      keepaliveCountMax: keepalive.count,
      authHandler: (left, partial) => login.next(left, partial),
      algorithms: { serverHostKey: hostKeyAlgorithms(hostKey.known, hostKey.hostName) },
      hostVerifier: (key: Buffer) => {
        keyShown = true;
        return hostKey.accept(key);
      },
    });
    if (traffic !== undefined) countRoundTrips(socket, traffic);
    await connected;
  } catch (error) {
    socket.destroy();
    if (signal?.aborted === true)
      throw new UnreachableError(target.name, `connecting to ${target.name} was interrupted`);
    const told = hostKey.refusal ?? explain(target, login, socket, error);
    throw !keyShown && isClosed(error) && !hasGivenUp(socket) ? new ClosedAtTheDoor(told) : told;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  const client = ssh.connection;
  if (client === null) throw new UnreachableError(target.name, `the connection to ${target.name} was lost`);
  // node-ssh takes its listener away once it is connected; without one, a reset connection would end the process.
  client.on('error', () => {});
  return new LibraryConnection(client, socket);
}

function isClosed(error: unknown): boolean {
  const message = errorText(error);
  return /connection lost before handshake|ECONNRESET|no response from server/i.test(message);
}

/** A ProxyCommand that says why it has ended would say so again, and try a log-in of its own each time. */
function hasGivenUp(socket: Duplex): boolean {
  if (!(socket instanceof CommandConnection) || !socket.hasFailed || socket.said === '') return false;
  return !/connection (closed|reset) by|kex_exchange_identification|banner exchange/i.test(socket.said);
}

function explain(target: Target, login: LogIn, socket: Duplex, error: unknown): UnreachableError {
  const message = errorText(error);
  const { name, user } = target;
  const options = { cause: error, hint: tryHint(target) };
  if (/authentication methods failed|too many authentication failures/i.test(message)) {
    const many = /too many/i.test(message) ? ' (too many failures)' : '';
    const told = `${name} does not let ${user} in${many}; tried ${login.tried.join(', ')}`;
    return new NotLetIn(name, told, options, login.gavePassword);
  }
  const said = socket instanceof CommandConnection ? socket.said : '';
  const of = socket instanceof CommandConnection ? ` over ${target.proxyCommand}` : '';
  return new UnreachableError(
    name,
    `the SSH handshake with ${name}${of} failed: ${message}${said === '' ? '' : `: ${said}`}`,
    options,
  );
}

/** A connection that the SSH library holds. */
class LibraryConnection implements Connection {
  readonly #client: Client;
  readonly #socket: Duplex;
  #closed = false;

  constructor(client: Client, socket: Duplex) {
    this.#client = client;
    this.#socket = socket;
    // Whatever is opened on it listens for its end.
    client.setMaxListeners(0);
    client.once('close', () => {
      this.#closed = true;
    });
  }

  async exec(command: string): Promise<Channel> {
    const channel = await this.#open<ClientChannel>((done) => this.#client.exec(command, done));
    return sshChannel(channel, () => this.#closed);
  }

  async dial(host: string, port: number): Promise<Duplex> {
    const channel = await this.#open<ClientChannel>((done) =>
      this.#client.forwardOut('127.0.0.1', 0, host, port, done),
    );
    // Without a listener, an error on a channel whose connection is gone would end the process.
    channel.on('error', () => {});
    return channel;
  }

  onClose(listener: () => void): () => void {
    this.#client.once('close', listener);
    return () => void this.#client.removeListener('close', listener);
  }

  async end(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.destroy();
        // It may have been closed before anybody listened.
        resolve();
      };
      const timer = setTimeout(leave, LEAVE_MS);
      this.#client.once('close', leave);
      this.#client.end();
      // A peer that was told so needs nobody to wait for its answer; only a command is given the time to end by itself.
      if (!(this.#socket instanceof CommandConnection)) finished(this.#socket, { readable: false }, leave);
    });
  }

  destroy(): void {
    // ssh2's own does nothing once the connection was asked to end.
    this.#socket.destroy();
  }

  #open<T>(begin: (done: (error: Error | undefined, opened: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const onClose = (): void => reject(new ConnectionLost());
      if (this.#closed) return onClose();
      this.#client.once('close', onClose);
      try {
        begin((error, opened) => {
          this.#client.removeListener('close', onClose);
          if (error === undefined) resolve(opened);
          else reject(error);
        });
      } catch {
        // It refuses when it is not connected, and for nothing else.
        this.#client.removeListener('close', onClose);
        onClose();
      }
    });
  }
}
