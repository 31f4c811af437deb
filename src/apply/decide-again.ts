import { BrokkrError, UnreachableError } from '../errors.ts';
import { failedItem } from '../plan/decide-loop.ts';
import type { DecidedTask } from '../plan/decided.ts';
import { itemsOf } from '../plan/trial.ts';
import type { BatchContext } from './batch-context.ts';
import type { HostRun } from './host-run.ts';
import { planWithAnswers, trialPass } from './plan-batch.ts';
import { owedHandlers } from './playbook-run.ts';
import { takenDown } from './roll.ts';

/**
 * Decides the next item of a loop that was left open when the task was decided, and as many after it as can be. What cannot
 * be decided even now has failed, and so has what nobody foresaw: that it takes down a server which has to be gone around
 * with the others of its cluster.
 * @throws BrokkrError when the host cannot be asked
 */
export async function decideOpen(run: HostRun, task: DecidedTask, context: BatchContext): Promise<DecidedTask> {
  try {
    const { items, open } = await decideAgain(run, task, task.items.length, context);
    const next = items.slice(task.items.length);
    const taken = takenDown(run, { ...task, items: next }, context.gates);
    if (taken !== undefined && takenDown(run, task, context.gates)?.cluster !== taken.cluster) {
      const hint = 'make a task of its own of it, so that it waits for its turn';
      throw new BrokkrError(`it takes down a server of ${taken.cluster}, which was not foreseen`, { hint });
    }
    return { ...task, items, open };
  } catch (error) {
    const [first, ...open] = task.open;
    const isOfItem = error instanceof BrokkrError && !(error instanceof UnreachableError) && run.status === 'live';
    if (!isOfItem || first === undefined) throw error;
    return { ...task, items: [...task.items, failedItem(first, error)], open };
  }
}

/**
 * Decides one task anew on a host, of a loop the items from `from` on, after asking again for everything that it needs to
 * know.
 * @throws BrokkrError when the host cannot be asked, or the task cannot be decided any more
 */
export async function decideAgain(
  run: HostRun,
  task: DecidedTask,
  from: number,
  context: BatchContext,
): Promise<DecidedTask> {
  const { entry } = task;
  const rest = task.looped ? { list: itemsOf(task), from } : undefined;
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
        { ...context.setting, entries: [entry], mode: 'apply', onceDone: context.onceDone, rest },
        context.state,
      ),
    {
      desk: context.desk,
      emit: context.identity.emit,
      forks: 1,
      openAdded: context.openAdded,
      runOf: context.runOf,
      goesOn: () => false,
      recorded: new Set(task.notify.map(({ name }) => name)),
      lost: (_, error) => void errors.push(error),
    },
  );
  const [error] = errors;
  if (error !== undefined) throw error;
  const [planned] = pass?.planned ?? [];
  if (planned?.kind === 'task') {
    const items = [...task.items.slice(0, from), ...planned.task.items];
    return { ...planned.task, items, until: task.until };
  }
  if (planned?.kind === 'broken') throw planned.error;
  throw new BrokkrError(`'${task.name}' cannot be gone on with: nothing says any more what it has to do`);
}
