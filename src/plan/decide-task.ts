import type { MappingNode } from '../config/node.ts';
import type { Loop, Templated } from '../config/play.ts';
import { isTemplateNode } from '../config/template-node.ts';
import { literalValue } from '../config/variables/literal.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, formatPosition } from '../errors.ts';
import { isDict, NotYetKnown, type Value } from '../jinja/value.ts';
import { isTruthy } from '../jinja/values/compare.ts';
import { toText } from '../jinja/values/text.ts';
import { parseArguments } from '../modules/arguments.ts';
import type { Module, ModuleContext } from '../modules/module.ts';
import type { Question } from '../shell/question.ts';
import type { DecidedItem, DecidedTask, ItemVerdict } from './decided.ts';
import { inherited, type TaskEntry } from './entries.ts';
import { type Account, AnswersWanted, type Known, RecordedAnswers } from './known.ts';
import { loopItems } from './loop.ts';
import { settleUnchanged } from './settle.ts';

/** What deciding a task needs beside the task: all of it data or pure. */
export interface TaskSetting {
  readonly scope: VariableScope;
  readonly known: Known;
  readonly module: Module;
  readonly checkMode: boolean;
  readonly accountOf: (entry: TaskEntry, scope: VariableScope) => Account;
  readonly moduleContext: (entry: TaskEntry, scope: VariableScope) => ModuleContext;
}

/**
 * What a task comes to on a host as it is known.
 * @throws AnswersWanted when more has to be asked first
 * @throws NotYetKnown when only a run can tell
 * @throws BrokkrError when a template or an argument is wrong
 */
export function decideTask(entry: TaskEntry, setting: TaskSetting): DecidedTask {
  const scope = setting.scope.within(entry.lineage.map((each) => each.vars));
  const { task } = entry;
  const account = setting.accountOf(entry, scope);
  const items: DecidedItem[] = [];
  const conditions = entry.lineage.flatMap((each) => each.when);
  const known = setting.known.clone();
  if (task.loop === undefined) {
    items.push({
      item: undefined,
      label: undefined,
      outcome: decideItem(entry, scope, { ...setting, known }, account, conditions),
    });
  } else if (!canBeSkippedWhole(scope, conditions)) {
    items.push(...decideLoop(entry, task.loop, scope, { ...setting, known }, account, conditions));
  }
  return {
    entry,
    name: taskName(entry, scope),
    items,
    looped: task.loop !== undefined,
    account,
    ignoreErrors: flag(inherited(entry, 'ignoreErrors'), scope),
    noLog: flag(inherited(entry, 'noLog'), scope),
    notify: entry.lineage.flatMap((each) => each.notify).map((node) => toText(scope.template(node))),
    once: setting.module.oncePerBatch === true || flag(inherited(entry, 'runOnce'), scope),
    until:
      task.until === undefined
        ? undefined
        : { retries: number(task.retries, scope, 3), delay: number(task.delay, scope, 5) },
  };
}

/** Every item of a loop. Those that want answers hold the others up only in the end, so that all their questions are asked at once. */
function decideLoop(
  entry: TaskEntry,
  loop: Loop,
  scope: VariableScope,
  setting: TaskSetting,
  account: Account,
  conditions: readonly Templated[],
): DecidedItem[] {
  const wanted: Question[] = [];
  const items = loopItems(loop, scope).flatMap((item, index, list): DecidedItem[] => {
    const values = new Map<string, Value>([
      [loop.loopVar, item],
      ['ansible_loop_var', loop.loopVar],
    ]);
    if (loop.indexVar !== undefined) values.set(loop.indexVar, index);
    const itemScope = scope.within([], values);
    try {
      const outcome = decideItem(entry, itemScope, setting, account, conditions);
      if (outcome.verdict === 'change') for (const action of outcome.decision.actions) setting.known.perform(action);
      return [{ item, label: labelOf(loop.label, itemScope, item, list.length), outcome }];
    } catch (error) {
      if (!(error instanceof AnswersWanted)) throw error;
      wanted.push(...error.questions);
      return [];
    }
  });
  if (wanted.length > 0) throw new AnswersWanted(account, wanted);
  return items;
}

function decideItem(
  entry: TaskEntry,
  scope: VariableScope,
  setting: TaskSetting,
  account: Account,
  conditions: readonly Templated[],
): ItemVerdict {
  for (const condition of conditions) {
    if (!scope.condition([condition])) return { verdict: 'skipped', reason: conditionText(condition) };
  }
  const context = setting.moduleContext(entry, scope);
  const args = argumentsOf(entry, scope, setting.module, context);
  const answers = new RecordedAnswers(setting.known, account);
  answers.require(setting.module.probe(args, context));
  const decision = setting.module.decide(args, answers, context);
  switch (decision.verdict) {
    case 'change':
      return {
        verdict: 'change',
        decision,
        expectations: setting.known.expectations(account.user, answers.asked.values()),
      };
    case 'unchanged':
      return settleUnchanged(entry, scope, decision.result);
    case 'failed':
      return { verdict: 'failed', message: decision.message, hint: decision.hint, result: decision.result };
  }
}

/** Parsed arguments of tasks that hold no template: the same on every host and in every round. */
const literalArguments = new WeakMap<MappingNode, { readonly args: unknown }>();

function argumentsOf(entry: TaskEntry, scope: VariableScope, module: Module, context: ModuleContext): unknown {
  const { args: node, at } = entry.task;
  const known = literalArguments.get(node);
  if (known !== undefined) return known.args;
  const literal = literalValue(node);
  const value = literal ?? scope.template(node);
  if (!isDict(value))
    throw new BrokkrError(`the arguments of ${entry.task.module} are not a mapping (${formatPosition(node.at)})`);
  const argument = (name: string) => node.entries.find(({ key }) => key === name)?.value.at;
  const args = parseArguments(module, value, { task: at, argument }, context.warn);
  if (literal !== undefined) literalArguments.set(node, { args });
  return args;
}

/** A loop over something undefined is no error when a condition that does not depend on the item is false already. */
function canBeSkippedWhole(scope: VariableScope, conditions: readonly Templated[]): boolean {
  try {
    return !scope.condition(conditions);
  } catch (error) {
    if (error instanceof NotYetKnown || error instanceof BrokkrError) return false;
    throw error;
  }
}

function conditionText(condition: Templated): string {
  return condition.kind === 'scalar' ? String(condition.value) : 'when';
}

function labelOf(label: Templated | undefined, scope: VariableScope, item: Value, count: number): string {
  if (label !== undefined) return toText(scope.template(label));
  return isDict(item) && item.has('name') && count > 0 ? toText(item.get('name') ?? null) : toText(item);
}

/** The task's name; a name that cannot be templated yet stays as it is written. */
export function taskName(entry: TaskEntry, scope: VariableScope): string {
  const { name, module } = entry.task;
  if (name === undefined) return module;
  if (name.kind === 'scalar' && !isTemplateNode(name)) return String(name.value);
  try {
    return toText(scope.template(name));
  } catch {
    return name.kind === 'scalar' ? String(name.value) : module;
  }
}

/** A keyword that is a boolean or a template for one. */
export function flag(node: Templated | undefined, scope: VariableScope): boolean {
  if (node === undefined) return false;
  const value = scope.template(node);
  if (typeof value === 'string') return /^(yes|true|on|1|y|t)$/i.test(value.trim());
  return isTruthy(value);
}

function number(node: Templated | undefined, scope: VariableScope, fallback: number): number {
  if (node === undefined) return fallback;
  const value = Number(toText(scope.template(node)));
  return Number.isFinite(value) ? value : fallback;
}
