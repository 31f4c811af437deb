import { BrokkrError } from '../errors.ts';
import { metaAction } from '../plan/entries.ts';
import { compileTidy, compileUnlock } from '../shell/apply-program.ts';
import type { BatchContext } from './batch-context.ts';
import type { HostRecap } from './events.ts';
import type { HostRun } from './host-run.ts';
import { takePaid } from './owed.ts';
import type { PlannedPlaybook } from './plan-playbook.ts';
import { makeBatch, type PlaybookSetting, type PreparedPlay } from './playbook-run.ts';
import { reportLost, runBatch } from './run-batch.ts';
import { runPlanned } from './run-planned.ts';
import { withAddedHosts } from './selected-hosts.ts';

/**
 * Tells of a playbook of which the plan has found that nothing has to be done: its decisions are taken as they are, and no
 * host is asked again.
 */
export async function reportConverged(
  prepared: readonly PreparedPlay[],
  passes: PlannedPlaybook['passes'],
  setting: PlaybookSetting,
): Promise<void> {
  for (const [index, each] of prepared.entries()) {
    const play = withAddedHosts(each, setting);
    setting.identity.emit({ event: 'play-start', play: play.play.name, hosts: play.hosts, at: play.play.at });
    for (const [at, batch] of play.batches.entries()) {
      const context = makeBatch(play, batch, setting);
      for (const pass of passes[index]?.[at] ?? []) {
        const run = setting.runs.get(pass.host);
        if (run !== undefined) await runPlanned(run, pass.planned, context.entries.length, context);
      }
    }
  }
  // A handler that was owed and had nothing to do any more is paid without a step of its own.
  await Promise.all([...setting.runs.values()].map((run) => unlock(run, setting)));
}

/**
 * Applies the plays in order, batch by batch. A host that fails or is lost takes no part in what comes after; when none is
 * left of a batch, or a failure is everybody's, the run ends. The locks are given back in any case.
 */
export async function applyPlaybook(prepared: readonly PreparedPlay[], setting: PlaybookSetting): Promise<void> {
  const { emit } = setting.identity;
  try {
    for (const each of prepared) {
      const play = withAddedHosts(each, setting);
      await setting.added.open();
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
        const lost = tellLost(batch, context, setting);
        if (lost.some((run) => run.doomed)) return;
        await runBatch(context);
        forgetLocal(setting);
        const took = [...context.runs, ...lost];
        const isOver = took.length > 0 && took.every((run) => run.status !== 'live');
        if (isOver || took.some((run) => run.doomed && run.status !== 'live')) return;
        if (endsPlay(context)) break;
      }
    }
  } finally {
    await Promise.all([...setting.runs.values()].map((run) => unlock(run, setting)));
  }
}

/** What a batch has done on the control machine, the hosts of the next one are to see. */
function forgetLocal({ desk, runs }: PlaybookSetting): void {
  desk.forgetLocal();
  for (const run of runs.values()) run.known.forgetLocal();
}

/** `meta: end_play` ends the batches that have not begun as well. */
function endsPlay(context: BatchContext): boolean {
  return context.entries.some(
    (entry) =>
      entry.kind === 'task' &&
      entry.task.module === 'meta' &&
      metaAction(entry.task) === 'end_play' &&
      context.onceDone.get(entry) === true,
  );
}

/** Hosts that could not be asked when the plan was made fail at the first task that they would have come to. */
function tellLost(batch: readonly string[], context: BatchContext, setting: PlaybookSetting): readonly HostRun[] {
  return batch.flatMap((name) => {
    const run = setting.runs.get(name);
    if (run?.lost === undefined) return [];
    reportLost(run, run.lost, context);
    run.lost = undefined;
    // Its failure is everybody's, and nobody has begun.
    if (run.fatalAt !== undefined) run.doomed = true;
    return [run];
  });
}

/** Gives a host's lock back; a host that is gone gives it back by itself, since its server shell has ended. */
async function unlock(run: HostRun, setting: PlaybookSetting): Promise<void> {
  // A record of what was paid may be left under an account that holds no lock.
  const accounts = [
    ...new Map([...run.locks, ...run.paid.map(({ account }) => [account.user, account] as const)]).values(),
  ];
  const untidy = setting.checkMode ? [] : [...run.untidy.values()].filter(({ user }) => !run.locks.has(user));
  run.locks.clear();
  run.untidy.clear();
  if (run.status === 'unreachable') return;
  const programs = [
    // Nothing had to be changed, so no step has taken the place of what was left.
    ...untidy.map((account) => ({ account, program: compileTidy(setting.identity) })),
    ...accounts.map((account) => {
      const program = compileUnlock(setting.identity.run, takePaid(run, account), run.status === 'live');
      return { account, program };
    }),
  ];
  for (const { account, program } of programs) {
    const give = (): Promise<void> => run.host.run(account.become, program, { frame: () => {} }, { onBoth: false });
    const passOver = (error: unknown): void => {
      if (!(error instanceof BrokkrError)) throw error;
    };
    // The shell may have been killed after it had told its last step. When nobody can be asked any more, the lock goes by itself.
    await give().catch((error: unknown) => {
      passOver(error);
      run.host.disconnect();
      return give().catch(passOver);
    });
  }
}

/** The recap's figures, host by host. */
export function recapOf(runs: Iterable<HostRun>): readonly HostRecap[] {
  return [...runs].map((run) => run.recap());
}
