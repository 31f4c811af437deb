import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodeSSH } from 'node-ssh';
import type { Client } from 'ssh2';
import { UnreachableError } from '../errors.ts';
import { authMethods, type LoginMethods } from './credentials.ts';
import { HostKeyCheck } from './host-key.ts';
import { hostKeyAlgorithms } from './known-hosts.ts';
import type { Target } from './target.ts';
import { openSocket } from './tcp.ts';

/** Milliseconds between keepalives, and how many may stay unanswered before the peer counts as gone. */
const KEEPALIVE = { intervalMs: 5_000, count: 3 };

/** An sshd with many at its door closes some before they have shown who they are (MaxStartups); so it is tried again. */
const DOOR_TRIES = 3;

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  /** A key was taken because the target accepts new ones. */
  readonly onNewKey?: (host: string, fingerprint: string) => void;
  readonly keepalive?: { readonly intervalMs: number; readonly count: number };
}

/**
 * Opens an SSH connection: TCP without Nagle's delay, the host's key checked, the user logged in.
 * @throws UnreachableError with the reason and what to do; BrokkrError when a known_hosts file cannot be read
 */
export async function openConnection(target: Target, options: ConnectOptions = {}): Promise<Client> {
  const login = authMethods(target);
  if (login.methods.length === 0) {
    const tried = login.tried.length === 0 ? '' : `: ${login.tried.join(', ')}`;
    throw new UnreachableError(target.name, `there is nothing to log in to ${target.name} with${tried}`, {
      hint: 'set ansible_ssh_private_key_file in the inventory, pass --private-key FILE, or start an ssh-agent',
    });
  }
  const hostKey = new HostKeyCheck(target, options.onNewKey);
  for (let left = DOOR_TRIES; ; left--) {
    try {
      return await handshake(target, login, hostKey, options);
    } catch (error) {
      if (!(error instanceof ClosedAtTheDoor)) throw error;
      if (left <= 1 || options.signal?.aborted === true) throw error.told;
    }
    await sleep(200 + Math.random() * 400);
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
  login: LoginMethods,
  hostKey: HostKeyCheck,
  { signal, keepalive = KEEPALIVE }: ConnectOptions,
): Promise<Client> {
  const socket = await openSocket(target, signal);
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
      authHandler: login.methods,
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
    const told = hostKey.refusal ?? explain(target, login.tried, error);
    throw !keyShown && isClosed(error) ? new ClosedAtTheDoor(told) : told;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  const client = ssh.connection;
  if (client === null) throw new UnreachableError(target.name, `the connection to ${target.name} was lost`);
  // node-ssh takes its listener away once it is connected; without one, a reset connection would end the process.
  client.on('error', () => {});
  return client;
}

function isClosed(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /connection lost before handshake|ECONNRESET|no response from server/i.test(message);
}

function explain(target: Target, tried: readonly string[], error: unknown): UnreachableError {
  const message = error instanceof Error ? error.message : String(error);
  const key = target.privateKeyFile === undefined ? '' : ` -i ${target.privateKeyFile}`;
  const hint = `try: ssh -p ${target.port}${key} ${target.user}@${target.address} true`;
  if (/authentication methods failed|too many authentication failures/i.test(message)) {
    const what = `${target.name} does not let ${target.user} in; tried ${tried.join(', ')}`;
    return new UnreachableError(target.name, what, { cause: error, hint });
  }
  return new UnreachableError(target.name, `the SSH handshake with ${target.name} failed: ${message}`, {
    cause: error,
    hint,
  });
}

/**
 * A TCP connection from the host's side, carried over its SSH connection.
 * @throws UnreachableError when the host cannot open it, or the connection is lost first
 */
export function dialThrough(client: Client, host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const give = (why: string): void =>
      reject(new UnreachableError(host, `${host} port ${port} cannot be reached through the connection: ${why}`));
    const onClose = (): void => give('it was lost');
    client.once('close', onClose);
    try {
      client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        client.removeListener('close', onClose);
        if (error !== undefined) give(error.message);
        else resolve(channel);
      });
    } catch (error) {
      client.removeListener('close', onClose);
      give(error instanceof Error ? error.message : String(error));
    }
  });
}
