import { acts, failsOutright, isDelegated } from '../plan/decided.ts';
import { inherited, mayBeLost, type TaskEntry } from '../plan/entries.ts';
import { flag } from '../plan/keyword-value.ts';
import type { HostPass, Planned } from '../plan/planned.ts';
import type { BatchContext } from './batch-context.ts';
import { failStuck } from './fail-stuck.ts';
import type { HostRun } from './host-run.ts';
import { planWithAnswers, trialPass } from './plan-batch.ts';
import { owedHandlers } from './playbook-run.ts';
import { reportNotDone } from './report-task.ts';
import { findRollers, roll } from './roll.ts';
import { runPlanned } from './run-planned.ts';
import { forEachHost } from './slow-hosts.ts';

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
  for (;;) {
    if (context.stopRequested()) return;
    const passes = await planWithAnswers(context.runs, (live) => passOver(live, context), {
      desk: context.desk,
      emit: context.identity.emit,
      forks: context.forks,
      runOf: context.runOf,
      openAdded: context.openAdded,
      goesOn: (run) => mayBeLost(context.entries, run.position),
      lost: (run, error) => {
        run.count(lostStatus(run));
        reportLost(run, error, context);
      },
    });
    // The list has grown by what was included.
    const end = context.entries.length;
    const live = context.runs.filter((run) => run.status === 'live' && run.position < end);
    shareFailures(context);
    if (live.length === 0 || passes.length === 0) return;
    const planOf = new Map(passes.map((pass) => [pass.host, pass]));
    const barrier = Math.min(end, ...passes.map((pass) => firstBarrier(pass.planned, context)));
    const upTo = (limit: number) => (run: HostRun) => advance(run, planOf.get(run.name), limit, context);
    const before = standing(context);
    // With one host, nobody else can notice: what stands before the barrier and the barrier itself go together.
    const isAlone = live.length === 1 && findRollers(live, barrier, planOf, context).length === 0;
    const { emit } = context.identity;
    await forEachHost(live, context.forks, upTo(isAlone ? barrier + 1 : barrier), emit);
    const ready = live.filter((run) => run.status === 'live');
    if (!isAlone && barrier < end && ready.every((run) => run.position >= barrier)) {
      const rollers = findRollers(ready, barrier, planOf, context);
      const others = ready.filter((run) => !rollers.some((roller) => roller.run === run));
      await forEachHost(others, throttleAt(barrier, passes, context), upTo(barrier + 1), emit);
      for (const cluster of new Set(rollers.map((roller) => roller.cluster))) {
        await roll(
          rollers.filter((roller) => roller.cluster === cluster),
          upTo(barrier + 1),
          context,
        );
      }
    }
    if (barrier < end) forget(barrier, passes, context);
    shareFailures(context);
    if (context.runs.every((run) => run.status !== 'live')) return;
    // A roll that has begun nothing, as asked, leaves everybody where they were.
    if (context.stopRequested()) return;
    if (standing(context) === before) await failStuck(passes, context);
  }
}

/** Where the hosts stand: a wave that leaves it as it was would be followed by the same one for ever. */
function standing(context: BatchContext): string {
  return context.runs.map((run) => `${run.name} ${run.status} ${run.position}`).join(', ');
}

function passOver(live: readonly HostRun[], context: BatchContext): readonly HostPass[] {
  // Hosts may have failed or left since variables were last looked up.
  context.state.factsChanged();
  const situations = live
    .filter((run) => run.position < context.entries.length)
    .map((run) => run.situation(owedHandlers(run, context)));
  return trialPass(situations, { ...context.setting, mode: 'apply', onceDone: context.onceDone }, context.state);
}

/** The index of the first task that all hosts of the batch have to come to before any of them does it. */
function firstBarrier(planned: readonly Planned[], context: BatchContext): number {
  return planned.find((each) => isBarrier(each, context))?.entry.index ?? Number.POSITIVE_INFINITY;
}

/** Another host could notice it, it is done for all or by a few at a time, or its failure would be everybody's. */
function isBarrier(each: Planned, context: BatchContext): boolean {
  const isCounted = context.maxFailPercentage !== undefined;
  if (each.kind === 'broken') return each.fatal || isCounted;
  if (each.kind !== 'task') return false;
  const { task } = each;
  const isWatched = isCounted || task.fatal;
  if (!acts(task)) return isWatched && failsOutright(task);
  return (
    isWatched ||
    task.once ||
    task.throttle > 0 ||
    isDelegated(task) ||
    context.moduleOf(task.entry.task.module).noticedByOthers
  );
}

/** How many hosts may do the barrier at a time. */
function throttleAt(barrier: number, passes: readonly HostPass[], context: BatchContext): number {
  const limits = passes.flatMap(({ planned }) =>
    planned.flatMap((each) =>
      each.kind === 'task' && each.entry.index === barrier && each.task.throttle > 0 ? [each.task.throttle] : [],
    ),
  );
  // Decided one after the other, each as the ones before it leave that host.
  const isShared = passes.some(({ planned }) =>
    planned.some((each) => each.kind === 'task' && each.entry.index === barrier && isDelegated(each.task)),
  );
  return isShared ? 1 : Math.min(context.forks, ...limits);
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

/** A barrier may have changed ports and clusters; one that is done once for all, files that the others see as well. */
function forget(barrier: number, passes: readonly HostPass[], context: BatchContext): void {
  context.desk.forgetVolatile();
  const isShared = passes.some(({ planned }) =>
    planned.some(
      (each) =>
        each.entry.index === barrier &&
        each.kind === 'task' &&
        each.task.once &&
        context.moduleOf(each.entry.task.module).oncePerBatch !== true,
    ),
  );
  for (const run of context.runs) {
    if (isShared) run.known.forget();
    else run.known.forgetVolatile();
  }
}

/**
 * Ansible's rules: where `any_errors_fatal` holds, or a task is done once for all, a failure is that of every host of the
 * batch, which go on only with what their blocks still have to do about it; and more failed hosts than
 * `max_fail_percentage` end the play.
 */
function shareFailures(context: BatchContext): void {
  const entry = context.runs.find((run) => run.fatalAt !== undefined)?.fatalAt;
  if (entry !== undefined) {
    for (const run of context.runs) {
      const failedItself = run.fatalAt === entry;
      run.fatalAt = undefined;
      if (failedItself) run.doomed = true;
      else if (run.status === 'live' && run.position <= entry.index + 1 && !run.blocks.skips(entry)) {
        run.doomed = true;
        run.position = entry.index + 1;
        if (run.blocks.fail(entry) === 'out') run.status = 'failed';
      }
    }
  }
  const failed = context.runs.filter((run) => run.status !== 'live').length;
  const { maxFailPercentage: most } = context;
  if (most === undefined || (failed / context.runs.length) * 100 <= most) return;
  for (const run of context.runs) {
    run.doomed = true;
    if (run.status === 'live') run.status = 'failed';
  }
}

/** A host was lost while it was asked: told with the task that it came to. Counted is it by whoever lost it. */
export function reportLost(run: HostRun, error: NonNullable<HostRun['lost']>, context: BatchContext): void {
  const entry = context.entries.find((each) => each.kind === 'task' && each.index >= run.position);
  if (entry?.kind !== 'task') return;
  if (isFatal(entry, run, context)) run.fatalAt = entry;
  const name = textOf(entry.task.name) ?? entry.task.module;
  reportNotDone(run, { entry, name }, lostStatus(run), { message: error.message, hint: error.hint }, context);
}

/** How a host that could not be asked counts. */
export function lostStatus(run: HostRun): 'unreachable' | 'failed' {
  return run.status === 'unreachable' ? 'unreachable' : 'failed';
}

function isFatal(entry: TaskEntry, run: HostRun, context: BatchContext): boolean {
  try {
    return flag(inherited(entry, 'anyErrorsFatal'), context.scopeOf(run.name));
  } catch {
    return false;
  }
}

function textOf(node: { readonly kind: string; readonly value?: unknown } | undefined): string | undefined {
  return node?.kind === 'scalar' ? String(node.value) : undefined;
}
