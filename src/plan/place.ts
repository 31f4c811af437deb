import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError } from '../errors.ts';
import { NotYetKnown } from '../jinja/value.ts';
import type { TaskEntry } from './entries.ts';
import type { Known } from './known.ts';
import type { PassMemory } from './planned.ts';

/** Do the conditions of a handler's flush hold? When they cannot be read, the flush itself has said so. */
export function flushHolds({ flush }: TaskEntry, scope: VariableScope): boolean {
  if (flush === undefined) return true;
  try {
    return scope.at(flush.lineage).condition(flush.lineage.flatMap((each) => each.when));
  } catch (error) {
    if (error instanceof NotYetKnown) return true;
    if (error instanceof BrokkrError) return false;
    throw error;
  }
}

/** A host that is not walked itself, as the tasks delegated to it so far would leave it. */
export function delegateKnown(delegate: { readonly host: string; readonly known: Known }, memory: PassMemory): Known {
  const known = memory.delegates.get(delegate.host) ?? delegate.known.clone();
  memory.delegates.set(delegate.host, known);
  return known;
}
