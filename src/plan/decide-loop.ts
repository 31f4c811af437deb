import type { Loop, Task, Templated } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, UnreachableError } from '../errors.ts';
import { isDict, type List, NotYetKnown, type Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import type { Question } from '../shell/question.ts';
import { decideItem, type TaskSetting } from './decide-item.ts';
import { type DecidedItem, type DecidedTask, type ItemVerdict, placementsOf } from './decided.ts';
import type { TaskEntry } from './entries.ts';
import { factsHostOf, setFactsOf } from './facts.ts';
import { inputProblems } from './input-problems.ts';
import { type Account, AnswersWanted } from './known.ts';
import { loopItems } from './loop.ts';
import { knownResult } from './settle.ts';
import { endsLoop, loopValues } from './trial.ts';

/** A loop that has begun: what it goes over, and how many of its items have been done. */
export interface LoopRest {
  readonly list: List;
  readonly from: number;
}

/** What the items of a loop do to hosts is seen by the items after them, and by nobody else until the task is planned. */
function ofItsOwn(setting: TaskSetting): TaskSetting {
  const delegates = new Map<string, ReturnType<TaskSetting['delegateOf']>>();
  const delegateOf: TaskSetting['delegateOf'] = (name, ...place) => {
    const before = delegates.get(name);
    if (before !== undefined) return before;
    const delegate = setting.delegateOf(name, ...place);
    const own = { ...delegate, known: delegate.known.clone() };
    delegates.set(name, own);
    return own;
  };
  return { ...setting, known: setting.known.clone(), delegateOf };
}

/**
 * The items of a loop, from the first that has not been done. Those that want answers hold the others up only in the end, so
 * that all their questions are asked at once. What only the steps of items before it can tell leaves an item open, and with
 * it all that come after.
 */
export function decideLoop(
  entry: TaskEntry,
  loop: Loop,
  { list, from }: LoopRest,
  scope: VariableScope,
  setting: TaskSetting,
  account: Account,
  conditions: readonly Templated[],
): Pick<DecidedTask, 'items' | 'open'> {
  const own = ofItsOwn(setting);
  const wanted: Question[] = [];
  const items: DecidedItem[] = [];
  let open: DecidedTask['open'] = [];
  for (const [index, item] of list.entries()) {
    if (index < from) continue;
    const itemScope = scope.within([], loopValues(loop, item, index, list));
    const decide = (on: TaskSetting): ItemVerdict => decideItem(entry, itemScope, on, account, conditions);
    let decided: DecidedItem;
    try {
      const outcome = decide(own);
      decided = { item, label: labelOf(loop.label, itemScope, item), outcome };
    } catch (error) {
      if (error instanceof AnswersWanted && error.isOf(scope.host) && error.account.user === account.user) {
        wanted.push(...error.questions);
        continue;
      }
      const hasActed = items.some(({ outcome }) => outcome.verdict === 'change');
      if (hasActed && isNotYetKnown(error) && !isNotYetKnown(thrownBy(() => decide(setting)))) {
        open = list.slice(index).map((each) => ({ item: each, label: plainLabel(each) }));
        break;
      }
      if (error instanceof NotYetKnown || error instanceof UnreachableError || !(error instanceof BrokkrError))
        throw error;
      // The other items are done all the same.
      decided = failedItem({ item, label: plainLabel(item) }, error);
    }
    const { outcome } = decided;
    // What an item does or sets is there for the next one.
    if (outcome.verdict === 'change') {
      const { delegate } = outcome;
      const on = delegate === undefined ? own.known : own.delegateOf(delegate.host, entry, itemScope).known;
      for (const action of outcome.decision.actions) on.perform(action);
    }
    setting.place(placementsOf({ items: [decided] }));
    if (outcome.verdict === 'unchanged') {
      const host = factsHostOf(outcome, itemScope.host);
      setFactsOf(new Map<Value, Value>(outcome.result), (name, value) => setting.setFact(host, name, value));
    }
    items.push(decided);
    if (endsHere(entry.task, itemScope, outcome)) break;
  }
  if (wanted.length > 0) throw new AnswersWanted(account, wanted);
  return { items, open };
}

/** An item that cannot be decided because something of it is wrong. */
export function failedItem(item: Pick<DecidedItem, 'item' | 'label'>, error: BrokkrError): DecidedItem {
  const { message, hint } = error;
  return { ...item, outcome: { verdict: 'failed', message, hint, result: new Map(), problems: inputProblems(error) } };
}

/** Only a run can tell; asking cannot. */
function isNotYetKnown(error: unknown): boolean {
  return error instanceof NotYetKnown && !(error instanceof AnswersWanted);
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Whether the loop ends with an item, as far as that can be told before it has run. */
function endsHere(task: Task, scope: VariableScope, outcome: ItemVerdict): boolean {
  if (task.loop?.breakWhen === undefined) return false;
  try {
    return endsLoop(task, scope, knownResult(outcome));
  } catch (error) {
    if (outcome.verdict === 'change' && error instanceof NotYetKnown) return false;
    throw error;
  }
}

/** What a loop goes over. `undefined` when that cannot be told, but a condition that needs no item is false already. */
export function itemsUnlessSkipped(
  { loop, module }: Task,
  scope: VariableScope,
  conditions: readonly Templated[],
): List | undefined {
  if (loop === undefined) return undefined;
  try {
    return loopItems(loop, scope, module);
  } catch (error) {
    if (error instanceof AnswersWanted || !(error instanceof NotYetKnown || error instanceof BrokkrError)) throw error;
    if (isFalse(scope, conditions)) return undefined;
    throw error;
  }
}

function isFalse(scope: VariableScope, conditions: readonly Templated[]): boolean {
  try {
    return !scope.condition(conditions);
  } catch (error) {
    if (error instanceof NotYetKnown || error instanceof BrokkrError) return false;
    throw error;
  }
}

function labelOf(label: Templated | undefined, scope: VariableScope, item: Value): string {
  return label === undefined ? plainLabel(item) : toText(scope.template(label));
}

function plainLabel(item: Value): string {
  return toText(isDict(item) && item.has('name') ? (item.get('name') ?? null) : item);
}
