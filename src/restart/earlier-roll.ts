import { BrokkrError } from '../errors.ts';
import type { Journal } from './journal.ts';
import type { ServerHost } from './server-host.ts';
import type { ServerLook } from './server-look.ts';

/**
 * What a roll that did not finish still has to do on servers that the present one is not about: each host with its beginning,
 * in seconds of its own clock. A host that cannot be looked at is taken for one that waits.
 */
export async function leftBy(earlier: Journal, others: readonly ServerHost[]): Promise<ReadonlyMap<string, number>> {
  const left = await Promise.all(
    others.map(async (server) => {
      const { host } = server.member;
      const since = earlier.hosts[host];
      if (since === undefined) return [];
      const startedAt = await startOf(server);
      return startedAt !== undefined && startedAt >= since ? [] : [[host, since] as const];
    }),
  );
  return new Map(left.flat());
}

async function startOf(server: ServerHost): Promise<number | undefined> {
  try {
    return (await server.look()).process?.startedAt;
  } catch (error) {
    if (error instanceof BrokkrError) return undefined;
    throw error;
  }
}

/**
 * What is still recorded as owed on a server although a roll that did not finish has restarted it: it was cut off before it
 * took the record away. What was recorded after the roll had begun is owed all the same.
 */
export function paidBefore(unfinished: Journal | undefined, host: string, look: ServerLook | undefined): string[] {
  const since = unfinished?.hosts[host];
  if (since === undefined || look?.process === undefined || look.process.startedAt < since) return [];
  return [...look.owed].flatMap(([handler, recordedAt]) => (recordedAt < since ? [handler] : []));
}
