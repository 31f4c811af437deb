import { acts, type DecidedTask } from '../plan/decided.ts';
import type { Planned } from '../plan/pass.ts';
import type { Outcome } from '../shell/action.ts';
import type { BatchContext } from './batch-context.ts';
import { failBroken, failWithout, finishTask, register } from './finish-task.ts';
import type { HostRun } from './host-run.ts';
import { runAlone } from './run-alone.ts';
import { doSteps, finishIdle, finishItem, wasRefused } from './run-task.ts';
import { applyEffects, begun, itemScope, stepsOf } from './steps.ts';

/**
 * Does what was planned for a host, up to (not including) the entry `limit`, and tells how each task ended. A task that
 * fails leaves the rest of the plan: the host goes on where its blocks say, or has failed.
 */
export async function runPlanned(
  run: HostRun,
  planned: readonly Planned[],
  limit: number,
  context: BatchContext,
): Promise<void> {
  let group: Extract<Planned, { kind: 'task' }>[] = [];
  for (const each of planned) {
    if (each.entry.index >= limit || run.status !== 'live') break;
    if (each.kind === 'task' && sharesProgram(each.task)) {
      group.push(each);
      continue;
    }
    if (!(await runGroup(run, group, context))) return;
    group = [];
    if (!(await runOne(run, each, context))) return;
    run.position = each.entry.index + 1;
  }
  if (run.status === 'live') await runGroup(run, group, context);
}

/** Neighbours whose outcome needs no judgement before the next one may run go in one program. */
function sharesProgram(task: DecidedTask): boolean {
  const { failedWhen, changedWhen } = task.entry.task;
  return (
    !task.looped &&
    task.until === undefined &&
    (!acts(task) ||
      (!task.ignoreErrors && failedWhen === undefined && (changedWhen === undefined || task.notify.length === 0)))
  );
}

async function runOne(run: HostRun, each: Planned, context: BatchContext): Promise<boolean> {
  switch (each.kind) {
    case 'task':
      return runAlone(run, each.task, context);
    case 'once': {
      const value = context.onceDone.get(each.entry.index);
      if (value !== undefined) register(run, each.entry, value, context);
      return true;
    }
    case 'broken':
      return failBroken(run, each, context);
    case 'meta':
      if (!/^end_(play|batch|host)$/.test(each.action)) return true;
      run.position = context.entries.length;
      run.diverted = true;
      return false;
    case 'unknown':
      throw new TypeError('a task that only a run can decide was to be run');
    case 'mark':
      if (each.entry.kind === 'flush-end') run.notified.clear();
      else if (each.entry.kind === 'block-end' && run.blocks.end(each.entry.block, each.entry.blocks) === 'out')
        run.status = 'failed';
      return run.status === 'live';
  }
}

/** Runs tasks that share programs, and ends each. False when the plan cannot be followed further. */
async function runGroup(
  run: HostRun,
  group: readonly Extract<Planned, { kind: 'task' }>[],
  context: BatchContext,
): Promise<boolean> {
  const steps = group.flatMap(({ task }) => stepsOf(task, run, context));
  let outcomes: Outcome[] = [];
  let lost: unknown;
  try {
    outcomes = steps.length === 0 ? [] : await doSteps(run, steps, context.identity, begun(run, context));
  } catch (error) {
    if (!wasRefused(error)) throw error;
    lost = error;
  }
  let next = 0;
  for (const { task, entry } of group) {
    const count = stepsOf(task, run, context).length;
    const mine = outcomes.slice(next, next + count);
    next += count;
    if (count > 0 && mine.length === 0) {
      failWithout(run, task, lost, context);
      return false;
    }
    const finished = task.items.map((item) =>
      item.outcome.verdict === 'change'
        ? finishItem(task, item, itemScope(run, task, item, context), mine)
        : finishIdle(item),
    );
    applyEffects(run, task, mine);
    if (!(await finishTask(run, task, finished, context))) return false;
    run.position = entry.index + 1;
  }
  return true;
}
