import { isDict, NotYetKnown, type Value } from '../jinja/value.ts';
import type { DecidedTask, ItemVerdict } from './decided.ts';
import { mayDelegateFacts, type TaskEntry } from './entries.ts';
import type { PassSetting } from './planned.ts';
import { factsSetBy } from './task-arguments.ts';

/** Calls back for each variable of the `ansible_facts` of a result, and of its items' results. */
export function setFactsOf(result: Value, set: (name: string, value: Value) => void): void {
  // A result that is not known yet has no facts to set: whoever asks for them waits for its task.
  if (!(result instanceof Map)) return;
  const facts: Value | undefined = result.get('ansible_facts');
  if (facts !== undefined && isDict(facts)) for (const [name, value] of facts) set(String(name), value);
  const items: Value | undefined = result.get('results');
  if (Array.isArray(items)) for (const item of items) setFactsOf(item, set);
}

/** What a `rescue` may read of the failure that it takes care of. */
export function failedTaskFacts(entry: TaskEntry, name: string, result: Value): readonly (readonly [string, Value])[] {
  const { task, role } = entry;
  const isNamed = task.name?.kind === 'scalar' && task.name.value !== '';
  const before = role === undefined || task.module === 'include_role' ? '' : `${role.name} : `;
  return [
    [
      'ansible_failed_task',
      new Map<Value, Value>([
        // Without its role's, and without one when it is only called after its module.
        ['name', isNamed ? name.slice(before.length) : ''],
        ['action', task.moduleWritten],
      ]),
    ],
    ['ansible_failed_result', result],
  ];
}

/** The host whose facts an item sets: its own, or with `delegate_facts` the one that it is delegated to. */
export function factsHostOf(outcome: ItemVerdict | undefined, own: string): string {
  const isDone = outcome?.verdict === 'unchanged' || outcome?.verdict === 'change';
  return (isDone ? outcome.factsFor : undefined) ?? own;
}

/** The hosts whose facts a task has gathered. */
export function gatheredBy({ entry, items }: Pick<DecidedTask, 'entry' | 'items'>, own: string): readonly string[] {
  if (entry.task.module !== 'setup') return [];
  return items.flatMap(({ outcome }) => (outcome.verdict === 'unchanged' ? [factsHostOf(outcome, own)] : []));
}

/** Calls back for each variable of the `ansible_facts` of a task's result, with the host that it is of. */
export function setTaskFacts(
  { items, looped }: Pick<DecidedTask, 'items' | 'looped'>,
  result: Value,
  own: string,
  set: (host: string, name: string, value: Value) => void,
): void {
  const results: Value | undefined = looped && result instanceof Map ? result.get('results') : [result];
  if (!Array.isArray(results)) return;
  for (const [index, each] of results.entries()) {
    const host = factsHostOf(items[index]?.outcome, own);
    setFactsOf(each, (name, value) => set(host, name, value));
  }
}

/** Only a run can tell which facts a task sets: whoever asks for them waits for what it waits for. */
export function awaitFacts(
  entry: TaskEntry,
  error: unknown,
  own: string,
  setting: Pick<PassSetting, 'moduleOf' | 'hostNames' | 'journal'>,
): void {
  const until = error instanceof NotYetKnown ? error.until : 'the host was asked';
  // Whose they are may not be known either.
  const hosts = mayDelegateFacts(entry) ? setting.hostNames() : [own];
  for (const name of factsSetBy(entry, setting.moduleOf(entry.task.module)))
    for (const host of hosts) setting.journal.awaitFact(host, name, until);
}
