import { connect as connectTcp, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { NodeSSH } from 'node-ssh';
import type { Client } from 'ssh2';
import { UnreachableError } from '../errors.ts';
import { authMethods } from './credentials.ts';
import {
  appendKnownHost,
  checkHostKey,
  fingerprint,
  hostKeyAlgorithms,
  keyType,
  knownHostName,
  readKnownHosts,
} from './known-hosts.ts';
import type { Target } from './target.ts';

/** Milliseconds between keepalives, and how many may stay unanswered before the peer counts as gone. */
const KEEPALIVE = { intervalMs: 5_000, count: 3 };

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  /** A key was taken because the target accepts new ones. */
  readonly onNewKey?: (host: string, fingerprint: string) => void;
}

/**
 * Opens an SSH connection: TCP without Nagle's delay, the host's key checked, the user logged in.
 * @throws UnreachableError with the reason and what to do.
 */
export async function openConnection(target: Target, options: ConnectOptions = {}): Promise<Client> {
  const { methods, tried } = authMethods(target);
  if (methods.length === 0) {
    throw new UnreachableError(
      target.name,
      `there is nothing to log in to ${target.name} with${tried.length === 0 ? '' : `: ${tried.join(', ')}`}`,
      {
        hint: 'set ansible_ssh_private_key_file in the inventory, pass --private-key FILE, or start an ssh-agent',
      },
    );
  }
  const socket = await openSocket(target, options.signal);
  const known = readKnownHosts(target.knownHostsFiles);
  const name = knownHostName(target.address, target.port);
  let refusal: UnreachableError | undefined;
  const ssh = new NodeSSH();
  try {
    await ssh.connect({
      sock: socket,
      username: target.user,
      readyTimeout: target.timeout * 1000,
      keepaliveInterval: KEEPALIVE.intervalMs,
      keepaliveCountMax: KEEPALIVE.count,
      authHandler: methods,
      algorithms: { serverHostKey: hostKeyAlgorithms(known, name) as never },
      hostVerifier: (key: Buffer) => {
        refusal = refuseKey(target, name, key, options);
        return refusal === undefined;
      },
    });
  } catch (error) {
    socket.destroy();
    throw refusal ?? explain(target, tried, error);
  }
  const client = ssh.connection;
  if (client === null) throw new UnreachableError(target.name, `the connection to ${target.name} was lost`);
  // node-ssh takes its listener away once it is connected; without one, a reset connection would end the process.
  client.on('error', () => {});
  return client;

  function refuseKey(
    from: Target,
    hostName: string,
    key: Buffer,
    { onNewKey }: ConnectOptions,
  ): UnreachableError | undefined {
    if (from.hostKeyChecking === 'no') return undefined;
    const found = checkHostKey(known, hostName, key);
    if (found.verdict === 'known') return undefined;
    const shown = `${keyType(key)} ${fingerprint(key)}`;
    if (found.verdict === 'unknown') {
      const file = from.knownHostsFiles[0];
      if (from.hostKeyChecking === 'accept-new' && file !== undefined) {
        appendKnownHost(file, hostName, key);
        onNewKey?.(from.name, shown);
        return undefined;
      }
      return new UnreachableError(from.name, `the host key of ${from.name} is not known: ${shown}`, {
        hint: `compare it with the host's own, then: ssh-keyscan -p ${from.port} ${from.address} >> ${file ?? '~/.ssh/known_hosts'} (or --accept-new-host-keys)`,
      });
    }
    const places = found.known.map(
      (entry) => `${entry.type} ${fingerprint(Buffer.from(entry.key, 'base64'))} (${entry.file}:${entry.line})`,
    );
    return new UnreachableError(
      from.name,
      found.verdict === 'revoked'
        ? `the host key of ${from.name} is revoked: ${places.join(', ')}`
        : `the host key of ${from.name} has changed: it shows ${shown}, known is ${places.join(', ')}`,
      {
        hint: `if the host was set up anew: ssh-keygen -R '${hostName}' -f ${found.known[0]?.file ?? '~/.ssh/known_hosts'}`,
      },
    );
  }
}

function openSocket(target: Target, signal: AbortSignal | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: target.address, port: target.port, noDelay: true });
    const give = (message: string, cause?: unknown): void => {
      socket.destroy();
      reject(
        new UnreachableError(
          target.name,
          `${target.name} (${target.address} port ${target.port}) cannot be reached: ${message}`,
          {
            cause,
            hint: `try: ssh -p ${target.port} ${target.user}@${target.address} true`,
          },
        ),
      );
    };
    const timer = setTimeout(() => give(`no answer for ${target.timeout} s`), target.timeout * 1000);
    const onAbort = (): void => give('interrupted');
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('error', (error) => {
      clearTimeout(timer);
      give(error.message, error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function explain(target: Target, tried: readonly string[], error: unknown): UnreachableError {
  const message = error instanceof Error ? error.message : String(error);
  if (/authentication methods failed/i.test(message)) {
    return new UnreachableError(
      target.name,
      `${target.name} does not let ${target.user} in; tried ${tried.join(', ')}`,
      {
        cause: error,
        hint: `try: ssh -p ${target.port}${target.privateKeyFile === undefined ? '' : ` -i ${target.privateKeyFile}`} ${target.user}@${target.address} true`,
      },
    );
  }
  return new UnreachableError(target.name, `the SSH handshake with ${target.name} failed: ${message}`, {
    cause: error,
  });
}

/** A TCP connection from the host's side, carried over its SSH connection. */
export function dialThrough(client: Client, host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
      if (error !== undefined) reject(error);
      else resolve(channel);
    });
  });
}
