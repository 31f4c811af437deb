import type { VariableScope } from '../config/variables/scope.ts';
import type { BrokkrError } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import { inherited, type TaskEntry } from './entries.ts';
import { flag } from './keyword-value.ts';
import type { Planned } from './planned.ts';

/** A task with a template or an argument that is wrong on a host, and what its keywords make of that. */
export function brokenTask(
  entry: TaskEntry,
  name: string,
  error: BrokkrError,
  { scope, once }: { readonly scope: VariableScope; readonly once: boolean },
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
    fatal: keyword('anyErrorsFatal') || once,
  };
}

/** What such a task registers. */
export function brokenResult(error: BrokkrError): Value {
  return new Map<Value, Value>([
    ['changed', false],
    ['failed', true],
    ['msg', error.message],
  ]);
}
