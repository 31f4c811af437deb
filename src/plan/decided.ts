import type { Placement } from '../config/inventory/placement.ts';
import type { VariableLayer } from '../config/node.ts';
import type { Block, TaskOrBlock } from '../config/play.ts';
import type { RoleUse } from '../config/role.ts';
import type { Problem } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import type { Decision, Module, ResultFields } from '../modules/module.ts';
import type { Action } from '../shell/action.ts';
import type { Expectation } from '../shell/guard.ts';
import type { Question } from '../shell/question.ts';
import type { TaskEntry } from './entries.ts';
import type { Handler } from './handlers.ts';
import type { Account } from './known.ts';

/** Another host than its own, on which a task is done (`delegate_to`). */
export interface Delegate {
  readonly host: string;
  readonly account: Account;
}

/** What a task, or one item of its loop, comes to on a host. */
export type ItemVerdict =
  | { readonly verdict: 'skipped'; readonly reason: string }
  | {
      readonly verdict: 'unchanged';
      readonly result: ResultFields;
      readonly failed?: string;
      readonly changed?: boolean;
      /** As a decision has it. */
      readonly foreseen?: readonly Question[] | undefined;
      /** What it puts into the inventory. */
      readonly places?: readonly Placement[] | undefined;
      /** The host whose facts it sets, when that is not its own. */
      readonly factsFor?: string | undefined;
    }
  | {
      readonly verdict: 'change';
      readonly decision: Extract<Decision, { verdict: 'change' }>;
      readonly expectations: readonly Expectation[];
      /** It is done on another host. */
      readonly delegate?: Delegate | undefined;
      readonly factsFor?: string | undefined;
    }
  | {
      readonly verdict: 'failed';
      readonly message: string;
      readonly hint?: string | undefined;
      readonly result: ResultFields;
      /** The user's files are the cause, not the host. */
      readonly problems?: readonly Problem[] | undefined;
    };

export interface DecidedItem {
  /** What the loop variable holds; `undefined` when the task does not loop. */
  readonly item: Value | undefined;
  readonly label: string | undefined;
  readonly outcome: ItemVerdict;
}

/** A task whose outcome on a host is known, as far as a plan can know it. */
export interface DecidedTask {
  readonly entry: TaskEntry;
  readonly name: string;
  readonly items: readonly DecidedItem[];
  /** The last items of its loop, where only the steps of those before them can tell what they come to. */
  readonly open: readonly Pick<DecidedItem, 'item' | 'label'>[];
  readonly looped: boolean;
  readonly account: Account;
  readonly ignoreErrors: boolean;
  readonly noLog: boolean;
  /** Its differences are not shown. */
  readonly hidesDiff: boolean;
  readonly notify: readonly Handler[];
  /** It is done once for the batch, by the host that decided it. */
  readonly once: boolean;
  /** When it fails, every host of the batch has failed. */
  readonly fatal: boolean;
  /** How many hosts may do it at a time; 0: as many as there are forks. */
  readonly throttle: number;
  /** What it includes for the host. */
  readonly includes: readonly Block[];
  /** Variables that it has read for the host. */
  readonly variables: readonly VariableLayer[];
  /** It is tried again until its condition holds. `undefined` also when that holds already and nothing has to be done. */
  readonly until: { readonly retries: number; readonly delay: number } | undefined;
}

/** What its result was foreseen from, and is to be asked when the steps before it have run. */
export function foreseenOf({ items, entry }: DecidedTask): readonly Question[] {
  if (entry.task.register === undefined) return [];
  return items.flatMap(({ outcome }) => (outcome.verdict === 'unchanged' ? (outcome.foreseen ?? []) : []));
}

/** Does it have to do something on the host? */
export function acts(task: DecidedTask): boolean {
  return task.items.some((item) => item.outcome.verdict === 'change');
}

/** Does it do something on another host than its own? */
export function isDelegated(task: DecidedTask): boolean {
  return task.items.some(({ outcome }) => outcome.verdict === 'change' && outcome.delegate !== undefined);
}

/** Will it have failed without doing anything? What is tried again has not failed yet. */
export function failsOutright(task: DecidedTask): boolean {
  if (task.until !== undefined) return false;
  return task.items.some(
    ({ outcome }) => outcome.verdict === 'failed' || (outcome.verdict === 'unchanged' && outcome.failed !== undefined),
  );
}

/**
 * Does it leave the host in a state that nobody can foretell: by one of its actions, or since it may end its loop early or
 * does not know all of it yet?
 */
function isOpaque(task: DecidedTask): boolean {
  if (task.open.length > 0 || task.entry.task.loop?.breakWhen !== undefined) return true;
  return task.items.some(
    ({ outcome }) => outcome.verdict === 'change' && outcome.decision.actions.some((action) => action.do === 'run'),
  );
}

/** Has it to run before the tasks after it are decided? */
export function endsSegment(task: DecidedTask, { noticedByOthers }: Pick<Module, 'noticedByOthers'>): boolean {
  if (task.until !== undefined) return true;
  return acts(task) && (isOpaque(task) || task.once || noticedByOthers || isDelegated(task));
}

/** The file that an action gives another content; `undefined` for whatever else it does. */
export function writtenFile(action: Action): string | undefined {
  return action.do === 'write' ? action.path : undefined;
}

/** The roles that an include names, without those that they depend on. */
export function rolesOf(includes: readonly TaskOrBlock[]): readonly RoleUse[] {
  return includes.flatMap((each): readonly RoleUse[] => {
    if (each.kind !== 'block' || each.role?.isDependency === true) return [];
    return each.role === undefined ? rolesOf(each.block) : [each.role];
  });
}

/** What a task that has not failed puts into the inventory. */
export function placementsOf({ items }: Pick<DecidedTask, 'items'>): readonly Placement[] {
  return items.flatMap(({ outcome }) =>
    outcome.verdict === 'unchanged' && outcome.failed === undefined ? (outcome.places ?? []) : [],
  );
}
