import { errorText } from '../errors.ts';
import { pollUntil } from '../poll.ts';
import type { Performed } from '../shell/action.ts';
import type { Json } from '../shell/question.ts';
import type { ControlContext } from './module.ts';

/** How a server or cluster is now. */
export interface Health {
  readonly healthy: boolean;
  /** For whoever watches, in one line: `2 of 3 brokers are registered, waiting for 3`. */
  readonly progress: string;
  readonly value: Json;
  /** To wait longer leads to nothing else. */
  readonly isVain?: boolean;
}

export interface WaitForHealth {
  /** Looks once; bounded in time by itself. */
  look(): Promise<Health>;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** Why it is not healthy, after the deadline or when waiting is in vain; what it throws is a bug. */
  failure(last: Health): Promise<string>;
  readonly context: ControlContext;
}

/** Milliseconds until the same is told again: what fails now in this way and now in that one would fill the screen. */
const againMs = 30_000;

/**
 * Looks until something is healthy or will not be, the deadline has passed or the user has asked for the end, and tells what
 * it waits for.
 * The outcome's value is that of the last look; `stderr` says why it failed.
 */
export async function waitForHealth(wait: WaitForHealth): Promise<Performed> {
  const { context, timeoutMs, intervalMs } = wait;
  const told = new Map<string, number>();
  let last: Health | undefined;
  const poll = await pollUntil<Health>(
    async () => {
      context.signal.throwIfAborted();
      last = await wait.look();
      if (last.healthy) return { done: true, value: last };
      const { progress } = last;
      const now = performance.now();
      if (now - (told.get(progress) ?? Number.NEGATIVE_INFINITY) > againMs) {
        context.progress(progress);
        told.set(progress, now);
      }
      return last.isVain === true || context.stopRequested()
        ? { done: true, value: last }
        : { done: false, reason: progress };
    },
    { timeoutMs, intervalMs, signal: context.signal },
  );
  if (last === undefined) throw new TypeError('a poll ended without a try');
  if (last.healthy) return { rc: 0, stdout: last.progress, stderr: '', value: last.value };
  if (poll.done && last.isVain !== true)
    return { rc: 1, stdout: '', stderr: `stopped while waiting: ${last.progress}`, value: last.value };
  return { rc: 1, stdout: '', stderr: await wait.failure(last), value: last.value };
}

/** The end of a server's log as a paragraph of a failure's message; says so when it could not be read. */
export async function logTail(context: ControlContext, host: string, path: string): Promise<string> {
  try {
    const text = (await context.tail(host, path, 15)).trimEnd();
    return text === '' ? `${path} on ${host} is empty` : `end of ${path} on ${host}:\n${text.replace(/^/gm, '  ')}`;
  } catch (error) {
    return `${path} on ${host} could not be read: ${errorText(error)}`;
  }
}
