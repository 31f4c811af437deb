import type { DecidedTask } from '../plan/decided.ts';
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
  handlers: readonly string[],
  recorded: boolean,
  context: BatchContext,
): Promise<void> {
  const fresh = handlers.filter((handler) => !run.owed.has(handler));
  noteOwed(run, task, fresh, context);
  if (recorded || fresh.length === 0) return;
  const { identity } = context;
  const label = `${task.name}: note of what it owes`;
  const step: Step = { label, action: NOTHING, continueOnFailure: false, owes: fresh, pays: [] };
  const options = { run: identity.run, owner: identity.owner, expectations: [], firstStep: run.takeStepNumbers(1) };
  run.locks.set(task.account.user, task.account);
  await runSteps(run.host, task.account, [step], options, { emit: identity.emit, begun: () => {}, ended: () => {} });
}

/** Keeps in mind what is recorded on the host. */
export function noteOwed(run: HostRun, task: DecidedTask, handlers: readonly string[], context: BatchContext): void {
  for (const handler of handlers) {
    if (run.owed.has(handler)) continue;
    run.owed.set(handler, task.account);
    context.identity.emit({ event: 'owed', host: run.name, handler, what: 'recorded' });
  }
}

/**
 * A handler has run (or had nothing to do): it is owed no longer. Its own step has removed the record when it had one; a
 * record that is still there goes with the next program, at the latest with the one that gives the lock back. Were the run
 * cut off before, the handler would be found owed and have nothing to do again.
 */
export function payOwed(run: HostRun, task: DecidedTask, context: BatchContext): void {
  const account = run.owed.get(task.name);
  if (account === undefined) return;
  run.owed.delete(task.name);
  context.identity.emit({ event: 'owed', host: run.name, handler: task.name, what: 'paid' });
  const hadStep = task.items.some(({ outcome }) => outcome.verdict === 'change');
  if (!hadStep || task.account.user !== account.user) run.paid.push({ handler: task.name, account });
}

/** What this account's record still holds although it was paid; to be removed with the program that is about to run. */
export function takePaid(run: HostRun, account: Account): string[] {
  const mine = run.paid.filter((each) => each.account.user === account.user).map(({ handler }) => handler);
  run.paid = run.paid.filter((each) => each.account.user !== account.user);
  return mine;
}
