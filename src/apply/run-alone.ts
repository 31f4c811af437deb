import type { Value } from '../jinja/value.ts';
import type { DecidedTask } from '../plan/decided.ts';
import { systemClock } from '../poll.ts';
import type { Outcome } from '../shell/action.ts';
import type { BatchContext } from './batch-context.ts';
import { failWithout, finishTask } from './finish-task.ts';
import type { HostRun } from './host-run.ts';
import { type FinishedItem, finishIdle, finishItem } from './item-result.ts';
import { doSteps, wasRefused } from './run-task.ts';
import { applyEffects, itemScope, stepsOf, tellBegun } from './steps.ts';

/**
 * Runs a task whose outcome has to be judged before anything else: it loops, it has conditions of its own, its errors are
 * ignored, or it is tried until something holds. A loop goes on with its other items when one has failed.
 */
export async function runAlone(run: HostRun, task: DecidedTask, context: BatchContext): Promise<boolean> {
  const finished: FinishedItem[] = [];
  try {
    for (const index of task.items.keys()) finished.push(await runItem(run, task, index, context));
  } catch (error) {
    if (!wasRefused(error)) throw error;
    failWithout(run, task, error, context);
    return false;
  }
  return finishTask(run, task, finished, context);
}

async function runItem(run: HostRun, task: DecidedTask, index: number, context: BatchContext): Promise<FinishedItem> {
  const item = task.items[index];
  if (item === undefined) throw new TypeError('an item that is not there');
  const scope = itemScope(run, task, item, context);
  const steps = stepsOf(task, run, context).filter((step) => step.itemIndex === index);
  const attempts = task.until === undefined ? 1 : task.until.retries + 1;
  for (let attempt = 1; ; attempt++) {
    const outcomes: Outcome[] = [];
    await doSteps(run, attempt === 1 ? steps : steps.map((step) => ({ ...step, expectations: [] })), context.identity, {
      begun: tellBegun(run, context),
      ended: (_, outcome) => void outcomes.push(outcome),
    });
    applyEffects(run, task, outcomes);
    const finished = steps.length === 0 ? finishIdle(item) : finishItem(task, item, scope, outcomes);
    const { until, register } = task.entry.task;
    if (until === undefined || task.until === undefined || finished.settled.status === 'skipped') return finished;
    const value = withField(finished.value, 'attempts', attempt);
    const holds = scope
      .within([], new Map<string, Value>(register === undefined ? [] : [[register, value]]))
      .condition(until);
    if (holds) return { ...finished, value };
    if (attempt >= attempts) return exhausted(finished, value, attempt);
    context.identity.emit({
      event: 'progress',
      host: run.name,
      text: `${task.name}: try ${attempt} of ${attempts} did not meet its condition`,
    });
    await systemClock.sleep(task.until.delay * 1000, context.signal);
  }
}

function exhausted(finished: FinishedItem, value: Value, attempts: number): FinishedItem {
  const message = `the condition of until did not hold after ${attempts} tries`;
  return {
    ...finished,
    value: withField(value, 'failed', true),
    settled: { ...finished.settled, status: 'failed', message },
    failure: finished.failure ?? { message },
  };
}

function withField(value: Value, name: string, field: Value): Value {
  return value instanceof Map ? new Map<Value, Value>([...value, [name, field]]) : value;
}
