import { BrokkrError } from '../errors.ts';
import type { DecidedTask } from '../plan/decided.ts';
import type { BatchContext } from './batch-context.ts';
import type { HostRun } from './host-run.ts';
import { planWithAnswers, trialPass } from './plan-batch.ts';
import { owedHandlers } from './playbook-run.ts';

/**
 * Decides one task anew on a host, after asking again for everything that it needs to know.
 * @throws BrokkrError when the host cannot be asked, or the task cannot be decided any more
 */
export async function decideAgain(run: HostRun, task: DecidedTask, context: BatchContext): Promise<DecidedTask> {
  const { entry } = task;
  run.known.forget();
  for (const { outcome } of task.items)
    if (outcome.verdict === 'change' && outcome.delegate !== undefined)
      context.runOf(outcome.delegate.host)?.known.forget();
  context.desk.forgetVolatile();
  const errors: BrokkrError[] = [];
  const [pass] = await planWithAnswers(
    [run],
    (live) =>
      trialPass(
        live.map((each) => ({ ...each.situation(owedHandlers(each, context)), position: entry.index })),
        { ...context.setting, entries: [entry], mode: 'apply', onceDone: context.onceDone },
        context.state,
      ),
    {
      desk: context.desk,
      emit: context.identity.emit,
      forks: 1,
      openAdded: context.openAdded,
      runOf: context.runOf,
      goesOn: () => false,
      lost: (_, error) => void errors.push(error),
    },
  );
  const [error] = errors;
  if (error !== undefined) throw error;
  const [planned] = pass?.planned ?? [];
  if (planned?.kind === 'task') return { ...planned.task, until: task.until };
  if (planned?.kind === 'broken') throw planned.error;
  throw new BrokkrError(`'${task.name}' cannot be tried again: nothing says any more what it has to do`);
}
