import { BrokkrError, UnreachableError } from '../errors.ts';
import { compileUnlock } from '../shell/apply-program.ts';
import type { HostRecap } from './events.ts';
import type { HostRun } from './host-run.ts';
import { takePaid } from './owed.ts';
import type { PlannedPlaybook } from './plan-playbook.ts';
import { makeBatch, type PlaybookSetting, type PreparedPlay } from './playbook-run.ts';
import { runBatch } from './run-batch.ts';
import { runPlanned } from './run-planned.ts';

/**
 * Tells of a playbook of which the plan has found that nothing has to be done: its decisions are taken as they are, and no
 * host is asked again.
 */
export async function reportConverged(
  prepared: readonly PreparedPlay[],
  passes: PlannedPlaybook['passes'],
  setting: PlaybookSetting,
): Promise<void> {
  for (const [index, play] of prepared.entries()) {
    setting.identity.emit({ event: 'play-start', play: play.play.name, hosts: play.hosts, at: play.play.at });
    for (const [at, batch] of play.batches.entries()) {
      const context = makeBatch(play, batch, setting);
      for (const pass of passes[index]?.[at] ?? []) {
        const run = setting.runs.get(pass.host);
        if (run !== undefined) await runPlanned(run, pass.planned, context.entries.length, context);
      }
    }
  }
}

/**
 * Applies the plays in order, batch by batch. A host that fails or is lost takes no part in what comes after; a play that
 * was ended for all hosts ends the run. The locks are given back in any case.
 */
export async function applyPlaybook(prepared: readonly PreparedPlay[], setting: PlaybookSetting): Promise<void> {
  const { emit } = setting.identity;
  try {
    for (const play of prepared) {
      emit({ event: 'play-start', play: play.play.name, hosts: play.hosts, at: play.play.at });
      for (const [index, batch] of play.batches.entries()) {
        if (setting.stopRequested()) return;
        emit({
          event: 'batch-start',
          play: play.play.name,
          hosts: batch,
          batch: index + 1,
          batches: play.batches.length,
        });
        const context = makeBatch(play, batch, setting);
        await runBatch(context);
        const gone = context.runs.filter((run) => run.status !== 'live').length;
        if (context.runs.some((run) => run.ended) || (context.runs.length > 0 && gone === context.runs.length)) return;
      }
    }
  } finally {
    await Promise.all([...setting.runs.values()].map((run) => unlock(run, setting)));
  }
}

/** Gives a host's lock back; a host that is gone gives it back by itself, since its server shell has ended. */
async function unlock(run: HostRun, setting: PlaybookSetting): Promise<void> {
  // A record of what was paid may be left under an account that holds no lock.
  const accounts = [
    ...new Map([...run.locks, ...run.paid.map(({ account }) => [account.user, account] as const)]).values(),
  ];
  run.locks.clear();
  if (run.status === 'unreachable') return;
  for (const account of accounts) {
    try {
      await run.host.run(
        account.become,
        compileUnlock(setting.identity.run, takePaid(run, account)),
        { frame: () => {} },
        { onBoth: false },
      );
    } catch (error) {
      if (!(error instanceof UnreachableError) && !(error instanceof BrokkrError)) throw error;
    }
  }
}

/** The recap's figures, host by host. */
export function recapOf(runs: Iterable<HostRun>): readonly HostRecap[] {
  return [...runs].map((run) => run.recap());
}
