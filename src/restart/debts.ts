import type { EventSink } from '../apply/events.ts';
import { lockCluster, unlockCluster } from './cluster-lock.ts';
import { lookAt } from './cluster-servers.ts';
import type { CutOff } from './cut-off.ts';
import { paidBefore } from './earlier-roll.ts';
import type { Journal } from './journal.ts';
import type { ServerHost } from './server-host.ts';
import type { ServerLook } from './server-look.ts';

/** Takes the records away of what a roll that did not finish has paid; the hosts must be locked. A server that is restarted now pays by that. */
export async function clearPaid(
  servers: readonly ServerHost[],
  looks: ReadonlyMap<string, ServerLook>,
  unfinished: Journal | undefined,
): Promise<void> {
  await Promise.all(
    servers.map((server) => server.pay(paidBefore(unfinished, server.member.host, looks.get(server.member.host)))),
  );
}

/** As `clearPaid`, where nobody is to be restarted: the cluster is locked for it. */
export async function clearPaidAlone(
  whole: readonly ServerHost[],
  servers: readonly ServerHost[],
  unfinished: Journal | undefined,
  cutOff: CutOff | undefined,
  emit: EventSink,
): Promise<void> {
  try {
    await lockCluster(whole, new Set(servers.map(({ member }) => member.host)), cutOff, emit);
    await clearPaid(servers, await lookAt(servers), unfinished);
  } finally {
    await unlockCluster(whole);
  }
}
