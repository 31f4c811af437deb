import { z } from 'zod';
import { within } from '../deadline.ts';
import { BrokkrError } from '../errors.ts';
import { compileRegex } from '../jinja/values/regex.ts';
import { findFirst } from '../jinja/values/regex-run.ts';
import { systemClock } from '../poll.ts';
import { isForbidden } from '../transport/connection.ts';
import { dial } from './dialing.ts';
import type { Answerer, ControlContext, Performer } from './module.ts';
import { waitForHealth } from './waiting.ts';

/** The topic of questions for a port of another host, and of waits for it. Times are in seconds. */
export const portTopic = 'port';

const place = z.object({ host: z.string(), port: z.number(), connect_timeout: z.number() });
const wait = place.extend({
  open: z.boolean(),
  timeout: z.number(),
  delay: z.number(),
  sleep: z.number(),
  /** What the server has to say, as a Python regular expression. */
  search: z.string().optional(),
  /** The host whose own port it is. */
  from: z.string().optional(),
});

/** The exit code of a wait that no time would help. */
export const inVain = 2;

/** Of what a server says without being asked, so much is looked at. */
const saidLimit = 64 * 1024;

/** Whether the port accepts a connection. */
export const answerPort: Answerer = async (parameters, context) => {
  return { ok: true, value: await isOpen(place.parse(parameters), context) };
};

/** Waits until the port accepts connections, or does not any more. */
export const performPort: Performer = async (parameters, context) => {
  const { open, timeout, delay, sleep, search, from, ...where } = wait.parse(parameters);
  if (delay > 0) await systemClock.sleep(delay * 1000, context.signal);
  const waiting = waitForHealth({
    async look() {
      if (search !== undefined) {
        const said = await hears(where, compileRegex(search, { multiline: true }), from, context);
        const progress = `port ${where.port} of ${where.host} has ${said ? '' : 'not '}said ${search}`;
        return { healthy: said, progress, value: said };
      }
      const isNow = await isOpen(where, context);
      const progress = `port ${where.port} of ${where.host} is ${isNow ? 'open' : 'closed'}`;
      return { healthy: isNow === open, progress, value: isNow };
    },
    timeoutMs: timeout * 1000,
    intervalMs: sleep * 1000,
    failure: async (last) => last.progress,
    context,
  });
  return waiting.catch((error: unknown) => {
    if (!(error instanceof BrokkrError) || !isForbidden(error.cause)) throw error;
    const stderr = error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
    return { rc: inVain, stdout: '', stderr };
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

/**
 * Whether a server says something that the expression finds, within the time that a connection may take.
 * @throws BrokkrError when the host's sshd forwards no connections
 */
async function hears(
  { host, port, connect_timeout }: z.infer<typeof place>,
  search: RegExp,
  from: string | undefined,
  context: ControlContext,
): Promise<boolean> {
  const signal = within(connect_timeout * 1000, context.signal);
  let said = '';
  try {
    const stream =
      from === undefined
        ? await context.dialer.connect(host, port, signal)
        : await context.connectFrom(from, host, port, signal);
    const stop = () => stream.destroy(new Error('it took too long'));
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const chunk of stream) {
        said += Buffer.from(chunk).toString('latin1');
        if (findFirst(search, said) !== undefined) return true;
        if (said.length > saidLimit) return false;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      stream.destroy();
    }
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof BrokkrError && isForbidden(error.cause)) throw error;
  }
  return false;
}
