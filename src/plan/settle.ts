import type { Placement } from '../config/inventory/placement.ts';
import type { Loop, Templated } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError } from '../errors.ts';
import { isDict, LazyDict, NotYetKnown, type Value } from '../jinja/value.ts';
import type { Conclusion, Decision, ResultFields } from '../modules/module.ts';
import type { Outcome } from '../shell/action.ts';
import type { DecidedItem, DecidedTask, ItemVerdict } from './decided.ts';
import { inherited, type TaskEntry } from './entries.ts';

/** How an item ended: what `changed_when` and `failed_when` made of what the module said. */
export interface Settled {
  readonly status: 'ok' | 'changed' | 'skipped' | 'failed';
  /** A failed item may have changed something all the same. */
  readonly changed: boolean;
  readonly result: ResultFields;
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
}

/** An item for which nothing is done, with the task's own conditions of change and failure. */
export function settleUnchanged(
  entry: TaskEntry,
  scope: VariableScope,
  result: ResultFields,
  changed = false,
  places?: readonly Placement[],
): ItemVerdict {
  const settled = settle(entry, scope, { changed, failed: false, result });
  return {
    verdict: 'unchanged',
    result: settled.result,
    ...(settled.changed ? { changed: true } : {}),
    ...(places === undefined ? {} : { places }),
    ...(settled.status === 'failed' ? { failed: settled.message ?? 'failed_when holds' } : {}),
  };
}

/** A module that gave up before anything was done; `failed_when` may see it otherwise. */
export function settleFailed(
  entry: TaskEntry,
  scope: VariableScope,
  failure: Extract<Decision, { verdict: 'failed' }>,
): ItemVerdict {
  const { message, hint } = failure;
  const result = new Map<string, Value>([['msg', message], ...failure.result]);
  const settled = settle(entry, scope, { changed: false, failed: true, message, ...(hint ? { hint } : {}), result });
  if (settled.status === 'failed')
    return { verdict: 'failed', message: settled.message ?? message, hint, result: settled.result };
  return { verdict: 'unchanged', result: settled.result, ...(settled.changed ? { changed: true } : {}) };
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
  if (bad === undefined) {
    const told = decision.told?.(outcomes) ?? [];
    return { changed: true, failed: false, result: new Map([...decision.result, ...told]) };
  }
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
  let { result } = conclusion;
  const holds = (conditions: readonly Templated[]): boolean => {
    const value = resultDict(result, { changed, failed });
    // Inside a task's own conditions the result's fields are known under the name it registers.
    return scope
      .within([], new Map<string, Value>(task.register === undefined ? [] : [[task.register, value]]))
      .condition(conditions);
  };
  try {
    if (task.changedWhen !== undefined) changed = holds(task.changedWhen);
    if (task.failedWhen !== undefined) {
      failed = holds(task.failedWhen);
      result = new Map<string, Value>([...result, ['failed_when_result', failed]]);
      if (failed)
        message = `failed_when holds: ${task.failedWhen.map(conditionText).join(' and ')}${message === undefined ? '' : ` (${message})`}`;
    }
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    failed = true;
    message = error.message;
  }
  return {
    status: failed ? 'failed' : changed ? 'changed' : 'ok',
    changed,
    result,
    message: failed ? message : conclusion.message,
    hint: failed ? conclusion.hint : undefined,
  };
}

/** A condition as it is written, for whoever hears that it holds or does not. */
export function conditionText(condition: Templated): string {
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
  // Where it is tried, or nobody knows how far its loop goes, even what it is about is not known.
  const mayEnd = task.open.length > 0 || (task.entry.task.loop?.breakWhen !== undefined && task.items.some(isToAct));
  if (task.until !== undefined || mayEnd) return pendingResult(`task '${task.name}' ran`);
  const items = task.items.map((item) => foreseenItem(task, item));
  return loopedResult(task, items);
}

/** What `register` keeps of a task whose items have these results. */
export function loopedResult(task: DecidedTask, results: readonly Value[]): Value {
  const { loop } = task.entry.task;
  if (loop === undefined || !task.looped) return results[0] ?? skippedResult('');
  return loopResult(
    results,
    task.items.map((item) => item.item ?? null),
    loop,
  );
}

/** A result of which nothing is known yet. */
export function pendingResult(until: string): Value {
  const unknown = (): never => {
    throw new NotYetKnown(until);
  };
  return new LazyDict({ names: unknown, has: unknown, compute: unknown });
}

function isToAct({ outcome }: DecidedItem): boolean {
  return outcome.verdict === 'change';
}

function foreseenItem(task: DecidedTask, { outcome }: DecidedItem): Value {
  return outcome.verdict === 'change' ? foreseenChange(task, outcome.decision) : knownResult(outcome);
}

/** The result of an item as far as it is known before anything is done. */
export function knownResult(outcome: ItemVerdict): Value {
  switch (outcome.verdict) {
    case 'skipped':
      return skippedResult(outcome.reason);
    case 'unchanged':
      return resultDict(outcome.result, { changed: outcome.changed === true, failed: outcome.failed !== undefined });
    case 'failed':
      return resultDict(new Map<string, Value>([['msg', outcome.message], ...outcome.result]), {
        changed: false,
        failed: true,
      });
    case 'change':
      return pendingResult('the item was done');
  }
}

function foreseenChange(task: DecidedTask, decision: Extract<Decision, { verdict: 'change' }>): Value {
  const until = `task '${task.name}' ran`;
  const judged = task.entry.task.changedWhen !== undefined || decision.conclude !== undefined;
  const pending = new Set<Value>(decision.pending ?? []);
  if (judged) pending.add('changed');
  if (task.entry.task.failedWhen !== undefined || task.ignoreErrors) pending.add('failed');
  if (task.entry.task.failedWhen !== undefined) pending.add('failed_when_result');
  if (inherited(task.entry, 'ignoreUnreachable') !== undefined) pending.add('unreachable');
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
    // `when: false` is a boolean already in YAML.
    ['false_condition', reason === 'false' ? false : reason],
  ]);
}

/** The result of a task, or of an item, whose host was not reached. */
export function unreachableResult(message: string): Value {
  return new Map<Value, Value>([
    ['unreachable', true],
    ['msg', message],
    ['changed', false],
  ]);
}

/** The result of a loop: its items' results in a list, and what they come to together. */
export function loopResult(results: readonly Value[], items: readonly Value[], loop: Loop): Value {
  if (results.length === 0) {
    return new Map<Value, Value>([
      ['results', []],
      ['changed', false],
      ['skipped', true],
      ['skipped_reason', 'No items in the list'],
    ]);
  }
  const entries = results.map((result, index) => withItem(result, items[index] ?? null, index, loop));
  const any = (field: string): boolean => entries.some((entry) => entry instanceof Map && entry.get(field) === true);
  const failed = any('failed');
  const skipped = entries.every((entry) => entry instanceof Map && entry.get('skipped') === true);
  const pending = entries.some((entry) => entry instanceof LazyDict);
  const known = new Map<Value, Value>([
    ['results', entries],
    ['skipped', skipped],
    ['msg', failed ? 'One or more items failed' : skipped ? 'All items skipped' : 'All items completed'],
    ...(failed ? ([['failed', true]] as const) : []),
    ['changed', any('changed')],
    ...(any('unreachable') ? ([['unreachable', true]] as const) : []),
  ]);
  if (!pending) return known;
  // What the items come to together is known only when all of them are.
  const together = (field: string): boolean => entries.some((entry) => isDict(entry) && entry.get(field) === true);
  return new LazyDict({
    names: () => known.keys(),
    has: (key) => (key === 'failed' ? together('failed') : known.has(key)),
    compute: (key) => (key === 'changed' || key === 'failed' ? together(key) : (known.get(key) ?? null)),
  });
}

function withItem(result: Value, item: Value, index: number, { loopVar, indexVar }: Loop): Value {
  const own = new Map<Value, Value>([
    [loopVar, item],
    ['ansible_loop_var', loopVar],
    ...(indexVar === undefined
      ? []
      : ([
          [indexVar, index],
          ['ansible_index_var', indexVar],
        ] as const)),
  ]);
  if (result instanceof Map) return new Map<Value, Value>([...result, ...own]);
  if (!(result instanceof LazyDict)) return result;
  return new LazyDict({
    names: () => new Set([...result.keys(), ...own.keys()]),
    has: (key) => own.has(key) || result.has(key),
    compute: (key) => own.get(key) ?? result.get(key) ?? null,
  });
}
