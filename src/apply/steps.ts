import type { VariableScope } from '../config/variables/scope.ts';
import type { Value } from '../jinja/value.ts';
import { type DecidedItem, type DecidedTask, isOpaque } from '../plan/decided.ts';
import type { Outcome } from '../shell/action.ts';
import type { BatchContext } from './batch-context.ts';
import type { HostRun } from './host-run.ts';
import { identify } from './report-task.ts';
import type { PlannedStep } from './run-task.ts';

/** The steps of a task's items, with what they owe and pay. */
export function stepsOf(task: DecidedTask, run: HostRun, context: BatchContext): PlannedStep[] {
  const handlers = task.notify.flatMap((name) => context.handlersOf(run.name, name));
  const judged = task.entry.task.changedWhen !== undefined;
  return task.items.flatMap(({ outcome }, itemIndex) => {
    if (outcome.verdict !== 'change') return [];
    const { actions, conclude } = outcome.decision;
    return actions.map((action, index): PlannedStep => {
      const last = index === actions.length - 1;
      return {
        task,
        itemIndex,
        action,
        expectations: index === 0 ? outcome.expectations : [],
        // Whether a judged task has changed anything is known later; what it owes is recorded then.
        owes: last && !judged && conclude === undefined ? handlers : [],
        pays: last && task.entry.isHandler ? [task.name] : [],
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
export function itemScope(run: HostRun, task: DecidedTask, item: DecidedItem, context: BatchContext): VariableScope {
  const { entry } = task;
  const values = new Map<string, Value>();
  if (entry.task.loop !== undefined && item.item !== undefined) values.set(entry.task.loop.loopVar, item.item);
  return context.scopeOf(run.name).within(
    entry.lineage.map((each) => each.vars),
    values,
  );
}

/** What is known of the host after a task's steps. */
export function applyEffects(run: HostRun, task: DecidedTask, outcomes: readonly Outcome[]): void {
  if (outcomes.length === 0) return;
  if (isOpaque(task) || outcomes.some((outcome) => outcome.rc !== 0)) {
    run.known.forget();
    return;
  }
  const actions = task.items.flatMap(({ outcome }) => (outcome.verdict === 'change' ? outcome.decision.actions : []));
  for (const action of actions) run.known.perform(action);
}
