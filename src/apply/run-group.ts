import type { DecidedTask } from '../plan/decided.ts';
import type { Outcome } from '../shell/action.ts';
import type { BatchContext } from './batch-context.ts';
import { failWithout, settleTask } from './finish-task.ts';
import type { HostRun } from './host-run.ts';
import { finishIdle, finishItem } from './item-result.ts';
import { doSteps, type PlannedStep, wasRefused } from './run-task.ts';
import { applyEffects, itemScope, stepsOf, tellBegun } from './steps.ts';

/** A task of a group, with what came of its items so far. */
class Progress {
  readonly task: DecidedTask;
  readonly outcomes: readonly Outcome[][];

  constructor(task: DecidedTask) {
    this.task = task;
    this.outcomes = task.items.map(() => []);
  }

  /** An item is over when all its actions have been done, or one has failed. */
  isOver(index: number): boolean {
    const outcome = this.task.items[index]?.outcome;
    if (outcome?.verdict !== 'change') return true;
    const outcomes = this.outcomes[index] ?? [];
    return outcomes.length === outcome.decision.actions.length || outcomes.some(({ rc }) => rc !== 0);
  }

  get isComplete(): boolean {
    return this.task.items.every((_, index) => this.isOver(index));
  }

  get hasFailed(): boolean {
    return this.outcomes.some((outcomes) => outcomes.some(({ rc }) => rc !== 0));
  }
}

/**
 * Runs tasks that share programs, and ends each as soon as its last step has ended. A loop goes on with its other items
 * when one has failed; the tasks after it are not begun. False when the plan cannot be followed further.
 */
export async function runGroup(run: HostRun, tasks: readonly DecidedTask[], context: BatchContext): Promise<boolean> {
  const queue = tasks.map((task) => new Progress(task));
  const byTask = new Map(queue.map((each) => [each.task, each]));
  let isStopped = !settleReady(run, queue, context);
  while (!isStopped && queue[0] !== undefined) {
    const steps = remaining(queue, run, context);
    try {
      await doSteps(run, steps, context.identity, {
        begun: tellBegun(run, context),
        ended(step, outcome) {
          byTask.get(step.task)?.outcomes[step.itemIndex]?.push(outcome);
          // What a failure means is decided when its program has ended.
          if (outcome.rc === 0 && !isStopped) isStopped = !settleReady(run, queue, context);
        },
      });
    } catch (error) {
      if (!wasRefused(error)) throw error;
      const next = queue[0];
      if (next !== undefined) failWithout(run, next.task, error, context);
      return false;
    }
    if (!isStopped) isStopped = !settleReady(run, queue, context);
  }
  return !isStopped;
}

/** Ends the tasks at the head of the queue that are complete. False when one has failed. */
function settleReady(run: HostRun, queue: Progress[], context: BatchContext): boolean {
  for (let each = queue[0]; each?.isComplete === true; each = queue[0]) {
    queue.shift();
    const { task, outcomes } = each;
    const finished = task.items.map((item, index) =>
      item.outcome.verdict === 'change'
        ? finishItem(task, item, itemScope(run, task, index, context), outcomes[index] ?? [])
        : finishIdle(item),
    );
    applyEffects(run, task.items, outcomes.flat(), context);
    if (!settleTask(run, task, finished, context)) return false;
    run.position = task.entry.index + 1;
  }
  return true;
}

/** The steps that are still to be done: those of one task only when one of its items has failed. */
function remaining(queue: readonly Progress[], run: HostRun, context: BatchContext): PlannedStep[] {
  const [first] = queue;
  const open = first?.hasFailed === true ? [first] : queue;
  return open.flatMap((each) => stepsOf(each.task, run, context).filter((step) => !each.isOver(step.itemIndex)));
}
