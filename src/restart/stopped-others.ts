import { BrokkrError } from '../errors.ts';
import { type Clock, systemClock } from '../poll.ts';
import type { ServerHost } from './server-host.ts';

/** Milliseconds that a server which does not run is given, since its host may be booting. */
const graceMs = 10_000;

/**
 * Servers of the same cluster that the present restart is not about. The gate wants all of them to serve, and whoever was
 * stopped is started by nobody while others wait for it: by the tasks that come after this one, or by the user.
 * @returns what is asked while the gate is not open: why waiting is in vain, or `undefined`
 */
export function stoppedOthers(
  others: readonly ServerHost[],
  { cluster, reach, clock = systemClock }: { readonly cluster: string; readonly reach: string; readonly clock?: Clock },
): () => Promise<string | undefined> {
  let before: ReadonlyMap<string, string> | undefined;
  let next = 0;
  return async () => {
    if (before !== undefined && clock.now() < next) return undefined;
    const found = await whoIsStopped(others);
    const stayed = [...found].filter(([host]) => before?.has(host) === true);
    before = found;
    next = clock.now() + graceMs;
    const [first] = stayed;
    if (first === undefined) return undefined;
    const names = stayed.map(([host, state]) => `${host}${state}`).join(', ');
    const start = `brokkr provision${reach} --limit ${stayed.map(([host]) => host).join(',')}`;
    return `${cluster} does not run on ${names}, so nobody else can be missed: start it first (${start})`;
  };
}

/** Hosts whose server does not run and is not about to, with the state of the unit. Who cannot be asked is none of them. */
async function whoIsStopped(others: readonly ServerHost[]): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    others.map(async (server): Promise<readonly (readonly [string, string])[]> => {
      try {
        const { process, unitState } = await server.look();
        if (process !== undefined || /^(?:de)?activating|^reloading/.test(unitState ?? '')) return [];
        return [[server.member.host, unitState === undefined ? '' : ` (its unit is ${unitState})`]];
      } catch (error) {
        if (error instanceof BrokkrError) return [];
        throw error;
      }
    }),
  );
  return new Map(found.flat());
}
