import { BrokkrError } from '../errors.ts';
import type { Journal } from './journal.ts';
import type { ServerHost } from './server-host.ts';

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
