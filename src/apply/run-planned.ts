import { acts, type DecidedTask } from '../plan/decided.ts';
import type { BlockEndEntry, TaskEntry } from '../plan/entries.ts';
import type { Planned } from '../plan/planned.ts';
import type { BatchContext } from './batch-context.ts';
import { failBroken, register } from './finish-task.ts';
import type { HostRun } from './host-run.ts';
import { takeUp } from './owed.ts';
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
  if (task.until !== undefined || task.open.length > 0) return false;
  if (!acts(task)) return true;
  const { failedWhen, changedWhen, loop } = task.entry.task;
  if (
    task.ignoreErrors ||
    failedWhen !== undefined ||
    changedWhen !== undefined ||
    loop?.pause !== undefined ||
    loop?.breakWhen !== undefined
  )
    return false;
  // Whether it owes a handler is known only once it has been judged, and what is done elsewhere cannot record it here.
  const ownsItsRecord = task.items.every(({ outcome }) => {
    if (outcome.verdict !== 'change') return true;
    const { actions, conclude } = outcome.decision;
    return conclude === undefined && outcome.delegate === undefined && actions.at(-1)?.do !== 'control';
  });
  return ownsItsRecord || task.notify.length === 0;
}

async function runOne(run: HostRun, each: Planned, context: BatchContext): Promise<boolean> {
  switch (each.kind) {
    case 'task':
      return runAlone(run, each.task, context);
    case 'once':
      register(run, each.entry, each.value, context);
      if (each.entry.isHandler) takeUp(run, each.entry.task, context);
      return true;
    case 'broken':
      return failBroken(run, each, context);
    case 'meta':
      return runMeta(run, each.entry, each.action, context);
    case 'unknown':
      throw new TypeError('a task that only a run can decide was to be run');
    case 'mark':
      return each.entry.kind !== 'block-end' || endBlock(run, each.entry);
  }
}

/** `reset_connection` has the host connected to anew; `end_…` takes it to the end of the play, without its handlers. */
function runMeta(run: HostRun, entry: TaskEntry, action: string, context: BatchContext): boolean {
  // Whoever has been put into a group since then is a member only when logged in anew.
  if (action === 'reset_connection') run.host.disconnect();
  const ends = /^end_(play|batch|host)$/.test(action);
  context.onceDone.set(entry, ends);
  if (!ends) return true;
  run.position = context.entries.length;
  run.hasLeft = action === 'end_host';
  run.diverted = true;
  return false;
}

function endBlock(run: HostRun, { block, blocks }: BlockEndEntry): boolean {
  if (run.blocks.end(block, blocks) === 'out') run.status = 'failed';
  else if (!run.blocks.hasFailure) run.doomed = false;
  return run.status === 'live';
}
