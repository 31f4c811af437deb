import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, InterruptedError } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import type { ControlContext, Performer } from '../modules/module.ts';
import type { DecidedItem, DecidedTask } from '../plan/decided.ts';
import { conclude, loopResult, resultDict, type Settled, skippedResult } from '../plan/settle.ts';
import type { Action, HostAction, Outcome } from '../shell/action.ts';
import type { Step } from '../shell/apply-program.ts';
import type { Expectation } from '../shell/guard.ts';
import type { EventSink, Failure } from './events.ts';
import type { HostRun } from './host-run.ts';
import { runSteps, streamed } from './run-program.ts';

/** What the steps of a run share. */
export interface RunIdentity {
  /** Names the run in locks, journals and temporary files. */
  readonly run: string;
  readonly owner: string;
  readonly emit: EventSink;
  readonly performers: ReadonlyMap<string, Performer>;
  readonly control: ControlContext;
}

/** One action of one item, on its way to a host. */
export interface PlannedStep {
  readonly task: DecidedTask;
  readonly itemIndex: number;
  readonly action: Action;
  readonly expectations: readonly Expectation[];
  readonly owes: readonly string[];
  readonly pays: readonly string[];
  readonly label: string;
}

/** Thrown when the user asked to stop and the step that ran is finished. */
export class StoppedError extends BrokkrError {}

/** Nothing of the steps was done, or the user asked to stop: the task has failed, brokkr has not. */
export function wasRefused(error: unknown): boolean {
  return error instanceof BrokkrError && !(error instanceof InterruptedError);
}

/**
 * Does steps in order until one fails: neighbours of one account in one program, streamed content and actions of the
 * control machine by themselves. Gives an outcome for each step that ran.
 */
export async function doSteps(
  run: HostRun,
  steps: readonly PlannedStep[],
  identity: RunIdentity,
  begun: (step: PlannedStep) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length < steps.length) {
    const rest = steps.slice(outcomes.length);
    const [first] = rest;
    if (first === undefined) break;
    const before = outcomes.length;
    if (first.action.do === 'control') outcomes.push(await perform(first, first.action, identity, begun));
    else outcomes.push(...(await runTogether(run, together(rest), identity, begun)));
    run.touch();
    const done = outcomes.slice(before);
    if (done.length === 0 || done.some((outcome) => outcome.rc !== 0)) break;
  }
  return outcomes;
}

/** The steps from the first on that can share its program. */
function together(steps: readonly PlannedStep[]): PlannedStep[] {
  const [first] = steps;
  if (first === undefined || isStreamed(first)) return steps.slice(0, 1);
  const end = steps.findIndex(
    (step) => step.action.do === 'control' || isStreamed(step) || step.task.account.user !== first.task.account.user,
  );
  return steps.slice(0, end < 0 ? steps.length : end);
}

function isStreamed({ action }: PlannedStep): boolean {
  return action.do !== 'control' && streamed(action) !== undefined;
}

async function runTogether(
  run: HostRun,
  steps: readonly PlannedStep[],
  identity: RunIdentity,
  begun: (step: PlannedStep) => void,
): Promise<readonly Outcome[]> {
  const [first] = steps;
  if (first === undefined) return [];
  const { account } = first.task;
  const program = steps.map(
    ({ action, owes, pays, label }): Step => ({
      action: hostAction(action),
      owes,
      pays,
      label,
      continueOnFailure: false,
    }),
  );
  run.locks.set(account.user, account);
  const result = await runSteps(
    run.host,
    account,
    program,
    {
      run: identity.run,
      owner: identity.owner,
      expectations: steps.flatMap((step) => step.expectations),
      firstStep: run.takeStepNumbers(steps.length),
    },
    {
      emit: identity.emit,
      begun: (index) => {
        const step = steps[index];
        if (step !== undefined) begun(step);
      },
    },
  );
  if (result.stopped)
    throw new StoppedError(`stopped on ${run.name} after ${result.outcomes.length} of ${steps.length} steps`);
  return result.outcomes;
}

function hostAction(action: Action): HostAction {
  if (action.do === 'control') throw new TypeError('an action of the control machine was sent to a host');
  return action;
}

async function perform(
  step: PlannedStep,
  action: Extract<Action, { do: 'control' }>,
  identity: RunIdentity,
  begun: (step: PlannedStep) => void,
): Promise<Outcome> {
  const performer = identity.performers.get(action.topic);
  if (performer === undefined) throw new TypeError(`nobody performs the control action ${action.topic}`);
  begun(step);
  const startedAt = Date.now();
  try {
    return await performer(action.parameters, identity.control, action);
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    return { rc: 1, stdout: '', stderr: error.message, startedAt, seconds: (Date.now() - startedAt) / 1000 };
  }
}

/** How one item of a task ended, and what `register` keeps of it. */
export interface FinishedItem {
  readonly settled: Settled;
  readonly value: Value;
  readonly failure: Failure | undefined;
  readonly seconds: number;
}

/** Reads the outcomes of an item that acted. `scope` is the item's own, with its loop variables. */
export function finishItem(
  task: DecidedTask,
  item: DecidedItem,
  scope: VariableScope,
  outcomes: readonly Outcome[],
): FinishedItem {
  if (item.outcome.verdict !== 'change') return finishIdle(item);
  const settled = conclude(task.entry, scope, item.outcome.decision, outcomes);
  const failed = settled.status === 'failed';
  const value = resultDict(settled.result, { changed: settled.status === 'changed', failed });
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  return {
    settled,
    value,
    seconds,
    failure: failed ? failureOf(settled, item.outcome.decision.actions, outcomes) : undefined,
  };
}

/** An item for which nothing was done. */
export function finishIdle({ outcome }: DecidedItem): FinishedItem {
  switch (outcome.verdict) {
    case 'skipped':
      return {
        settled: { status: 'skipped', result: new Map(), message: outcome.reason },
        value: skippedResult(outcome.reason),
        failure: undefined,
        seconds: 0,
      };
    case 'unchanged': {
      const failed = outcome.failed !== undefined;
      const status = failed ? 'failed' : outcome.changed === true ? 'changed' : 'ok';
      return {
        settled: { status, result: outcome.result, message: outcome.failed },
        value: resultDict(outcome.result, { changed: status === 'changed', failed }),
        failure: outcome.failed === undefined ? undefined : { message: outcome.failed },
        seconds: 0,
      };
    }
    case 'failed': {
      const { message, hint, result } = outcome;
      const value = resultDict(new Map<string, Value>([...result, ['msg', message]]), { changed: false, failed: true });
      return { settled: { status: 'failed', result, message, hint }, value, failure: { message, hint }, seconds: 0 };
    }
    case 'change':
      throw new TypeError('an item that acts was finished without its outcomes');
  }
}

function failureOf(settled: Settled, actions: readonly Action[], outcomes: readonly Outcome[]): Failure {
  const index = outcomes.findIndex((outcome) => outcome.rc !== 0);
  const outcome = outcomes[index < 0 ? outcomes.length - 1 : index];
  const action = actions[index < 0 ? outcomes.length - 1 : index];
  return {
    message: settled.message ?? 'the step failed',
    hint: settled.hint,
    command: action === undefined ? undefined : pasteable(action),
    rc: outcome?.rc,
    stdout: outcome?.stdout,
    stderr: outcome?.stderr,
  };
}

/** The user's own program as it can be pasted; what brokkr does by itself is named by the task. */
function pasteable(action: Action): string | undefined {
  if (action.do === 'unit') return `systemctl ${action.verb} ${action.name}; systemctl status ${action.name}`;
  if (action.do !== 'run') return undefined;
  return action.command.kind === 'shell' ? action.command.script : action.command.argv.join(' ');
}

/** What `register` keeps of the whole task. */
export function taskResult(task: DecidedTask, finished: readonly FinishedItem[]): Value {
  if (!task.looped) return finished[0]?.value ?? skippedResult('the loop has no items');
  return loopResult(
    finished.map(({ value }) => value),
    task.items.slice(0, finished.length).map(({ item }) => item ?? null),
  );
}
