import type { Duplex } from 'node:stream';
import { unlessAborted, within } from '../deadline.ts';
import { UnreachableError } from '../errors.ts';
import { type Connection, reasonOf } from './connection.ts';
import { CommandConnection } from './proxy-command.ts';
import type { Target } from './target.ts';
import { openSocket } from './tcp.ts';
import { tryHint } from './try-hint.ts';

/** Gives the SSH connection to a jump host. */
export type Carry = (jump: Target) => Promise<Connection>;

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
  return throughJump(target, jump, await carried(target, jump, carry), signal);
}

/** The connection to the host before a target. @throws UnreachableError that says for whom it was wanted */
export async function carried({ name }: Target, jump: Target, carry: Carry): Promise<Connection> {
  try {
    return await carry(jump);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new UnreachableError(name, `${name} is reached through ${jump.name}, and ${error.message}`, {
      cause: error,
      hint: error.hint,
    });
  }
}

async function throughJump(
  target: Target,
  jump: Target,
  connection: Connection,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  const { name, address, port, timeout } = target;
  const place = `${name} (${address} port ${port})`;
  const fail = (why: string, cause?: unknown): UnreachableError =>
    new UnreachableError(name, `${place} cannot be reached from ${jump.name}: ${why}`, {
      cause,
      hint: tryHint(target),
    });
  const over = within(timeout * 1000, ...(signal === undefined ? [] : [signal]));
  try {
    const channel = await unlessAborted(connection.dial(address, port), over);
    // It stays half open when the target has gone, and ssh2 tells that a connection is lost only when it is closed.
    channel.once('end', () => channel.destroy());
    return channel;
  } catch (error) {
    if (signal?.aborted === true) throw fail('interrupted');
    throw over.aborted ? fail(`no answer for ${timeout} s`) : fail(reasonOf(error), error);
  }
}
