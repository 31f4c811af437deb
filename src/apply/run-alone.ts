import { BrokkrError } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import { acts, type DecidedTask, isDelegated } from '../plan/decided.ts';
import { number } from '../plan/keyword-value.ts';
import { endsLoop, trialHolds } from '../plan/trial.ts';
import { systemClock } from '../poll.ts';
import type { Outcome } from '../shell/action.ts';
import type { BatchContext } from './batch-context.ts';
import { decideAgain, decideOpen } from './decide-again.ts';
import { failWithout, finishTask } from './finish-task.ts';
import type { HostRun } from './host-run.ts';
import { type FinishedItem, finishIdle, finishItem } from './item-result.ts';
import { recordOwed } from './owed.ts';
import { doSteps, StoppedError, wasRefused } from './run-task.ts';
import { applyEffects, itemScope, stepsOf, tellBegun } from './steps.ts';
import { withAnswers } from './with-answers.ts';

/**
 * Runs a task whose outcome has to be judged before anything else: it has conditions of its own, its errors are ignored, it is
 * tried until something holds, or its loop is decided item by item. A loop goes on with its other items when one has failed.
 */
export async function runAlone(run: HostRun, planned: DecidedTask, context: BatchContext): Promise<boolean> {
  let task = planned;
  const finished: FinishedItem[] = [];
  try {
    // Its steps are another host's. Were the run cut off between its change and the record here, nobody would know of it.
    const isElsewhere = isDelegated(task) && acts(task);
    if (isElsewhere) await recordOwed(run, task, context);
    let isRecorded = isElsewhere;
    for (let index = 0; index < task.items.length + task.open.length; index++) {
      if (index > 0) await pause(run, task, index, context);
      if (index === task.items.length) task = await decideOpen(run, task, context);
      const item = await (task.until === undefined ? runItem : runTrials)(run, task, index, context);
      const { ends, ...last } = await endOf(run, task, index, item, context);
      finished.push(last);
      // A step that has failed by itself takes its record back.
      isRecorded ||= item.recorded === true;
      if (ends) break;
    }
    const items = task.items.slice(0, finished.length);
    const owed = [...run.owed];
    const goesOn = await finishTask(run, { ...task, items, open: [] }, finished, isRecorded, context);
    // None of the steps was known to be the last one, which removes the record.
    if (planned.open.length > 0)
      for (const [handler, account] of owed) if (!run.owed.has(handler)) run.paid.push({ handler, account });
    return goesOn;
  } catch (error) {
    if (!wasRefused(error)) throw error;
    failWithout(run, task, error, context);
    return false;
  }
}

/** `loop_control.break_when`: whether a loop ends with an item. A condition that cannot be told has failed, and ends it. */
async function endOf(run: HostRun, task: DecidedTask, index: number, item: FinishedItem, context: BatchContext) {
  if (task.entry.task.loop?.breakWhen === undefined) return { ...item, ends: false };
  const scope = itemScope(run, task, index, context);
  try {
    return { ...item, ends: await withAnswers(run, context, () => endsLoop(task.entry.task, scope, item.value)) };
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    const { message } = error;
    const value = withField(withField(item.value, 'failed', true), 'msg', message);
    const settled = { ...item.settled, status: 'failed', message } as const;
    return { ...item, value, settled, failure: { message }, ends: true };
  }
}

/** `loop_control.pause`: between items that do something, or may come to. */
async function pause(run: HostRun, task: DecidedTask, index: number, context: BatchContext): Promise<void> {
  const node = task.entry.task.loop?.pause;
  const outcome = task.items[index]?.outcome;
  if (node === undefined || (outcome !== undefined && outcome.verdict !== 'change')) return;
  await systemClock.sleep(number(node, itemScope(run, task, index, context), 0) * 1000, context.signal);
}

async function runItem(run: HostRun, task: DecidedTask, index: number, context: BatchContext): Promise<FinishedItem> {
  const item = task.items[index];
  if (item === undefined) throw new TypeError('an item that is not there');
  const steps = stepsOf(task, run, context).filter((step) => step.itemIndex === index);
  if (steps.length === 0) return finishIdle(item);
  const outcomes: Outcome[] = [];
  await doSteps(run, steps, context.identity, {
    begun: tellBegun(run, context),
    ended: (_, outcome) => void outcomes.push(outcome),
  });
  applyEffects(run, [item], outcomes, context);
  const recorded = outcomes.some(({ rc }, at) => rc === 0 && (steps[at]?.owes.length ?? 0) > 0);
  return withAnswers(run, context, () => ({
    ...finishItem(task, item, itemScope(run, task, index, context), outcomes),
    recorded,
  }));
}

/** Tries an item until its condition holds. Before each new try the host is asked again what the task needs to know. */
async function runTrials(run: HostRun, task: DecidedTask, index: number, context: BatchContext): Promise<FinishedItem> {
  const { retries, delay } = task.until ?? { retries: 0, delay: 0 };
  let decided = task;
  for (let attempt = 1; ; attempt++) {
    const finished = await runItem(run, decided, index, context);
    if (finished.settled.status === 'skipped') return finished;
    const failed = finished.settled.status === 'failed';
    const value = withField(finished.value, 'attempts', attempt);
    const scope = itemScope(run, decided, index, context);
    if (await withAnswers(run, context, () => trialHolds(task, scope, value, failed))) return { ...finished, value };
    if (attempt > retries) return exhausted(finished, attempt, task.entry.task.failedWhen !== undefined);
    context.identity.emit({
      event: 'progress',
      host: run.name,
      text: `${task.name}: try ${attempt} of ${retries + 1} did not meet its condition`,
    });
    await systemClock.sleep(delay * 1000, context.signal);
    if (context.stopRequested())
      throw new StoppedError(`stopped on ${run.name} after try ${attempt} of ${retries + 1}`);
    decided = await decideAgain(run, task, index, context);
  }
}

/**
 * As Ansible has it, `attempts` is then the number of retries: the first try is not counted. The result says that it has
 * failed; whether the task has is what its `failed_when` says, when it has one.
 */
function exhausted(finished: FinishedItem, attempts: number, isJudged: boolean): FinishedItem {
  const message = `the condition of until did not hold after ${attempts} tries`;
  const value = withField(finished.value, 'attempts', Math.max(1, attempts - 1));
  const failed = withField(value, 'failed', true);
  if (isJudged) return { ...finished, value: failed };
  return {
    ...finished,
    value: failed,
    settled: { ...finished.settled, status: 'failed', message },
    failure: finished.failure ?? { message },
  };
}

function withField(value: Value, name: string, field: Value): Value {
  return value instanceof Map ? new Map<Value, Value>([...value, [name, field]]) : value;
}
