import type { Task } from '../config/play.ts';
import type { Value } from '../jinja/value.ts';
import type { BlockTracker } from './block-tracker.ts';
import { isBelieved } from './claims.ts';
import { type DecidedTask, placementsOf, rolesOf } from './decided.ts';
import { gatheredBy, setTaskFacts } from './facts.ts';
import type { Known } from './known.ts';
import type { Journal } from './planned.ts';
import { foreseenResult } from './settle.ts';

/** Stands for what nobody knows yet. */
const ANYTHING = { do: 'run', command: { kind: 'argv', argv: ['true'] }, environment: new Map() } as const;

/** Who walks, and what a task leaves behind. */
interface Follower {
  readonly host: string;
  readonly known: Known;
  readonly blocks: BlockTracker;
  readonly notified: Set<Task>;
  readonly journal: Journal;
  readonly mode: 'plan' | 'apply';
  /** Another host that a task is done on. */
  knownOf(host: string): Known;
}

/** What comes of a decided task for the tasks after it. @returns its result as it is foreseen */
export function followTask(task: DecidedTask, follower: Follower): Value {
  const { host, known, blocks, notified, journal, mode, knownOf } = follower;
  for (const block of task.includes) blocks.enter(block);
  if (task.variables.length > 0) journal.include(host, task.variables);
  if (!task.looped) journal.place(placementsOf(task));
  let changes = false;
  for (const { outcome } of task.items) {
    if (outcome.verdict === 'change') {
      const on = outcome.delegate === undefined ? known : knownOf(outcome.delegate.host);
      if (!isBelieved(task.entry, mode)) for (const action of outcome.decision.actions) on.perform(action);
      changes = true;
    } else if (outcome.verdict === 'unchanged') changes ||= outcome.changed === true;
  }
  if (task.open.length > 0) {
    const others = task.items.flatMap(({ outcome }) =>
      outcome.verdict === 'change' && outcome.delegate !== undefined ? [knownOf(outcome.delegate.host)] : [],
    );
    for (const on of new Set([known, ...others])) on.perform(ANYTHING);
  }
  if (changes) for (const handler of task.notify) notified.add(handler.task);
  const { entry, until } = task;
  const result = foreseenResult(task);
  if (entry.task.module === 'include_role') journal.useRoles(rolesOf(task.includes));
  journal.gather(gatheredBy(task, host));
  if (until === undefined) setTaskFacts(task, result, host, (name, fact, value) => journal.setFact(name, fact, value));
  if (entry.task.register !== undefined) journal.register(host, entry.task.register, result);
  return result;
}
