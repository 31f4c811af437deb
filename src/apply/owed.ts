import type { Task } from '../config/play.ts';
import { type DecidedTask, isDelegated } from '../plan/decided.ts';
import type { Handler } from '../plan/handlers.ts';
import type { Account } from '../plan/known.ts';
import type { Step } from '../shell/apply-program.ts';
import type { BatchContext } from './batch-context.ts';
import type { HostRun } from './host-run.ts';
import { runSteps } from './run-program.ts';

const NOTHING = { do: 'run', command: { kind: 'argv', argv: ['true'] }, environment: new Map() } as const;

/**
 * A handler that is owed is recorded on its host before anything else happens there, so that a run that fails in between
 * cannot lose it. A task's own steps have recorded it when its change was certain; otherwise it is done here.
 */
export async function recordOwed(
  run: HostRun,
  task: DecidedTask,
  recorded: boolean,
  context: BatchContext,
): Promise<void> {
  const fresh = noteOwed(run, task, context);
  // Its account is one of another host: what it owes is kept in mind only.
  if (isDelegated(task)) return;
  if (recorded || fresh.length === 0) return;
  const { identity } = context;
  const label = `${task.name}: note of what it owes`;
  const owes = fresh.map(({ name }) => name);
  const step: Step = { label, action: NOTHING, continueOnFailure: false, owes, pays: [] };
  const { run: name, owner, forceUnlock } = identity;
  const options = { run: name, owner, forceUnlock, expectations: [], firstStep: run.takeStepNumbers(1) };
  run.locks.set(task.account.user, task.account);
  await runSteps(run.host, task.account, [step], options, { emit: identity.emit, begun: () => {}, ended: () => {} });
}

/** Keeps in mind what is recorded on the host. @returns the handlers that were not owed before */
export function noteOwed(run: HostRun, task: DecidedTask, context: BatchContext): readonly Handler[] {
  const fresh = task.notify.filter(({ name }) => !run.owed.has(name));
  for (const { name } of fresh) {
    run.owed.set(name, task.account);
    context.identity.emit({ event: 'owed', host: run.name, handler: name, what: 'recorded' });
  }
  return fresh;
}

/** The name under which a handler is recorded on a host. */
export function handlerName(run: HostRun, task: Task, context: BatchContext): string | undefined {
  return context.handlersOn(run.name).find((handler) => handler.task === task)?.name;
}

/** A handler has been taken up, whatever comes of it: it is not notified any more, but still owed until it has run. */
export function takeUp(run: HostRun, task: Task, context: BatchContext): void {
  run.notified.delete(task);
  run.causes.delete(task);
  const name = handlerName(run, task, context);
  if (name !== undefined) run.foundOwed.delete(name);
}

/**
 * A handler has run (or had nothing to do): it is owed no longer. Its own step has removed the record when it had one; a
 * record that is still there goes with the next program, at the latest with the one that gives the lock back. Were the run
 * cut off before, the handler would be found owed and have nothing to do again.
 */
export function payOwed(run: HostRun, task: DecidedTask, context: BatchContext): void {
  const name = handlerName(run, task.entry.task, context);
  const account = name === undefined ? undefined : run.owed.get(name);
  if (name === undefined || account === undefined) return;
  run.owed.delete(name);
  context.identity.emit({ event: 'owed', host: run.name, handler: name, what: 'paid' });
  const hadStep = task.items.some(({ outcome }) => outcome.verdict === 'change');
  if (!hadStep || isDelegated(task) || task.account.user !== account.user) run.paid.push({ handler: name, account });
}

/** What this account's record still holds although it was paid; to be removed with the program that is about to run. */
export function takePaid(run: HostRun, account: Account): string[] {
  const mine = run.paid.filter((each) => each.account.user === account.user).map(({ handler }) => handler);
  run.paid = run.paid.filter((each) => each.account.user !== account.user);
  return mine;
}
