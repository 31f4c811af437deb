import type { BrokkrError } from '../errors.ts';
import { acts, type DecidedTask } from '../plan/decided.ts';
import type { HostPass, Planned } from '../plan/pass.ts';
import type { BatchContext } from './batch-context.ts';
import type { HostRun } from './host-run.ts';
import { forEachLimited, planWithAnswers, trialPass } from './plan-batch.ts';
import { owedHandlers } from './playbook-run.ts';
import { identify } from './report-task.ts';
import { findRollers, roll } from './roll.ts';
import { runPlanned } from './run-planned.ts';

/**
 * Runs a play on a batch of hosts, in waves:
 * 1. decide for every host as many tasks as can be decided, asking what has to be asked;
 * 2. find the first task that acts on some host and that another host could notice: the barrier;
 * 3. let every host do what stands before it, at its own pace;
 * 4. when all have come there, do the barrier on the hosts that need it: together, or where it would take a running server
 *    of a cluster down, one after the other through the cluster's gate;
 * 5. forget what the barrier may have changed elsewhere, and begin again.
 * A batch on which nothing has to be done is one wave that runs nothing.
 */
export async function runBatch(context: BatchContext): Promise<void> {
  const end = context.entries.length;
  for (;;) {
    if (context.stopRequested()) return;
    const passes = await planWithAnswers(context.runs, (live) => passOver(live, context), {
      desk: context.desk,
      emit: context.identity.emit,
      forks: context.forks,
      lost: (run, error) => reportLost(run, error, context),
    });
    const live = context.runs.filter((run) => run.status === 'live' && run.position < end);
    if (live.length === 0 || passes.length === 0) return;
    const planOf = new Map(passes.map((pass) => [pass.host, pass]));
    const barrier = Math.min(end, ...passes.map((pass) => firstBarrier(pass.planned, context)));
    const upTo = (limit: number) => (run: HostRun) => advance(run, planOf.get(run.name), limit, context);
    // With one host, nobody else can notice: what stands before the barrier and the barrier itself go together.
    const isAlone = live.length === 1 && findRollers(live, barrier, planOf, context).length === 0;
    await forEachLimited(live, context.forks, upTo(isAlone ? barrier + 1 : barrier));
    const ready = live.filter((run) => run.status === 'live');
    if (!isAlone && barrier < end && ready.every((run) => run.position >= barrier)) {
      const rollers = findRollers(ready, barrier, planOf, context);
      const others = ready.filter((run) => !rollers.some((roller) => roller.run === run));
      await forEachLimited(others, context.forks, upTo(barrier + 1));
      for (const cluster of new Set(rollers.map((roller) => roller.cluster))) {
        await roll(
          rollers.filter((roller) => roller.cluster === cluster),
          upTo(barrier + 1),
          context,
        );
      }
    }
    if (barrier < end) forgetVolatile(context);
    if (endsPlay(context)) return;
  }
}

function passOver(live: readonly HostRun[], context: BatchContext): readonly HostPass[] {
  const situations = live
    .filter((run) => run.position < context.entries.length)
    .map((run) => run.situation(owedHandlers(run, context)));
  return trialPass(situations, { ...context.setting, mode: 'apply', onceDone: context.onceDone }, context.state);
}

/** The index of the first task that acts and that another host could notice. */
function firstBarrier(planned: readonly Planned[], context: BatchContext): number {
  const found = planned.find(
    (each) => each.kind === 'task' && acts(each.task) && context.moduleOf(each.entry.task.module).noticedByOthers,
  );
  return found?.entry.index ?? Number.POSITIVE_INFINITY;
}

/** Does a host's plan up to `limit`, and moves it there. */
async function advance(run: HostRun, pass: HostPass | undefined, limit: number, context: BatchContext): Promise<void> {
  if (pass === undefined || run.position >= limit) return;
  const from = run.position;
  await runPlanned(
    run,
    pass.planned.filter((each) => each.entry.index >= from),
    limit,
    context,
  );
  if (run.status !== 'live') return;
  const reached = Math.min(limit, pass.stoppedAt ?? context.entries.length);
  // A host that failed inside a block, or whose play has ended, stands where that left it.
  if (run.diverted) run.diverted = false;
  else run.position = Math.max(run.position, reached);
}

function forgetVolatile(context: BatchContext): void {
  context.desk.forgetVolatile();
  for (const run of context.runs) run.known.forgetVolatile();
}

/** Ansible's rules: any failure with `any_errors_fatal`, or more than the given percentage of the batch. */
function endsPlay(context: BatchContext): boolean {
  const failed = context.runs.filter((run) => run.status !== 'live').length;
  if (failed === 0) return false;
  if (failed === context.runs.length) return true;
  const tooMany =
    context.maxFailPercentage !== undefined && (failed / context.runs.length) * 100 > context.maxFailPercentage;
  if (!context.anyErrorsFatal && !tooMany) return false;
  for (const run of context.runs) if (run.status === 'live') run.ended = true;
  return true;
}

/** A host was lost while it was asked: told with the task that it came to. */
function reportLost(run: HostRun, error: BrokkrError, context: BatchContext): void {
  const entry = context.entries.find((each) => each.kind === 'task' && each.index >= run.position);
  const status = run.status === 'unreachable' ? 'unreachable' : 'failed';
  run.count(status);
  if (entry?.kind !== 'task') return;
  const task: Pick<DecidedTask, 'entry' | 'name'> = { entry, name: textOf(entry.task.name) ?? entry.task.module };
  context.identity.emit({
    event: 'task',
    host: run.name,
    task: identify(task.entry, task.name, context),
    status,
    seconds: 0,
    diff: [],
    failure: { message: error.message, hint: error.hint },
  });
}

function textOf(node: { readonly kind: string; readonly value?: unknown } | undefined): string | undefined {
  return node?.kind === 'scalar' ? String(node.value) : undefined;
}
