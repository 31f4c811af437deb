import { UnreachableError } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import type { DecidedTask } from '../plan/decided.ts';
import type { TaskEntry } from '../plan/entries.ts';
import { type Planned, setFacts } from '../plan/pass.ts';
import type { BatchContext } from './batch-context.ts';
import type { TaskStatus } from './events.ts';
import type { HostRun } from './host-run.ts';
import { type FinishedItem, finishIdle, taskResult } from './item-result.ts';
import { noteOwed, payOwed, recordOwed } from './owed.ts';
import { identify, reportTask, statusOf } from './report-task.ts';
import { stepsOf } from './steps.ts';

/**
 * Ends a task whose owed handlers may still have to be recorded on the host. False when the host cannot go on with the
 * plan.
 */
export async function finishTask(
  run: HostRun,
  task: DecidedTask,
  finished: readonly FinishedItem[],
  context: BatchContext,
): Promise<boolean> {
  if (hasChanged(finished)) {
    const handlers = task.notify.flatMap((name) => context.handlersOf(run.name, name));
    const recorded = stepsOf(task, run, context).some((step) => step.owes.length > 0);
    await recordOwed(run, task, handlers, recorded, context);
  }
  return settleTask(run, task, finished, context);
}

/** Keeps a task's result, notifies, tells. False when the host cannot go on with the plan. */
export function settleTask(
  run: HostRun,
  task: DecidedTask,
  finished: readonly FinishedItem[],
  context: BatchContext,
): boolean {
  const { entry } = task;
  const value = taskResult(task, finished);
  register(run, entry, value, context);
  if (task.once) context.onceDone.set(entry.index, value);
  for (const { settled } of finished) {
    setFacts(settled.result.get('ansible_facts'), (name, fact) => context.state.setFact(run.name, name, fact));
  }
  const status = statusOf(finished);
  if (hasChanged(finished)) {
    for (const name of task.notify) run.notified.add(name);
    noteOwed(
      run,
      task,
      task.notify.flatMap((name) => context.handlersOf(run.name, name)),
      context,
    );
  }
  if (entry.isHandler && status !== 'failed') payOwed(run, task, context);
  if (status === 'failed') return fail(run, task, finished, context);
  reportTask(run, task, finished, status, context);
  return true;
}

function hasChanged(finished: readonly FinishedItem[]): boolean {
  return finished.some(({ settled }) => settled.status === 'changed');
}

function fail(run: HostRun, task: DecidedTask, finished: readonly FinishedItem[], context: BatchContext): boolean {
  const { entry } = task;
  const status: TaskStatus = task.ignoreErrors ? 'ignored' : run.blocks.isRescued(entry) ? 'rescued' : 'failed';
  reportTask(run, task, finished, status, context);
  if (status === 'ignored') return true;
  run.known.forget();
  run.position = entry.index + 1;
  run.diverted = true;
  if (run.blocks.fail(entry) === 'out') run.status = 'failed';
  return false;
}

export function register(run: HostRun, entry: TaskEntry, value: Value, context: BatchContext): void {
  if (entry.task.register !== undefined) context.state.register(run.name, entry.task.register, value);
}

export function failBroken(run: HostRun, each: Extract<Planned, { kind: 'broken' }>, context: BatchContext): boolean {
  const { entry, name, error } = each;
  const outcome = {
    verdict: 'failed',
    message: error.message,
    hint: error.hint,
    result: new Map<string, Value>(),
  } as const;
  const task: DecidedTask = {
    entry,
    name,
    items: [{ item: undefined, label: undefined, outcome }],
    looped: false,
    account: { user: run.host.target.user, become: undefined },
    ignoreErrors: false,
    noLog: false,
    notify: [],
    once: false,
    until: undefined,
  };
  return fail(run, task, [finishIdle({ item: undefined, label: undefined, outcome })], context);
}

/** The steps of a task did not run: the connection was lost, the host has moved, another run holds it. */
export function failWithout(run: HostRun, task: DecidedTask, cause: unknown, context: BatchContext): void {
  const unreachable = cause instanceof UnreachableError;
  const status: TaskStatus = unreachable ? 'unreachable' : 'failed';
  run.count(status);
  run.known.forget();
  run.status = unreachable ? 'unreachable' : 'failed';
  const message = cause instanceof Error ? cause.message : 'it was not done, because a step before it had failed';
  const hint = cause instanceof Error && 'hint' in cause && typeof cause.hint === 'string' ? cause.hint : undefined;
  context.identity.emit({
    event: 'task',
    host: run.name,
    task: identify(task.entry, task.name, context),
    status,
    seconds: 0,
    diff: [],
    failure: { message, hint },
  });
}
