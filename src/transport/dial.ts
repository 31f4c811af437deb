import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { UnreachableError } from '../errors.ts';
import { quote } from '../shell/quote.ts';
import { CommandConnection } from './proxy-command.ts';
import type { Target } from './target.ts';
import { openSocket } from './tcp.ts';

/** Gives the SSH connection to a jump host. */
export type Carry = (jump: Target) => Promise<Client>;

/**
 * The stream that the SSH connection to a target goes over: TCP, a command's input and output, or a connection that its
 * jump host makes.
 * @throws UnreachableError with the reason and what to do; also when the signal is aborted
 */
export async function dialTarget(target: Target, carry: Carry, signal: AbortSignal | undefined): Promise<Duplex> {
  const { name, proxyCommand, jump } = target;
  if (proxyCommand !== undefined) {
    if (signal?.aborted === true) throw new UnreachableError(name, `connecting to ${name} was interrupted`);
    return new CommandConnection(proxyCommand);
  }
  if (jump === undefined) return openSocket(target, signal);
  let client: Client;
  try {
    client = await carry(jump);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new UnreachableError(name, `${name} is reached through ${jump.name}, and ${error.message}`, {
      cause: error,
      hint: error.hint,
    });
  }
  return throughJump(target, jump, client, signal);
}

async function throughJump(
  target: Target,
  jump: Target,
  client: Client,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  const { name, address, port, timeout } = target;
  const place = `${name} (${address} port ${port})`;
  const fail = (why: string, cause?: unknown): UnreachableError =>
    new UnreachableError(name, `${place} cannot be reached from ${jump.name}: ${why}`, {
      cause,
      hint: tryHint(target),
    });
  let giveUp = (_why: string): void => {};
  const gaveUp = new Promise<never>((_resolve, reject) => {
    giveUp = (why) => reject(fail(why));
  });
  const timer = setTimeout(() => giveUp(`no answer for ${timeout} s`), timeout * 1000);
  const onAbort = (): void => giveUp('interrupted');
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const dialing = dialThrough(client, address, port);
  try {
    const channel = await Promise.race([dialing, gaveUp]);
    // It stays half open when the target has gone, and ssh2 tells that a connection is lost only when it is closed.
    channel.once('end', () => channel.destroy());
    return channel;
  } catch (error) {
    // Whoever was given up may still come.
    dialing.then(
      (late) => late.destroy(),
      () => {},
    );
    if (error instanceof UnreachableError) throw error;
    throw fail(reasonOf(error), error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * A TCP connection from the host's side, carried over its SSH connection; names are looked up there.
 * @throws Error with the reason that the host's sshd gives, also when the connection is lost first
 */
export function dialThrough(client: Client, host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(new ConnectionLost());
    client.once('close', onClose);
    try {
      client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        client.removeListener('close', onClose);
        if (error !== undefined) return reject(error);
        // Without a listener, an error on a channel whose connection is gone would end the process.
        channel.on('error', () => {});
        resolve(channel);
      });
    } catch {
      // It refuses when it is not connected, and for nothing else.
      client.removeListener('close', onClose);
      reject(new ConnectionLost());
    }
  });
}

class ConnectionLost extends Error {
  constructor() {
    super('the connection was lost');
  }
}

/** Could the host not be asked at all? */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof ConnectionLost;
}

/** Why a host's sshd has opened no connection, in a few words. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.replace(/^\(SSH\) Channel open failure: /, '').toLowerCase();
  return isForbidden(error) ? `its sshd forwards no connections (${reason})` : reason;
}

/** Does the host's sshd open no connections for others? `SSH_OPEN_ADMINISTRATIVELY_PROHIBITED` (RFC 4254, 5.1) is 1. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && error.reason === 1;
}

/** The command with which the same can be tried by hand. */
export function tryHint(target: Target): string {
  const chain: string[] = [];
  for (let { jump } = target; jump !== undefined; { jump } = jump) {
    chain.unshift(`${jump.user}@${jump.address}${jump.port === 22 ? '' : `:${jump.port}`}`);
  }
  const words = [
    ...(target.privateKeyFile === undefined ? [] : ['-i', target.privateKeyFile]),
    ...(chain.length === 0 ? [] : ['-J', chain.join(',')]),
    ...(target.proxyCommand === undefined ? [] : ['-o', quote(`ProxyCommand=${target.proxyCommand}`)]),
  ];
  return `try: ssh -p ${target.port} ${words.map((word) => `${word} `).join('')}${target.user}@${target.address} true`;
}
