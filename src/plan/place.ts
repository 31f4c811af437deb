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

/** A machine as a pass leaves it so far, by whichever name its tasks or those delegated to it go. */
export function planned(known: Known, { clones }: Pick<PassMemory, 'clones'>): Known {
  const clone = clones.get(known) ?? known.clone();
  clones.set(known, clone);
  return clone;
}
