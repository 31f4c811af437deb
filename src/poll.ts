/** Time as a value, so that waiting is tested without waiting. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes backwards. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

export interface PollOptions {
  /** Milliseconds after which the poll gives up. */
  readonly timeoutMs: number;
  /** Milliseconds between the end of one try and the start of the next. */
  readonly intervalMs: number;
  readonly clock?: Clock;
  readonly signal?: AbortSignal | undefined;
}

export type Poll<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly reason: string };

/**
 * Tries until a try is done or the deadline has passed. A try never overlaps the next one, and the last reason why it
 * was not done is part of the answer. What a try throws ends the poll.
 */
export async function pollUntil<T>(attempt: () => Promise<Poll<T>>, options: PollOptions): Promise<Poll<T>> {
  const clock = options.clock ?? systemClock;
  const deadline = clock.now() + options.timeoutMs;
  for (;;) {
    const outcome = await attempt();
    if (outcome.done || clock.now() >= deadline) return outcome;
    await clock.sleep(Math.min(options.intervalMs, Math.max(0, deadline - clock.now())), options.signal);
  }
}
