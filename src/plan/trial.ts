import type { Loop, Task } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import type { List, Value } from '../jinja/value.ts';
import type { DecidedItem, DecidedTask } from './decided.ts';
import { resultDict } from './settle.ts';

/** A task that is tried until something holds needs no trial when nothing has to be done and it holds already. */
export function endTrials(task: DecidedTask, scope: VariableScope): DecidedTask {
  const holds = task.items.every(({ outcome }, index) => {
    if (outcome.verdict === 'skipped') return true;
    if (outcome.verdict === 'change') return false;
    const failed = outcome.verdict === 'failed' || outcome.failed !== undefined;
    const changed = outcome.verdict === 'unchanged' && outcome.changed === true;
    return trialHolds(task, itemScopeOf(task, index, scope), resultDict(outcome.result, { changed, failed }), failed);
  });
  if (!holds) return task;
  const items = task.items.map(({ outcome, ...item }): DecidedItem => {
    if (outcome.verdict !== 'unchanged') return { ...item, outcome };
    return { ...item, outcome: { ...outcome, result: new Map<string, Value>([...outcome.result, ['attempts', 1]]) } };
  });
  return { ...task, items, until: undefined };
}

/** Whether `until` holds for a result; without one it is tried until it succeeds. */
export function trialHolds(task: DecidedTask, scope: VariableScope, result: Value, failed: boolean): boolean {
  const { until, register } = task.entry.task;
  if (until === undefined) return !failed;
  return scope.within([], new Map<string, Value>(register === undefined ? [] : [[register, result]])).condition(until);
}

/** Whether a loop ends with an item that came to this result, which has the name that the task registers. */
export function endsLoop({ loop, register }: Task, scope: VariableScope, result: Value): boolean {
  if (loop?.breakWhen === undefined || loop.breakWhen.length === 0) return false;
  const known = new Map<string, Value>(register === undefined ? [] : [[register, result]]);
  return scope.within([], known).condition(loop.breakWhen);
}

/** The scope of a task with its own variables, seen by one of its items. */
export function itemScopeOf(task: DecidedTask, index: number, scope: VariableScope): VariableScope {
  const { loop } = task.entry.task;
  const item = [...task.items, ...task.open][index]?.item;
  return loop === undefined || item === undefined
    ? scope
    : scope.within([], loopValues(loop, item, index, itemsOf(task)));
}

/** What a loop gives to one of its items. */
export function loopValues(loop: Loop, item: Value, index: number, list: List): Map<string, Value> {
  const values = new Map<string, Value>([
    [loop.loopVar, item],
    ['ansible_loop_var', loop.loopVar],
  ]);
  if (loop.extended !== 'no') values.set('ansible_loop', wholeLoop(loop, index, list));
  if (loop.indexVar === undefined) return values;
  return values.set(loop.indexVar, index).set('ansible_index_var', loop.indexVar);
}

/** `ansible_loop`. Source: Ansible's docs of extended loop variables, 2.19. */
function wholeLoop({ extended }: Loop, index: number, list: List): Value {
  const { length } = list;
  const before = list[index - 1];
  const after = list[index + 1];
  return new Map<Value, Value>([
    ...(extended === 'with all items' ? ([['allitems', list]] as const) : []),
    ['index', index + 1],
    ['index0', index],
    ['first', index === 0],
    ['last', index + 1 === length],
    ['length', length],
    ['revindex', length - index],
    ['revindex0', length - index - 1],
    ...(after === undefined ? [] : ([['nextitem', after]] as const)),
    ...(before === undefined ? [] : ([['previtem', before]] as const)),
  ]);
}

/** What a decided task goes over. */
export function itemsOf({ items, open }: Pick<DecidedTask, 'items' | 'open'>): List {
  return [...items, ...open].map(({ item }) => item ?? null);
}
