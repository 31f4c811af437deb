import { acts, type DecidedTask } from '../plan/decided.ts';
import type { Planned } from '../plan/pass.ts';
import type { BatchContext } from './batch-context.ts';
import { failBroken, register } from './finish-task.ts';
import type { HostRun } from './host-run.ts';
import { runAlone } from './run-alone.ts';
import { runGroup } from './run-group.ts';

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
  let group: DecidedTask[] = [];
  for (const each of planned) {
    if (each.entry.index >= limit || run.status !== 'live') break;
    if (each.kind === 'task' && sharesProgram(each.task)) {
      group.push(each.task);
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
  if (!acts(task)) return task.until === undefined;
  const { failedWhen, changedWhen } = task.entry.task;
  if (task.until !== undefined || task.ignoreErrors || failedWhen !== undefined) return false;
  // Whether it owes a handler is known only once it has been judged, and has to be recorded before anything else.
  const isJudged =
    changedWhen !== undefined ||
    task.items.some(({ outcome }) => outcome.verdict === 'change' && outcome.decision.conclude !== undefined);
  return !isJudged || task.notify.length === 0;
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
