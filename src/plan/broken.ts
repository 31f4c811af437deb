import type { VariableScope } from '../config/variables/scope.ts';
import type { BrokkrError } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import type { Module } from '../modules/module.ts';
import { inherited, metaAction, type TaskEntry } from './entries.ts';
import { flag } from './keyword-value.ts';
import type { Planned } from './planned.ts';

/** A task that fails before anything is done, with what can be read of its keywords. */
export function brokenTask(
  entry: TaskEntry,
  name: string,
  error: BrokkrError,
  scope: VariableScope,
  isOnce: boolean,
): Extract<Planned, { kind: 'broken' }> {
  const keyword = (which: 'ignoreErrors' | 'noLog' | 'anyErrorsFatal'): boolean => {
    try {
      return flag(inherited(entry, which), scope);
    } catch {
      return which === 'noLog';
    }
  };
  return {
    kind: 'broken',
    entry,
    name,
    error,
    ignoreErrors: keyword('ignoreErrors'),
    noLog: keyword('noLog'),
    fatal: keyword('anyErrorsFatal') || isOnce,
  };
}

/** What is registered of such a task. */
export function brokenResult(error: BrokkrError): Value {
  return new Map<Value, Value>([
    ['changed', false],
    ['failed', true],
    ['msg', error.message],
  ]);
}

/** Does one host do it for the whole batch? */
export function isDoneOnce(entry: TaskEntry, module: Module, scope: VariableScope): boolean {
  if (entry.task.module === 'meta') return /^end_(play|batch)$/.test(metaAction(entry.task));
  const keyword = inherited(entry, 'runOnce');
  return (
    module.oncePerBatch === true ||
    module.forAllHosts === true ||
    (keyword !== undefined && flag(keyword, scope.at(entry.lineage)))
  );
}
