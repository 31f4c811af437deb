import type { EventSink } from '../apply/events.ts';
import { BrokkrError, InterruptedError, UnreachableError } from '../errors.ts';
import type { CutOff } from './cut-off.ts';
import type { ServerHost } from './server-host.ts';

/**
 * Locks a whole cluster, also those of its hosts that the roll is not about: two rolls of one cluster, whatever their limits,
 * exclude each other. The first host is locked before the others, so that of two that begin at once one gets through. A host
 * that cannot be reached and is not to be restarted does not prevent the others from it: more than half of them is enough,
 * since two halves that both are more than half have a host in common.
 * @param limited the hosts that the roll is about
 * @throws LockedError when another run holds a host, UnreachableError
 */
export async function lockCluster(
  servers: readonly ServerHost[],
  limited: ReadonlySet<string>,
  cutOff: CutOff | undefined,
  emit: EventSink,
): Promise<void> {
  const lost: UnreachableError[] = [];
  const lock = async (server: ServerHost): Promise<boolean> => {
    try {
      await server.lock(cutOff);
      return true;
    } catch (error) {
      if (!(error instanceof UnreachableError) || limited.has(server.member.host)) throw error;
      lost.push(error);
      return false;
    }
  };
  const rest = [...servers];
  for (let server = rest.shift(); server !== undefined; server = rest.shift()) if (await lock(server)) break;
  await Promise.all(rest.map(lock));
  for (const { message } of lost)
    emit({ event: 'warning', message: `${message}; the others are locked, more than half of the cluster` });
  const [first] = lost;
  if (first === undefined || lost.length * 2 < servers.length) return;
  throw new BrokkrError(`half of the cluster cannot be locked: ${first.message}`, {
    hint: 'without that, another restart of the same cluster could run at the same time',
    cause: first,
  });
}

/** Gives the locks back. A host that was lost has lost the lock with its connection. */
export async function unlockCluster(servers: readonly ServerHost[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      try {
        await server.unlock();
      } catch (error) {
        if (!(error instanceof BrokkrError) || error instanceof InterruptedError) throw error;
      }
    }),
  );
}
