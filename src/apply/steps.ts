import type { VariableScope } from '../config/variables/scope.ts';
import type { DecidedItem, DecidedTask } from '../plan/decided.ts';
import { itemScopeOf } from '../plan/trial.ts';
import type { Action, Outcome } from '../shell/action.ts';
import type { BatchContext } from './batch-context.ts';
import type { HostRun } from './host-run.ts';
import { handlerName } from './owed.ts';
import { identify } from './report-task.ts';
import type { PlannedStep } from './run-task.ts';

/** The steps of a task's items, with what they owe and pay. */
export function stepsOf(task: DecidedTask, run: HostRun, context: BatchContext): PlannedStep[] {
  const handlers = task.notify.map(({ name }) => name);
  const paid = task.entry.isHandler ? handlerName(run, task.entry.task, context) : undefined;
  const lastItem = task.open.length > 0 ? -1 : task.items.findLastIndex(({ outcome }) => outcome.verdict === 'change');
  return task.items.flatMap(({ outcome }, itemIndex) => {
    if (outcome.verdict !== 'change') return [];
    const { delegate } = outcome;
    const { actions } = outcome.decision;
    return actions.map((action, index): PlannedStep => {
      const last = index === actions.length - 1;
      return {
        task,
        itemIndex,
        action,
        delegate,
        expectations: index === 0 ? outcome.expectations : [],
        // What a task owes that turns out to have changed nothing is taken back.
        owes: last && delegate === undefined && action.do !== 'control' ? handlers : [],
        // A loop has paid with its last item only.
        pays: paid !== undefined && delegate === undefined && last && itemIndex === lastItem ? [paid] : [],
        label: `${task.name} (${task.entry.task.at.file}:${task.entry.task.at.line})`.replaceAll(/\s+/g, ' '),
      };
    });
  });
}

export function tellBegun(run: HostRun, context: BatchContext): (step: PlannedStep) => void {
  return ({ task, itemIndex }) => {
    context.identity.emit({
      event: 'task-start',
      host: run.name,
      task: identify(task.entry, task.name, context),
      item: task.items[itemIndex]?.label,
    });
  };
}

/** The scope in which an item's own conditions are read. */
export function itemScope(run: HostRun, task: DecidedTask, index: number, context: BatchContext): VariableScope {
  const scope = context.scopeOf(run.name).at(task.entry.lineage);
  return itemScopeOf(task, index, scope);
}

/** What is known of the host after the steps of some of a task's items. */
export function applyEffects(
  run: HostRun,
  items: readonly DecidedItem[],
  outcomes: readonly Outcome[],
  context: BatchContext,
): void {
  if (outcomes.length === 0) return;
  const own: Action[] = [];
  for (const { outcome } of items) {
    if (outcome.verdict !== 'change') continue;
    const other = outcome.delegate === undefined ? undefined : context.runOf(outcome.delegate.host);
    if (other === undefined) own.push(...outcome.decision.actions);
    else performOn(other, outcome.decision.actions, outcomes);
  }
  performOn(run, own, outcomes);
}

function performOn(run: HostRun, actions: readonly Action[], outcomes: readonly Outcome[]): void {
  if (actions.length === 0) return;
  if (actions.some((action) => action.do === 'run') || outcomes.some((outcome) => outcome.rc !== 0)) {
    run.known.forget();
    return;
  }
  for (const action of actions) run.known.perform(action);
}
