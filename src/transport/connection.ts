import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodeSSH } from 'node-ssh';
import type { Client } from 'ssh2';
import { UnreachableError } from '../errors.ts';
import { LogIn, type OpenedKeys, type Way, waysToLogIn } from './credentials.ts';
import { type Carry, dialTarget, tryHint } from './dial.ts';
import { HostKeyCheck } from './host-key.ts';
import { hostKeyAlgorithms } from './known-hosts.ts';
import { CommandConnection } from './proxy-command.ts';
import type { Target } from './target.ts';

/** Milliseconds between keepalives, and how many may stay unanswered before the peer counts as gone. */
const KEEPALIVE = { intervalMs: 5_000, count: 3 };

/** An sshd with many at its door closes some before they have shown who they are (MaxStartups); so it is tried again. */
const DOOR_TRIES = 3;

/** Milliseconds after which a connection that was ended is cut: a peer that is frozen never takes leave. */
const LEAVE_MS = 2_000;

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  /** A key was taken because the target accepts new ones. */
  readonly onNewKey?: (host: string, fingerprint: string) => void;
  readonly keepalive?: { readonly intervalMs: number; readonly count: number };
  /** Keys that have a passphrase. */
  readonly openedKeys?: OpenedKeys;
}

/**
 * Opens an SSH connection: the host dialed, its key checked, the user logged in.
 * @param carry gives the connections to jump hosts
 * @throws UnreachableError with the reason and what to do; BrokkrError when a known_hosts file cannot be read
 */
export async function openConnection(target: Target, carry: Carry, options: ConnectOptions = {}): Promise<Client> {
  const hostKey = new HostKeyCheck(target, options.onNewKey);
  for (let left = DOOR_TRIES; ; left--) {
    try {
      return await handshake(target, carry, waysOf(target, options), hostKey, options);
    } catch (error) {
      if (!(error instanceof ClosedAtTheDoor)) throw error;
      if (left <= 1 || options.signal?.aborted === true) throw error.told;
    }
    await sleep(200 + Math.random() * 400);
  }
}

function waysOf(target: Target, { openedKeys }: ConnectOptions): Way[] {
  const ways = waysToLogIn(target, openedKeys);
  if (ways.some(({ method }) => method !== undefined)) return ways;
  const { tried } = new LogIn(ways);
  const why = tried.length === 0 ? '' : `: ${tried.join(', ')}`;
  throw new UnreachableError(target.name, `there is nothing to log in to ${target.name} with${why}`, {
    hint: 'set ansible_ssh_private_key_file in the inventory, pass --private-key FILE, or start an ssh-agent',
  });
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
  { signal, keepalive = KEEPALIVE }: ConnectOptions,
): Promise<Client> {
  const login = new LogIn(ways);
  const socket = await dialTarget(target, carry, signal);
  let keyShown = false;
  const onAbort = (): void => void socket.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  const ssh = new NodeSSH();
  try {
    await ssh.connect({
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
  } catch (error) {
    socket.destroy();
    if (signal?.aborted === true)
      throw new UnreachableError(target.name, `connecting to ${target.name} was interrupted`);
    const told = hostKey.refusal ?? explain(target, login, socket, error);
    throw !keyShown && isClosed(error) ? new ClosedAtTheDoor(told) : told;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  const client = ssh.connection;
  if (client === null) throw new UnreachableError(target.name, `the connection to ${target.name} was lost`);
  // node-ssh takes its listener away once it is connected; without one, a reset connection would end the process.
  client.on('error', () => {});
  // ssh2's own does nothing once the connection was asked to end.
  client.destroy = () => {
    socket.destroy();
    return client;
  };
  return client;
}

function isClosed(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /connection lost before handshake|ECONNRESET|no response from server/i.test(message);
}

function explain(target: Target, login: LogIn, socket: Duplex, error: unknown): UnreachableError {
  const message = error instanceof Error ? error.message : String(error);
  const { name, user } = target;
  const options = { cause: error, hint: tryHint(target) };
  if (/authentication methods failed|too many authentication failures/i.test(message)) {
    const many = /too many/i.test(message) ? ' (too many failures)' : '';
    return new UnreachableError(
      name,
      `${name} does not let ${user} in${many}; tried ${login.tried.join(', ')}`,
      options,
    );
  }
  const said = socket instanceof CommandConnection ? socket.said : '';
  const of = socket instanceof CommandConnection ? ` over ${target.proxyCommand}` : '';
  return new UnreachableError(
    name,
    `the SSH handshake with ${name}${of} failed: ${message}${said === '' ? '' : `: ${said}`}`,
    options,
  );
}

/** Ends a connection, by force when the peer does not answer. */
export async function farewell(client: Client): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      client.destroy();
      // It may have been closed before anybody listened.
      resolve();
    }, LEAVE_MS);
    client.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    client.end();
  });
}
