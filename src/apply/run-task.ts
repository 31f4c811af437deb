import { BrokkrError, InterruptedError } from '../errors.ts';
import type { ControlContext, Performer } from '../modules/module.ts';
import type { DecidedTask, Delegate } from '../plan/decided.ts';
import type { Account } from '../plan/known.ts';
import type { Action, HostAction, Outcome, Performed } from '../shell/action.ts';
import type { Step } from '../shell/apply-program.ts';
import type { Expectation } from '../shell/guard.ts';
import type { EventSink } from './events.ts';
import type { HostRun } from './host-run.ts';
import { takePaid } from './owed.ts';
import { runSteps, streamed } from './run-program.ts';

/** What the steps of a run share. */
export interface RunIdentity {
  /** Names the run in locks, journals and temporary files. */
  readonly run: string;
  readonly owner: string;
  /** A run whose locks are taken away from it. */
  readonly forceUnlock?: string | undefined;
  readonly emit: EventSink;
  readonly performers: ReadonlyMap<string, Performer>;
  readonly control: ControlContext;
  /** Any host of the run: tasks may be delegated to it. */
  runOf(name: string): HostRun | undefined;
}

/** One action of one item, on its way to a host. */
export interface PlannedStep {
  readonly task: DecidedTask;
  readonly itemIndex: number;
  readonly action: Action;
  /** Another host that it is done on. */
  readonly delegate: Delegate | undefined;
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

/** Who hears of steps while they run. */
export interface StepListener {
  begun(step: PlannedStep): void;
  /** A step has ended, with its output whole. */
  ended(step: PlannedStep, outcome: Outcome): void;
}

/**
 * Does steps in order until one fails: neighbours of one account in one program, streamed content and actions of the
 * control machine by themselves.
 * @throws BrokkrError when the connection is lost, the host has moved or is locked: `ended` has told all that is known
 */
export async function doSteps(
  run: HostRun,
  steps: readonly PlannedStep[],
  identity: RunIdentity,
  listener: StepListener,
): Promise<void> {
  for (let rest = steps; rest.length > 0; ) {
    const [first] = rest;
    if (first === undefined) return;
    const outcomes: Outcome[] = [];
    const keep: StepListener = {
      begun: (step) => listener.begun(step),
      ended(step, outcome) {
        outcomes.push(outcome);
        listener.ended(step, outcome);
      },
    };
    if (first.action.do === 'control') {
      keep.begun(first);
      keep.ended(first, await perform(first.action, identity));
    } else await runTogether(run, together(rest), identity, keep);
    run.touch();
    if (outcomes.length === 0 || outcomes.some((outcome) => outcome.rc !== 0)) return;
    rest = rest.slice(outcomes.length);
  }
}

/** The steps from the first on that can share its program. */
function together(steps: readonly PlannedStep[]): PlannedStep[] {
  const [first] = steps;
  if (first === undefined || isStreamed(first)) return steps.slice(0, 1);
  const end = steps.findIndex(
    (step) =>
      step.action.do === 'control' ||
      isStreamed(step) ||
      accountOf(step).user !== accountOf(first).user ||
      step.delegate?.host !== first.delegate?.host,
  );
  return steps.slice(0, end < 0 ? steps.length : end);
}

function accountOf({ task, delegate }: PlannedStep): Account {
  return delegate?.account ?? task.account;
}

function isStreamed({ action }: PlannedStep): boolean {
  return action.do !== 'control' && streamed(action) !== undefined;
}

async function runTogether(
  own: HostRun,
  steps: readonly PlannedStep[],
  identity: RunIdentity,
  listener: StepListener,
): Promise<void> {
  const [first] = steps;
  if (first === undefined) return;
  const account = accountOf(first);
  const run = first.delegate === undefined ? own : identity.runOf(first.delegate.host);
  if (run === undefined) throw new TypeError('a step is delegated to a host that nobody knows');
  run.touch();
  const paid = takePaid(run, account, new Set(steps.flatMap(({ owes }) => owes)));
  const program = steps.map(
    ({ action, owes, pays, label }, index): Step => ({
      action: hostAction(action),
      owes,
      pays: index === 0 ? [...pays, ...paid] : pays,
      label,
    }),
  );
  run.locks.set(account.user, account);
  const of = (index: number): PlannedStep => {
    const step = steps[index];
    if (step === undefined) throw new TypeError(`a program told of step ${index}, which it does not have`);
    return step;
  };
  let recordsGone = false;
  const options = {
    run: identity.run,
    owner: identity.owner,
    forceUnlock: identity.forceUnlock,
    expectations: steps.flatMap((step) => step.expectations),
    firstStep: run.takeStepNumbers(steps.length),
  };
  const tell = {
    emit: run.hearing(identity.emit),
    begun: (index: number) => listener.begun(of(index)),
    ended(index: number, outcome: Outcome) {
      if (index === 0) recordsGone = outcome.rc === 0;
      listener.ended(of(index), outcome);
    },
  };
  let result: Awaited<ReturnType<typeof runSteps>>;
  try {
    result = await runSteps(run.host, account, program, options, tell);
  } finally {
    if (!recordsGone) run.paid.push(...paid.map((handler) => ({ handler, account })));
  }
  if (result.stopped) {
    throw new StoppedError(`stopped on ${run.name} after ${result.outcomes.length} of ${steps.length} steps`);
  }
}

function hostAction(action: Action): HostAction {
  if (action.do === 'control') throw new TypeError('an action of the control machine was sent to a host');
  return action;
}

async function perform(action: Extract<Action, { do: 'control' }>, identity: RunIdentity): Promise<Outcome> {
  const performer = identity.performers.get(action.topic);
  if (performer === undefined) throw new TypeError(`nobody performs the control action ${action.topic}`);
  const startedAt = Date.now();
  const begun = performance.now();
  const performed = await performer(action.parameters, identity.control, action).catch((error: unknown): Performed => {
    if (!(error instanceof BrokkrError)) throw error;
    return { rc: 1, stdout: '', stderr: error.message };
  });
  return { ...performed, startedAt, seconds: (performance.now() - begun) / 1000 };
}
