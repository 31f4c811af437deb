import { isDict, LazyDict, PyFloat, PyTuple, type Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import type { Diff } from '../modules/module.ts';
import type { DecidedTask } from '../plan/decided.ts';
import type { TaskEntry } from '../plan/entries.ts';
import type { BatchContext } from './batch-context.ts';
import type { Failure, TaskIdentity, TaskStatus } from './events.ts';
import type { HostRun } from './host-run.ts';
import type { FinishedItem } from './item-result.ts';

/** How a task is called in events. */
export function identify(entry: TaskEntry, name: string, context: BatchContext): TaskIdentity {
  return {
    play: context.play,
    task: name,
    module: entry.task.module,
    at: entry.task.at,
    index: context.taskIndex(entry),
  };
}

/** The status of a task from those of its items. */
export function statusOf(finished: readonly FinishedItem[]): 'ok' | 'changed' | 'skipped' | 'failed' {
  const has = (status: string): boolean => finished.some(({ settled }) => settled.status === status);
  if (has('failed')) return 'failed';
  if (has('changed')) return 'changed';
  return finished.every(({ settled }) => settled.status === 'skipped') ? 'skipped' : 'ok';
}

/** Tells that a task has ended on a host, and counts it. */
export function reportTask(
  run: HostRun,
  task: DecidedTask,
  finished: readonly FinishedItem[],
  status: TaskStatus,
  context: BatchContext,
): void {
  run.count(
    status,
    finished.some(({ settled }) => settled.changed),
  );
  const failed = finished.find(({ failure }) => failure !== undefined);
  const value = finished.length === 1 ? finished[0]?.value : finished.map((item) => item.value);
  context.identity.emit({
    event: 'task',
    host: run.name,
    task: identify(task.entry, task.name, context),
    status,
    seconds: finished.reduce((sum, item) => sum + item.seconds, 0),
    diff: task.noLog || task.hidesDiff ? [] : changedDiffs(task, finished),
    items:
      task.looped && !task.noLog
        ? finished.map((item, index) => ({ label: task.items[index]?.label ?? '', status: item.settled.status }))
        : undefined,
    failure: failed?.failure === undefined ? undefined : task.noLog ? hidden(failed.failure) : failed.failure,
    message: task.noLog ? undefined : messageOf(task, finished, status, context),
    result: context.verbosity > 0 && value !== undefined && !task.noLog ? JSON.stringify(toJson(value)) : undefined,
  });
}

/** Tells that a host has come to a task and could not do it. Counted is it by whoever found out. */
export function reportNotDone(
  run: HostRun,
  { entry, name }: Pick<DecidedTask, 'entry' | 'name'>,
  status: TaskStatus,
  failure: Failure,
  context: BatchContext,
): void {
  const task = identify(entry, name, context);
  context.identity.emit({ event: 'task', host: run.name, task, status, seconds: 0, diff: [], failure });
}

function changedDiffs(task: DecidedTask, finished: readonly FinishedItem[]): Diff[] {
  return finished.flatMap(({ settled }, index) => {
    const outcome = task.items[index]?.outcome;
    return settled.status === 'changed' && outcome?.verdict === 'change' ? [...outcome.decision.diff] : [];
  });
}

function hidden(failure: Failure): Failure {
  return { message: 'the output is hidden because no_log is set for this task', rc: failure.rc, hint: failure.hint };
}

/** What is worth a line of its own: why it was skipped, what `debug` says, what a check of the cluster found. */
function messageOf(
  task: DecidedTask,
  finished: readonly FinishedItem[],
  status: TaskStatus,
  context: BatchContext,
): string | undefined {
  if (status === 'skipped') return finished[0]?.settled.message;
  // A failure says for itself what is wrong.
  if (finished.some(({ failure }) => failure !== undefined)) return undefined;
  const module = context.moduleOf(task.entry.task.module);
  if (module.name !== 'debug' && module.collection !== 'brokkr') return undefined;
  const texts = finished.flatMap(({ settled }) => {
    const message = settled.result.get('msg');
    if (message !== undefined) return [typeof message === 'string' ? message : toText(message)];
    if (module.name !== 'debug') return [];
    return [...settled.result].map(([name, value]) => `${name}: ${toText(value)}`);
  });
  return texts.length === 0 ? undefined : texts.join('\n');
}

/** A value as JSON, for events. */
function toJson(value: Value): unknown {
  if (value instanceof PyFloat) return value.value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof PyTuple) return value.items.map(toJson);
  if (Array.isArray(value)) return value.map(toJson);
  if (isDict(value) && !(value instanceof LazyDict))
    return Object.fromEntries([...value].map(([key, item]) => [toText(key), toJson(item)]));
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value;
  return toText(value);
}
