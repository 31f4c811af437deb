import { z } from 'zod';
import { systemClock } from '../poll.ts';
import { dial } from './dialing.ts';
import type { Answerer, ControlContext, Performer } from './module.ts';
import { waitForHealth } from './waiting.ts';

/** The topic of questions for a port of another host, and of waits for it. Times are in seconds. */
export const portTopic = 'port';

const place = z.object({ host: z.string(), port: z.number(), connect_timeout: z.number() });
const wait = place.extend({ open: z.boolean(), timeout: z.number(), delay: z.number(), sleep: z.number() });

/** Whether the port accepts a connection. */
export const answerPort: Answerer = async (parameters, context) => {
  return { ok: true, value: await isOpen(place.parse(parameters), context) };
};

/** Waits until the port accepts connections, or does not any more. */
export const performPort: Performer = async (parameters, context) => {
  const { open, timeout, delay, sleep, ...where } = wait.parse(parameters);
  if (delay > 0) await systemClock.sleep(delay * 1000, context.signal);
  return waitForHealth({
    async look() {
      const isNow = await isOpen(where, context);
      const progress = `port ${where.port} of ${where.host} is ${isNow ? 'open' : 'closed'}`;
      return { healthy: isNow === open, progress, value: isNow };
    },
    timeoutMs: timeout * 1000,
    intervalMs: sleep * 1000,
    failure: async (last) => last.progress,
    context,
  });
};

async function isOpen(where: z.infer<typeof place>, context: ControlContext): Promise<boolean> {
  try {
    (await dial(context.dialer, where, where.connect_timeout * 1000, context.signal)).destroy();
    return true;
  } catch {
    context.signal.throwIfAborted();
    return false;
  }
}
