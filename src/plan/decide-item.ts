import type { Placement } from '../config/inventory/placement.ts';
import type { Templated } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import type { Value } from '../jinja/value.ts';
import type { Decision, Module, ModuleContext } from '../modules/module.ts';
import type { LoopRest } from './decide-loop.ts';
import type { DecidedTask, Delegate, ItemVerdict } from './decided.ts';
import { inherited, mayDelegateFacts, type TaskEntry } from './entries.ts';
import type { Handler } from './handlers.ts';
import { flag } from './keyword-value.ts';
import { type Account, type Known, RecordedAnswers } from './known.ts';
import { conditionText, settleFailed, settleUnchanged } from './settle.ts';
import { argumentsOf } from './task-arguments.ts';

/** What deciding a task needs beside the task: all of it data or pure. */
export interface TaskSetting {
  readonly scope: VariableScope;
  readonly known: Known;
  readonly module: Module;
  /** One host does the task for the whole batch. */
  readonly isOnce: boolean;
  /** Its loop has begun already: only the items that have not been done are decided. */
  readonly rest?: LoopRest | undefined;
  /** What a notification stands for; none when no handler has the name or listens to it. */
  readonly handlersOf: (notified: string) => readonly Handler[];
  /** A fact that an item of a loop sets is there for the next item. */
  readonly setFact: (host: string, name: string, value: Value) => void;
  /** What an item of a loop puts into the inventory is there for the next item. */
  readonly place: (placements: readonly Placement[]) => void;
  /** What a task of the play brings in. */
  readonly include: (task: DecidedTask) => DecidedTask;
  /** Another host, as it is known and by whom it is looked at there. @throws BrokkrError when there is none of the name */
  readonly delegateOf: (name: string, entry: TaskEntry, scope: VariableScope) => Delegate & { readonly known: Known };
  readonly accountOf: (entry: TaskEntry, scope: VariableScope) => Account;
  readonly moduleContext: (entry: TaskEntry, scope: VariableScope) => ModuleContext;
}

/** What one item of a task comes to, or the task when it does not loop. Throws as `decideTask` does. */
export function decideItem(
  entry: TaskEntry,
  scope: VariableScope,
  setting: TaskSetting,
  account: Account,
  conditions: readonly Templated[],
): ItemVerdict {
  for (const condition of conditions) {
    if (!scope.condition([condition])) return { verdict: 'skipped', reason: conditionText(condition) };
  }
  const isOnlyChecked = flag(inherited(entry, 'checkMode'), scope);
  const context = setting.moduleContext(entry, scope);
  const delegate = delegateOf(entry, scope, setting);
  const known = delegate?.known ?? setting.known;
  const args = argumentsOf(entry, scope, setting.module, context);
  const answers = new RecordedAnswers(known, delegate?.account ?? account, delegate?.host);
  answers.require(setting.module.probe(args, context));
  const decision = setting.module.decide(args, answers, context);
  const isForOther = mayDelegateFacts(entry) && flag(inherited(entry, 'delegateFacts'), scope);
  const factsFor = isForOther && delegate !== undefined ? { factsFor: delegate.host } : {};
  switch (decision.verdict) {
    case 'change':
      if (isOnlyChecked) return onlyChecked(entry, scope, decision);
      return {
        verdict: 'change',
        decision,
        expectations: known.expectations((delegate?.account ?? account).user, answers.asked.values()),
        ...factsFor,
        ...(delegate === undefined ? {} : { delegate: { host: delegate.host, account: delegate.account } }),
      };
    case 'unchanged':
      return {
        ...settleUnchanged(entry, scope, decision.result, decision.changed, decision.places),
        ...factsFor,
        ...(decision.foreseen === undefined || delegate !== undefined ? {} : { foreseen: decision.foreseen }),
      };
    case 'failed':
      return settleFailed(entry, scope, decision);
  }
}

/** The host of `delegate_to`, or the control machine for `connection: local`; `undefined` when it is done on its own. */
function delegateOf(entry: TaskEntry, scope: VariableScope, setting: TaskSetting) {
  const node = inherited(entry, 'delegateTo');
  const connection = inherited(entry, 'connection');
  const name = node === undefined ? '' : scope.text(node).trim();
  const isOwn = name === '' || name === scope.host;
  if (isOwn && connection === undefined) return undefined;
  const delegate = setting.delegateOf(isOwn ? scope.host : name, entry, scope);
  return delegate.host === scope.host ? undefined : delegate;
}

/** `check_mode: true` on a task: what would be changed is told, and nothing is done. A program is not run. */
function onlyChecked(
  entry: TaskEntry,
  scope: VariableScope,
  decision: Extract<Decision, { verdict: 'change' }>,
): ItemVerdict {
  const { actions, result, checked = result } = decision;
  if (decision.checked === undefined && actions.some((action) => action.do === 'run'))
    return { verdict: 'skipped', reason: 'it would have run, were it not for check_mode' };
  return settleUnchanged(entry, scope, checked, checked.get('skipped') !== true);
}
