import type { VariableScope } from '../config/variables/scope.ts';
import type { Value } from '../jinja/value.ts';
import type { DecidedItem, DecidedTask } from '../plan/decided.ts';
import { conclude, loopedResult, resultDict, type Settled, skippedResult } from '../plan/settle.ts';
import type { Action, Outcome } from '../shell/action.ts';
import type { Failure } from './events.ts';
import { failureHint } from './failure-hint.ts';

/** How one item of a task ended, and what `register` keeps of it. */
export interface FinishedItem {
  readonly settled: Settled;
  readonly value: Value;
  readonly failure: Failure | undefined;
  readonly seconds: number;
  /** Not all of its steps have been done, whatever the task makes of that. */
  readonly missed?: boolean;
  /** A step of it has recorded on the host what the task owes. */
  readonly recorded?: boolean;
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
  const value = resultDict(settled.result, { changed: settled.changed, failed });
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  return {
    settled,
    value,
    seconds,
    missed: outcomes.length < item.outcome.decision.actions.length || outcomes.some(({ rc }) => rc !== 0),
    failure: failed ? failureOf(settled, item.outcome.decision.actions, outcomes) : undefined,
  };
}

/** An item for which nothing was done. */
export function finishIdle({ outcome }: DecidedItem): FinishedItem {
  switch (outcome.verdict) {
    case 'skipped':
      return {
        settled: { status: 'skipped', changed: false, result: new Map(), message: outcome.reason },
        value: skippedResult(outcome.reason),
        failure: undefined,
        seconds: 0,
      };
    case 'unchanged': {
      const failed = outcome.failed !== undefined;
      const changed = outcome.changed === true;
      const skipped = outcome.result.get('skipped') === true;
      const status = failed ? 'failed' : changed ? 'changed' : skipped ? 'skipped' : 'ok';
      const said = outcome.result.get('msg');
      const message = outcome.failed ?? (skipped && typeof said === 'string' ? said : undefined);
      return {
        settled: { status, changed, result: outcome.result, message },
        value: resultDict(outcome.result, { changed, failed }),
        failure: outcome.failed === undefined ? undefined : { message: outcome.failed },
        seconds: 0,
      };
    }
    case 'failed': {
      const { message, hint, result } = outcome;
      const value = resultDict(new Map<string, Value>([['msg', message], ...result]), { changed: false, failed: true });
      return {
        settled: { status: 'failed', changed: false, result, message, hint },
        value,
        failure: { message, hint },
        seconds: 0,
      };
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
    hint: settled.hint ?? failureHint(outcome, action),
    command: action === undefined ? undefined : pasteable(action),
    // What was done on the control machine is no program with an exit code and an output.
    ...(action?.do === 'control' ? {} : { rc: outcome?.rc, stdout: outcome?.stdout, stderr: outcome?.stderr }),
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
  return loopedResult(
    task,
    finished.map(({ value }) => value),
  );
}
