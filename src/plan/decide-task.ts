import type { Loop, Task, Templated } from '../config/play.ts';
import { isTemplateNode } from '../config/template-node.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, formatPosition, UnreachableError } from '../errors.ts';
import { isDict, type List, NotYetKnown, type Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import type { Question } from '../shell/question.ts';
import { decideItem, type TaskSetting } from './decide-item.ts';
import { type DecidedItem, type DecidedTask, type ItemVerdict, placementsOf } from './decided.ts';
import { inherited, type TaskEntry } from './entries.ts';
import { factsHostOf, setFactsOf } from './facts.ts';
import type { Handler } from './handlers.ts';
import { inputProblems } from './input-problems.ts';
import { flag, number } from './keyword-value.ts';
import { type Account, AnswersWanted } from './known.ts';
import { loopItems } from './loop.ts';
import { knownResult } from './settle.ts';
import { endsLoop, endTrials, loopValues } from './trial.ts';

/**
 * What a task comes to on a host as it is known.
 * @throws AnswersWanted when more has to be asked first
 * @throws NotYetKnown when only a run can tell
 * @throws BrokkrError when a template or an argument is wrong
 */
export function decideTask(entry: TaskEntry, setting: TaskSetting): DecidedTask {
  const scope = setting.scope.at(entry.lineage);
  const { task } = entry;
  const account = setting.accountOf(entry, scope);
  const items: DecidedItem[] = [];
  const conditions = entry.lineage.flatMap((each) => each.when);
  const list = itemsUnlessSkipped(task, scope, conditions);
  if (task.loop === undefined || list === undefined) {
    const outcome = decideItem(entry, scope, setting, account, conditions);
    items.push({ item: undefined, label: undefined, outcome });
  } else items.push(...decideLoop(entry, task.loop, list, scope, ofItsOwn(setting), account, conditions));
  const { oncePerBatch, forAllHosts } = setting.module;
  const once = oncePerBatch === true || forAllHosts === true || flag(inherited(entry, 'runOnce'), scope);
  const diff = inherited(entry, 'diff');
  const decided: DecidedTask = {
    entry,
    name: taskName(entry, scope),
    items,
    looped: list !== undefined,
    account,
    ignoreErrors: flag(inherited(entry, 'ignoreErrors'), scope),
    noLog: flag(inherited(entry, 'noLog'), scope),
    hidesDiff: diff !== undefined && !flag(diff, scope),
    notify: handlersToNotify(entry, items, scope, setting),
    once,
    includes: [],
    variables: [],
    fatal: once || flag(inherited(entry, 'anyErrorsFatal'), scope),
    throttle: number(inherited(entry, 'throttle'), scope, 0),
    until:
      task.until === undefined && task.retries === undefined
        ? undefined
        : { retries: Math.max(0, number(task.retries, scope, 3)), delay: number(task.delay, scope, 5) },
  };
  if (task.include !== undefined) return setting.include(decided);
  return decided.until === undefined ? decided : endTrials(decided, scope);
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

/** A notified name that nothing has is an error of the task that would notify it. */
function handlersToNotify(
  entry: TaskEntry,
  items: readonly DecidedItem[],
  scope: VariableScope,
  setting: TaskSetting,
): Handler[] {
  const notifies = items.some(
    ({ outcome }) => outcome.verdict === 'change' || (outcome.verdict === 'unchanged' && outcome.changed === true),
  );
  const names = entry.lineage.flatMap((each) => each.notify);
  if (!notifies || names.length === 0) return [];
  return names.flatMap((node) => {
    const value = scope.template(node);
    return (Array.isArray(value) ? value : [value]).flatMap((each: Value) => {
      const name = toText(each);
      const found = name === '' ? [] : setting.handlersOf(name);
      if (name !== '' && found.length === 0)
        throw new BrokkrError(`no handler is named '${name}' or listens to it (${formatPosition(node.at)})`);
      return found;
    });
  });
}

/** Every item of a loop. Those that want answers hold the others up only in the end, so that all their questions are asked at once. */
function decideLoop(
  entry: TaskEntry,
  loop: Loop,
  list: List,
  scope: VariableScope,
  setting: TaskSetting,
  account: Account,
  conditions: readonly Templated[],
): DecidedItem[] {
  const wanted: Question[] = [];
  const items: DecidedItem[] = [];
  for (const [index, item] of list.entries()) {
    const itemScope = scope.within([], loopValues(loop, item, index, list));
    let outcome: ItemVerdict;
    try {
      outcome = decideItem(entry, itemScope, setting, account, conditions);
    } catch (error) {
      if (error instanceof AnswersWanted && error.isOf(scope.host) && error.account.user === account.user) {
        wanted.push(...error.questions);
        continue;
      }
      if (error instanceof NotYetKnown || error instanceof UnreachableError || !(error instanceof BrokkrError))
        throw error;
      // The other items are done all the same.
      outcome = {
        verdict: 'failed',
        message: error.message,
        hint: error.hint,
        result: new Map(),
        problems: inputProblems(error),
      };
    }
    // What an item does or sets is there for the next one.
    if (outcome.verdict === 'change') {
      const { delegate } = outcome;
      const on = delegate === undefined ? setting.known : setting.delegateOf(delegate.host, entry, itemScope).known;
      for (const action of outcome.decision.actions) on.perform(action);
    }
    setting.place(placementsOf({ items: [{ item, label: undefined, outcome }] }));
    if (outcome.verdict === 'unchanged') {
      const host = factsHostOf(outcome, itemScope.host);
      setFactsOf(new Map<Value, Value>(outcome.result), (name, value) => setting.setFact(host, name, value));
    }
    items.push({ item, label: labelOf(loop.label, itemScope, item), outcome });
    if (endsHere(entry.task, itemScope, outcome)) break;
  }
  if (wanted.length > 0) throw new AnswersWanted(account, wanted);
  return items;
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
function itemsUnlessSkipped(
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
  if (label !== undefined) return toText(scope.template(label));
  return toText(isDict(item) && item.has('name') ? (item.get('name') ?? null) : item);
}

/**
 * The task's name, behind that of its role; a name that cannot be templated yet stays as it is written. What includes a
 * role is called after that role, not after the one it stands in.
 */
export function taskName({ task, role, lineage }: TaskEntry, scope: VariableScope): string {
  const name = nameOfTask(task, role === undefined ? scope : scope.at(lineage));
  return role === undefined || task.module === 'include_role' ? name : `${role.name} : ${name}`;
}

export function nameOfTask(task: Task, scope: VariableScope): string {
  const { name } = task;
  if (name?.kind !== 'scalar' || name.value === '') return bareName(task);
  if (!isTemplateNode(name)) return String(name.value);
  try {
    return toText(scope.template(name));
  } catch {
    return String(name.value);
  }
}

/** What a task without a name is called: its module as it is written, and the role that it includes. */
function bareName({ module, moduleWritten, args }: Task): string {
  if (module !== 'include_role') return moduleWritten;
  const role = args.entries.find(({ key }) => key === 'name' || key === 'role')?.value;
  return role?.kind === 'scalar' ? `${moduleWritten} : ${role.value}` : moduleWritten;
}
