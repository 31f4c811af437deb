import type { Templated } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { LazyDict, NotYetKnown, type Value } from '../jinja/value.ts';
import type { Conclusion, Decision, ResultFields } from '../modules/module.ts';
import type { Outcome } from '../shell/action.ts';
import type { DecidedItem, DecidedTask, ItemVerdict } from './decided.ts';
import type { TaskEntry } from './entries.ts';

/** How an item ended: what `changed_when` and `failed_when` made of what the module said. */
export interface Settled {
  readonly status: 'ok' | 'changed' | 'skipped' | 'failed';
  readonly result: ResultFields;
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
}

/** An item for which nothing has to be done, with the task's own conditions of change and failure. */
export function settleUnchanged(entry: TaskEntry, scope: VariableScope, result: ResultFields): ItemVerdict {
  const { task } = entry;
  if (task.changedWhen === undefined && task.failedWhen === undefined) return { verdict: 'unchanged', result };
  const settled = settle(entry, scope, { changed: false, failed: false, result });
  return {
    verdict: 'unchanged',
    result: settled.result,
    changed: settled.status === 'changed',
    ...(settled.status === 'failed' ? { failed: settled.message ?? 'failed_when holds' } : {}),
  };
}

/** An item that was done: the module reads its outcomes, then the task's own conditions have the last word. */
export function conclude(
  entry: TaskEntry,
  scope: VariableScope,
  decision: Extract<Decision, { verdict: 'change' }>,
  outcomes: readonly Outcome[],
): Settled {
  return settle(entry, scope, decision.conclude?.(outcomes) ?? concludeByStatus(decision, outcomes));
}

function concludeByStatus(
  decision: Extract<Decision, { verdict: 'change' }>,
  outcomes: readonly Outcome[],
): Conclusion {
  const bad = outcomes.find((outcome) => outcome.rc !== 0);
  if (bad === undefined) return { changed: true, failed: false, result: decision.result };
  const message = bad.stderr.trim() || bad.stdout.trim() || `exit status ${bad.rc}`;
  return {
    changed: false,
    failed: true,
    message,
    result: new Map<string, Value>([...decision.result, ['rc', bad.rc], ['msg', message]]),
  };
}

function settle(entry: TaskEntry, scope: VariableScope, conclusion: Conclusion): Settled {
  const { task } = entry;
  let { changed, failed, message } = conclusion;
  const withResult = (): VariableScope => {
    const value = resultDict(conclusion.result, { changed, failed });
    // Inside a task's own conditions the result's fields are known under the name it registers.
    return scope.within([], new Map<string, Value>(task.register === undefined ? [] : [[task.register, value]]));
  };
  if (task.changedWhen !== undefined && !failedForGood(conclusion)) changed = withResult().condition(task.changedWhen);
  if (task.failedWhen !== undefined) {
    failed = withResult().condition(task.failedWhen);
    if (failed)
      message = `failed_when holds: ${task.failedWhen.map(conditionText).join(' and ')}${message === undefined ? '' : ` (${message})`}`;
  }
  const status = failed ? 'failed' : changed ? 'changed' : 'ok';
  return {
    status,
    result: conclusion.result,
    message: failed ? message : conclusion.message,
    hint: failed ? conclusion.hint : undefined,
  };
}

/** A failure without `failed_when` to judge it leaves nothing for `changed_when` to say. */
function failedForGood(conclusion: Conclusion): boolean {
  return conclusion.failed && conclusion.result.size === 0;
}

function conditionText(condition: Templated): string {
  return condition.kind === 'scalar' ? String(condition.value) : 'condition';
}

/** A result as `register` keeps it. */
export function resultDict(
  result: ResultFields,
  status: { changed: boolean; failed: boolean; skipped?: boolean },
): Value {
  return new Map<Value, Value>([
    ...result,
    ['changed', status.changed],
    ['failed', status.failed],
    ...(status.skipped === true ? ([['skipped', true]] as const) : []),
  ]);
}

/** The result that a plan foresees: fields that only the run can tell are there, but asking for one says so. */
export function foreseenResult(task: DecidedTask): Value {
  const items = task.items.map((item) => foreseenItem(task, item));
  return task.looped
    ? loopResult(
        items,
        task.items.map((item) => item.item ?? null),
      )
    : (items[0] ?? skippedResult('the loop has no items'));
}

function foreseenItem(task: DecidedTask, { outcome }: DecidedItem): Value {
  switch (outcome.verdict) {
    case 'skipped':
      return skippedResult(outcome.reason);
    case 'unchanged':
      return resultDict(outcome.result, { changed: outcome.changed === true, failed: outcome.failed !== undefined });
    case 'failed':
      return resultDict(new Map<string, Value>([...outcome.result, ['msg', outcome.message]]), {
        changed: false,
        failed: true,
      });
    case 'change':
      return foreseenChange(task, outcome.decision);
  }
}

function foreseenChange(task: DecidedTask, decision: Extract<Decision, { verdict: 'change' }>): Value {
  const until = `task '${task.name}' ran`;
  const judged = task.entry.task.changedWhen !== undefined || decision.conclude !== undefined;
  const pending = new Set<Value>(decision.pending ?? []);
  if (judged) pending.add('changed');
  if (task.entry.task.failedWhen !== undefined || task.ignoreErrors) pending.add('failed');
  const known = new Map<Value, Value>([...decision.result]);
  if (!pending.has('changed')) known.set('changed', true);
  if (!pending.has('failed')) known.set('failed', false);
  return new LazyDict({
    names: () => new Set([...known.keys(), ...pending]),
    has: (key) => known.has(key) || pending.has(key),
    compute: (key) => {
      const value = known.get(key);
      if (pending.has(key) || value === undefined) throw new NotYetKnown(until);
      return value;
    },
  });
}

export function skippedResult(reason: string): Value {
  return new Map<Value, Value>([
    ['changed', false],
    ['skipped', true],
    ['skip_reason', 'Conditional result was False'],
    ['false_condition', reason],
  ]);
}

/** The result of a loop: its items' results in a list, and what they come to together. */
export function loopResult(results: readonly Value[], items: readonly Value[]): Value {
  const entries = results.map((result, index) => withItem(result, items[index] ?? null));
  const any = (field: string): boolean => entries.some((entry) => entry instanceof Map && entry.get(field) === true);
  const allSkipped =
    entries.length > 0 && entries.every((entry) => entry instanceof Map && entry.get('skipped') === true);
  return new Map<Value, Value>([
    ['results', entries],
    ['changed', any('changed')],
    ['failed', any('failed')],
    ...(allSkipped ? ([['skipped', true]] as const) : []),
    ['msg', allSkipped ? 'All items skipped' : 'All items completed'],
  ]);
}

function withItem(result: Value, item: Value): Value {
  if (result instanceof Map) return new Map<Value, Value>([...result, ['item', item], ['ansible_loop_var', 'item']]);
  return result;
}
