import type { Task } from '../config/play.ts';
import { type DecidedTask, isDelegated } from '../plan/decided.ts';
import type { Account } from '../plan/known.ts';
import type { Step } from '../shell/apply-program.ts';
import type { BatchContext } from './batch-context.ts';
import type { EventSink } from './events.ts';
import type { HostRun } from './host-run.ts';
import { runSteps } from './run-program.ts';

const NOTHING = { do: 'run', command: { kind: 'argv', argv: ['true'] }, environment: new Map() } as const;

/** The account whose records tell what a task owes on its own host. */
function keeperOf(run: HostRun, task: DecidedTask, context: BatchContext): Account {
  return isDelegated(task) ? context.keeperOf(run.name) : task.account;
}

/** What is done elsewhere for a host that this run has not come to (`connection: local`) is kept in mind only. */
function keepsRecords(run: HostRun, task: DecidedTask): boolean {
  return !isDelegated(task) || run.host.traffic.programs > 0;
}

/** Records on the host, with a program of its own, what a task owes or may come to owe and no step of its records. */
export async function recordOwed(run: HostRun, task: DecidedTask, context: BatchContext): Promise<void> {
  const owes = task.notify.map(({ name }) => name).filter((name) => !run.owed.has(name) || run.foundOwed.has(name));
  if (owes.length === 0 || !keepsRecords(run, task)) return;
  const { identity } = context;
  const account = keeperOf(run, task, context);
  const label = `${task.name}: note of what it owes`;
  const step: Step = { label, action: NOTHING, owes, pays: [] };
  const { run: name, owner, forceUnlock } = identity;
  const options = { run: name, owner, forceUnlock, expectations: [], firstStep: run.takeStepNumbers(1) };
  run.locks.set(account.user, account);
  await runSteps(run.host, account, [step], options, {
    emit: run.hearing(identity.emit),
    begun: () => {},
    ended: () => {},
  });
}

/** Keeps in mind what is recorded on the host. */
export function noteOwed(run: HostRun, task: DecidedTask, context: BatchContext): void {
  const account = keeperOf(run, task, context);
  for (const { name } of task.notify) {
    run.paid = run.paid.filter((each) => each.handler !== name || each.account.user !== account.user);
    if (run.owed.has(name)) continue;
    run.owed.set(name, account);
    context.identity.emit({ event: 'owed', host: run.name, handler: name, what: 'recorded' });
  }
}

/** The task has changed nothing: what was recorded before that was known goes with the next program. */
export function takeBack(run: HostRun, task: DecidedTask, context: BatchContext): void {
  if (!keepsRecords(run, task)) return;
  const account = keeperOf(run, task, context);
  for (const { name } of task.notify) if (!run.owed.has(name)) run.paid.push({ handler: name, account });
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

/** Another handler has done what these would do: their records go with the next program. */
export function payOthers(run: HostRun, isMeant: (handler: string) => boolean, emit: EventSink): void {
  for (const [handler, account] of run.owed) {
    if (!isMeant(handler)) continue;
    run.owed.delete(handler);
    run.paid.push({ handler, account });
    emit({ event: 'owed', host: run.name, handler, what: 'paid' });
  }
}

/**
 * What this account's record still holds although it was paid; to be removed with the program that is about to run.
 * @param owes what that program records itself, which stays
 */
export function takePaid(run: HostRun, account: Account, owes: ReadonlySet<string> = new Set()): string[] {
  const isMine = ({ handler, account: of }: HostRun['paid'][number]): boolean =>
    of.user === account.user && !owes.has(handler);
  const mine = run.paid.filter(isMine).map(({ handler }) => handler);
  run.paid = run.paid.filter((each) => !isMine(each));
  return mine;
}
