import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, UnreachableError } from '../errors.ts';
import { NotYetKnown, type Value } from '../jinja/value.ts';
import { inherited, metaAction, type TaskEntry } from './entries.ts';
import { flag } from './keyword-value.ts';
import { loopItems } from './loop.ts';
import type { PassSetting, Planned } from './planned.ts';
import { loopResult, unreachableResult } from './settle.ts';

/** A task that fails before anything is done, with what can be read of its keywords. */
export function brokenTask(
  entry: TaskEntry,
  name: string,
  error: BrokkrError,
  scope: VariableScope,
  isOnce: boolean,
): Extract<Planned, { kind: 'broken' }> {
  const keyword = (which: 'ignoreErrors' | 'ignoreUnreachable' | 'noLog' | 'anyErrorsFatal'): boolean => {
    try {
      return flag(inherited(entry, which), scope);
    } catch {
      return which === 'noLog';
    }
  };
  const fatal = keyword('anyErrorsFatal') || isOnce;
  return {
    kind: 'broken',
    entry,
    name,
    error,
    // A host that is lost by all of them is lost, whatever is ignored.
    ignoreErrors: error instanceof UnreachableError ? keyword('ignoreUnreachable') && !fatal : keyword('ignoreErrors'),
    noLog: keyword('noLog'),
    fatal,
  };
}

/** What is registered of such a task. */
export function brokenResult(error: BrokkrError, entry: TaskEntry, scope: VariableScope): Value {
  if (error instanceof UnreachableError) return lostTaskResult(error, entry, scope);
  return new Map<Value, Value>([
    ['changed', false],
    ['failed', true],
    ['msg', error.message],
  ]);
}

/** What is registered of a task for which its host could not be reached: of a loop, for each of its items. */
function lostTaskResult(error: UnreachableError, entry: TaskEntry, scope: VariableScope): Value {
  const { loop, module } = entry.task;
  if (loop === undefined) return unreachableResult(error.message);
  try {
    const items = loopItems(loop, scope.at(entry.lineage), module);
    return loopResult(
      items.map(() => unreachableResult(error.message)),
      items,
      loop,
    );
  } catch (failure) {
    if (failure instanceof NotYetKnown || failure instanceof BrokkrError) return unreachableResult(error.message);
    throw failure;
  }
}

/** Does one host do it for the whole batch? */
export function isDoneOnce(entry: TaskEntry, setting: Pick<PassSetting, 'moduleOf'>, scope: VariableScope): boolean {
  if (entry.task.module === 'meta') return /^end_(play|batch)$/.test(metaAction(entry.task));
  const module = setting.moduleOf(entry.task.module);
  const keyword = inherited(entry, 'runOnce');
  return (
    module.oncePerBatch === true ||
    module.forAllHosts === true ||
    (keyword !== undefined && flag(keyword, scope.at(entry.lineage)))
  );
}
