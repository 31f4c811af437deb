import { connect, type Socket } from 'node:net';
import { errorText, UnreachableError } from '../errors.ts';
import type { Target } from './target.ts';
import { tryHint } from './try-hint.ts';

/** Milliseconds that one of several addresses of a name may take before the next one is tried; Node's own 250 are too few for a far host. */
const NEXT_ADDRESS_MS = 2_000;

/**
 * A TCP connection without Nagle's delay, which would cost 40 ms on each small message.
 * @throws UnreachableError with the reason and what to do; also when the signal is aborted
 */
export function openSocket(target: Target, signal: AbortSignal | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: target.address,
      port: target.port,
      noDelay: true,
      ...(target.family === undefined ? {} : { family: target.family }),
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const give = (message: string, cause?: unknown): void => {
      settle();
      socket.destroy();
      const place = `${target.name} (${target.address} port ${target.port})`;
      reject(
        new UnreachableError(target.name, `${place} cannot be reached: ${message}`, {
          cause,
          hint: tryHint(target),
        }),
      );
    };
    const onAbort = (): void => give('interrupted');
    const timer = setTimeout(() => give(`no answer for ${target.timeout} s`), target.timeout * 1000);
    // It stays: an error on a socket nobody listens to would end the process.
    socket.on('error', (error) => give(reasonOf(error), error));
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Of several addresses that were tried, each has failed in its own way. */
function reasonOf(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message;
  const reasons = error.errors.map((each: unknown) => errorText(each));
  return [...new Set(reasons)].join('; ');
}
