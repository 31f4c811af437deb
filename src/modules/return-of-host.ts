import { z } from 'zod';
import { BrokkrError } from '../errors.ts';
import { pollUntil, systemClock } from '../poll.ts';
import type { Performer } from './module.ts';

/** The topic of waiting until a host can be worked on (again). */
export const returnTopic = 'return-of-host';

const parametersSchema = z.object({
  host: z.string(),
  /** The boot that is to be over; without it, any will do. */
  bootId: z.string().optional(),
  /** Seconds. */
  timeout: z.number(),
  connectTimeout: z.number(),
  /** Seconds to wait after the return. */
  delay: z.number(),
  /** What has to succeed then. */
  test: z.string().optional(),
});

/** Connects anew until the host has started again. */
export const performReturn: Performer = async (parameters, { signal, reconnect, progress }) => {
  const { host, bootId, timeout, connectTimeout, delay, test } = parametersSchema.parse(parameters);
  progress(`waiting for ${host}`);
  const poll = await pollUntil<true>(
    async () => {
      signal.throwIfAborted();
      try {
        const now = await reconnect(host, connectTimeout, test);
        return now === bootId ? { done: false, reason: 'it has not gone down yet' } : { done: true, value: true };
      } catch (error) {
        if (!(error instanceof BrokkrError)) throw error;
        return { done: false, reason: error.message };
      }
    },
    { timeoutMs: timeout * 1000, intervalMs: 1000, clock: systemClock, signal },
  );
  if (!poll.done) {
    const stderr = `${host} has not come back within ${timeout} seconds: ${poll.reason}`;
    return { rc: 1, stdout: '', stderr };
  }
  await systemClock.sleep(delay * 1000, signal);
  return { rc: 0, stdout: '', stderr: '' };
};
