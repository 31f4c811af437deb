import { UnreachableError } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import { brokenResult } from '../plan/broken.ts';
import { idleTask } from '../plan/decide-task.ts';
import { type DecidedTask, placementsOf, rolesOf, writtenFile } from '../plan/decided.ts';
import { inherited, isRescued, mayDelegateFacts, type TaskEntry } from '../plan/entries.ts';
import { failedTaskFacts, gatheredBy, setFactsOf, setTaskFacts } from '../plan/facts.ts';
import { flag } from '../plan/keyword-value.ts';
import type { Planned } from '../plan/planned.ts';
import type { BatchContext } from './batch-context.ts';
import type { TaskStatus } from './events.ts';
import type { HostRun } from './host-run.ts';
import { type FinishedItem, finishIdle, taskResult } from './item-result.ts';
import { noteOwed, payOwed, recordOwed, takeBack, takeUp } from './owed.ts';
import { reportNotDone, reportTask, statusOf } from './report-task.ts';

/**
 * Ends a task that was judged after its steps. False when the host cannot go on with the plan.
 * @param isRecorded what it owes if it has changed anything is recorded on the host
 */
export async function finishTask(
  run: HostRun,
  task: DecidedTask,
  finished: readonly FinishedItem[],
  isRecorded: boolean,
  context: BatchContext,
): Promise<boolean> {
  if (!hasChanged(finished)) takeBack(run, task, context);
  else if (!isRecorded) await recordOwed(run, task, context);
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
  if (entry.task.module === 'include_role') context.state.useRoles(rolesOf(task.includes));
  context.state.gather(gatheredBy(task, run.name));
  setTaskFacts(task, value, run.name, (host, name, fact) => context.state.setFact(host, name, fact));
  registerResult(run, entry, value, context);
  if (task.variables.length > 0) context.state.include(run.name, task.variables);
  const placements = placementsOf(task);
  if (placements.length > 0) context.state.place(placements);
  for (const [index, block] of task.includes.entries()) {
    run.blocks.enter(block);
    // Ansible counts everything that is included.
    if (index > 0) run.count('ok');
  }
  if (task.once) context.onceDone.set(entry, value);
  const status = statusOf(finished);
  if (entry.isHandler) takeUp(run, entry.task, context);
  // Also when an item of a loop has failed: what the others have changed would not be found changed again.
  if (hasChanged(finished)) {
    for (const handler of task.notify) {
      run.notified.add(handler.task);
      const causes = run.causes.get(handler.task) ?? new Set();
      run.causes.set(handler.task, causes);
      for (const cause of causesOf(task, finished)) causes.add(cause);
    }
    noteOwed(run, task, context);
  }
  if (entry.isHandler && status !== 'failed') payOwed(run, task, context);
  if (status === 'failed') return fail(run, task, finished, value, context);
  reportTask(run, task, finished, status, context);
  return goOnWithout(run, task, finished);
}

/** The files that the items which have changed something were about; `undefined` for what is no file. */
function causesOf(task: DecidedTask, finished: readonly FinishedItem[]): readonly (string | undefined)[] {
  return task.items.flatMap(({ outcome }, index) => {
    if (finished[index]?.settled.status !== 'changed') return [];
    if (outcome.verdict !== 'change') return [undefined];
    return outcome.decision.actions.map(writtenFile);
  });
}

function hasChanged(finished: readonly FinishedItem[]): boolean {
  return finished.some(({ settled }) => settled.status === 'changed');
}

function fail(
  run: HostRun,
  task: DecidedTask,
  finished: readonly FinishedItem[],
  value: Value,
  context: BatchContext,
): boolean {
  const { entry } = task;
  const isHeld = isRescued(entry);
  const status: TaskStatus = task.ignoreErrors ? 'ignored' : isHeld ? 'rescued' : 'failed';
  reportTask(run, task, finished, status, context);
  if (status === 'ignored') return goOnWithout(run, task, finished);
  if (isHeld)
    for (const [name, fact] of failedTaskFacts(entry, task.name, value)) context.state.setFact(run.name, name, fact);
  decideAnew(run, entry);
  if (task.fatal) run.fatalAt = entry;
  if (run.blocks.fail(entry) === 'out') run.status = 'failed';
  return false;
}

/**
 * A task that goes on although not all of it was done: its failure is ignored, or `failed_when` says that it is none. The
 * tasks after it were decided as if it had been done: false, so that they are decided again, where a plan knows what its
 * actions would have left.
 */
function goOnWithout(run: HostRun, { entry, items }: DecidedTask, finished: readonly FinishedItem[]): boolean {
  const isMissed = items.some(
    ({ outcome }, index) =>
      outcome.verdict === 'change' &&
      (finished[index]?.settled.status === 'failed' || finished[index]?.missed === true) &&
      outcome.decision.actions.some((action) => !['run', 'wait', 'control'].includes(action.do)),
  );
  if (!isMissed) return true;
  decideAnew(run, entry);
  return false;
}

/** What comes after the task is decided again, of the host as it is then. */
function decideAnew(run: HostRun, { index }: TaskEntry): void {
  run.known.forget();
  run.position = index + 1;
  run.diverted = true;
}

/** Keeps a result under the name that the task registers, and the facts that it sets. */
export function register(run: HostRun, entry: TaskEntry, value: Value, context: BatchContext): void {
  // With delegate_facts they are another host's, who has them from the host that did the task.
  if (!mayDelegateFacts(entry)) setFactsOf(value, (name, fact) => context.state.setFact(run.name, name, fact));
  registerResult(run, entry, value, context);
}

function registerResult(run: HostRun, { task }: TaskEntry, value: Value, context: BatchContext): void {
  if (task.register !== undefined) context.state.register(run.name, task.register, value);
}

/** Ends a task that could not be decided because something of it is wrong. */
export function failBroken(run: HostRun, each: Extract<Planned, { kind: 'broken' }>, context: BatchContext): boolean {
  const { entry, name, error, ignoreErrors, noLog, fatal } = each;
  if (error instanceof UnreachableError) {
    failWithout(run, each, error, context);
    return false;
  }
  const outcome = { verdict: 'failed', message: error.message, hint: error.hint, result: new Map() } as const;
  const item = { item: undefined, label: undefined, outcome };
  const account = { user: run.host.target.user, become: undefined };
  const task: DecidedTask = { ...idleTask(entry, name, item, account), ignoreErrors, noLog, fatal };
  return settleTask(run, task, [finishIdle(item)], context);
}

/** A task whose steps did not run, as far as its end has to be told. */
interface Unfinished {
  readonly entry: TaskEntry;
  readonly name: string;
  readonly fatal: boolean;
}

/**
 * The steps of a task did not run: the connection was lost, the host has moved, another run holds it. With
 * `ignore_unreachable` a host that was lost goes on with its next task, which tries to reach it again.
 */
export function failWithout(run: HostRun, task: Unfinished, cause: unknown, context: BatchContext): void {
  const { entry } = task;
  const lost = cause instanceof UnreachableError ? cause : undefined;
  run.known.forget();
  if (lost !== undefined && !task.fatal && ignoresLost(run, entry, context)) {
    run.status = 'live';
    run.position = entry.index + 1;
    run.diverted = true;
    const away = context.runOf(lost.host) ?? run;
    away.known.lost = undefined;
    away.host.disconnect();
    const scope = context.scopeOf(run.name);
    registerResult(run, entry, brokenResult(lost, entry, scope), context);
    if (entry.isHandler) takeUp(run, entry.task, context);
    tellWithout(run, task, 'ignored', lost, context);
    return;
  }
  run.status = lost === undefined ? 'failed' : 'unreachable';
  if (task.fatal) run.fatalAt = entry;
  tellWithout(run, task, run.status, cause, context);
}

function ignoresLost(run: HostRun, entry: TaskEntry, context: BatchContext): boolean {
  const node = inherited(entry, 'ignoreUnreachable');
  return node !== undefined && flag(node, context.scopeOf(run.name).at(entry.lineage));
}

function tellWithout(run: HostRun, task: Unfinished, status: TaskStatus, cause: unknown, context: BatchContext): void {
  run.count(status);
  const message = cause instanceof Error ? cause.message : 'it was not done, because a step before it had failed';
  const hint = cause instanceof Error && 'hint' in cause && typeof cause.hint === 'string' ? cause.hint : undefined;
  reportNotDone(run, task, status, { message, hint }, context);
}
