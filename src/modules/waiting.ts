import { errorText } from '../errors.ts';
import { pollUntil } from '../poll.ts';
import type { Outcome } from '../shell/action.ts';
import type { Json } from '../shell/question.ts';
import type { ControlContext } from './module.ts';

/** How a server or cluster is now. */
export interface Health {
  readonly healthy: boolean;
  /** For whoever watches, in one line: `2 of 3 brokers are registered, waiting for 3`. */
  readonly progress: string;
  readonly value: Json;
}

export interface WaitForHealth {
  /** Looks once; bounded in time by itself. */
  look(): Promise<Health>;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** Why it is not healthy, after the deadline; what it throws is a bug. */
  failure(last: Health): Promise<string>;
  readonly context: ControlContext;
}

/**
 * Looks until something is healthy or the deadline has passed, and tells each change of what it waits for. The outcome's
 * value is that of the last look; `stderr` says why it failed.
 */
export async function waitForHealth(wait: WaitForHealth): Promise<Outcome> {
  const { context, timeoutMs, intervalMs } = wait;
  const startedAt = Date.now();
  const begun = performance.now();
  let told = '';
  let last: Health | undefined;
  const poll = await pollUntil<Health>(
    async () => {
      context.signal.throwIfAborted();
      last = await wait.look();
      if (last.healthy) return { done: true, value: last };
      if (last.progress !== told) context.progress(last.progress);
      told = last.progress;
      return { done: false, reason: last.progress };
    },
    { timeoutMs, intervalMs, signal: context.signal },
  );
  const ended = { startedAt, seconds: (performance.now() - begun) / 1000 };
  if (poll.done) return { rc: 0, stdout: poll.value.progress, stderr: '', value: poll.value.value, ...ended };
  if (last === undefined) throw new TypeError('a poll ended without a try');
  return { rc: 1, stdout: '', stderr: await wait.failure(last), value: last.value, ...ended };
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
