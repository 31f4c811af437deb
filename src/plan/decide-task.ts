import type { Task } from '../config/play.ts';
import { isTemplateNode } from '../config/template-node.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, formatPosition } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import { decideItem, type TaskSetting } from './decide-item.ts';
import { decideLoop, itemsUnlessSkipped } from './decide-loop.ts';
import type { DecidedItem, DecidedTask } from './decided.ts';
import { inherited, type TaskEntry } from './entries.ts';
import type { Handler } from './handlers.ts';
import { flag, number } from './keyword-value.ts';
import type { Account } from './known.ts';
import { endTrials } from './trial.ts';

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
  const conditions = entry.lineage.flatMap((each) => each.when);
  const list = setting.rest?.list ?? itemsUnlessSkipped(task, scope, conditions);
  const { items, open } =
    task.loop === undefined || list === undefined
      ? {
          items: [
            { item: undefined, label: undefined, outcome: decideItem(entry, scope, setting, account, conditions) },
          ],
          open: [],
        }
      : decideLoop(entry, task.loop, { list, from: setting.rest?.from ?? 0 }, scope, setting, account, conditions);
  const diff = inherited(entry, 'diff');
  const decided: DecidedTask = {
    entry,
    name: taskName(entry, scope),
    items,
    open,
    looped: list !== undefined,
    account,
    ignoreErrors: flag(inherited(entry, 'ignoreErrors'), scope),
    noLog: flag(inherited(entry, 'noLog'), scope),
    hidesDiff: diff !== undefined && !flag(diff, scope),
    notify: handlersToNotify(entry, items, scope, setting),
    once: setting.isOnce,
    includes: [],
    variables: [],
    fatal: setting.isOnce || flag(inherited(entry, 'anyErrorsFatal'), scope),
    throttle: number(inherited(entry, 'throttle'), scope, 0),
    until:
      task.until === undefined && task.retries === undefined
        ? undefined
        : { retries: Math.max(0, number(task.retries, scope, 3)), delay: number(task.delay, scope, 5) },
  };
  if (task.include !== undefined) return setting.include(decided);
  return decided.until === undefined ? decided : endTrials(decided, scope);
}

/** A task that does nothing on its host and notifies nobody, with what came of it. */
export function idleTask(entry: TaskEntry, name: string, item: DecidedItem, account: Account): DecidedTask {
  return {
    entry,
    name,
    items: [item],
    open: [],
    looped: false,
    account,
    ignoreErrors: false,
    noLog: false,
    hidesDiff: false,
    notify: [],
    once: false,
    fatal: false,
    throttle: 0,
    includes: [],
    variables: [],
    until: undefined,
  };
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
