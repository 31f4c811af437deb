import type { DecidedTask } from '../plan/decided.ts';
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
  for (const handler of fresh) {
    run.owed.add(handler);
    context.identity.emit({ event: 'owed', host: run.name, handler, what: 'recorded' });
  }
  if (!recorded && fresh.length > 0) await runRecord(run, task, { owes: fresh, pays: [] }, context);
}

/** A handler has run: it is owed no longer. Its own step has removed the record when it had one. */
export async function payOwed(run: HostRun, task: DecidedTask, context: BatchContext): Promise<void> {
  if (!run.owed.delete(task.name)) return;
  context.identity.emit({ event: 'owed', host: run.name, handler: task.name, what: 'paid' });
  const hadStep = task.items.some(({ outcome }) => outcome.verdict === 'change');
  if (!hadStep) await runRecord(run, task, { owes: [], pays: [task.name] }, context);
}

async function runRecord(
  run: HostRun,
  task: DecidedTask,
  record: Pick<Step, 'owes' | 'pays'>,
  context: BatchContext,
): Promise<void> {
  const { identity } = context;
  const step: Step = {
    label: `${task.name}: note of owed handlers`,
    action: NOTHING,
    continueOnFailure: false,
    ...record,
  };
  run.locks.set(task.account.user, task.account);
  await runSteps(
    run.host,
    task.account,
    [step],
    { run: identity.run, owner: identity.owner, expectations: [], firstStep: run.takeStepNumbers(1) },
    { emit: identity.emit, begun: () => {} },
  );
}
