import { BrokkrError } from '../errors.ts';
import type { RestartGate } from '../modules/gate.ts';
import type { DecidedTask } from '../plan/decided.ts';
import type { HostPass } from '../plan/planned.ts';
import type { BatchContext } from './batch-context.ts';
import { failWithout } from './finish-task.ts';
import type { HostRun } from './host-run.ts';
import { identify } from './report-task.ts';

/** A host whose next task would take a running server of a cluster down. */
export interface Roller {
  readonly run: HostRun;
  readonly task: DecidedTask;
  readonly cluster: string;
}

/** Which hosts, at the entry that they have come to, would take a running server down; the others may go together. */
export function findRollers(
  ready: readonly HostRun[],
  entry: number,
  planOf: ReadonlyMap<string, HostPass>,
  context: BatchContext,
): Roller[] {
  return ready.flatMap((run) => {
    const planned = planOf.get(run.name)?.planned.find((each) => each.entry.index === entry);
    if (planned?.kind !== 'task') return [];
    const cluster = clusterTakenDown(run, planned.task, context);
    return cluster === undefined ? [] : [{ run, task: planned.task, cluster }];
  });
}

function clusterTakenDown(run: HostRun, task: DecidedTask, context: BatchContext): string | undefined {
  const actions = task.items.flatMap(({ outcome }) => (outcome.verdict === 'change' ? outcome.decision.actions : []));
  for (const action of actions) {
    const restart = context.gates.restartOf(action);
    if (restart === undefined) continue;
    if (restart.unit === undefined) return restart.cluster;
    const state = run.known.answer(task.account.user, { ask: 'unit', name: restart.unit });
    // A server that does not run is only started. What is not known is taken for running.
    if (typeof state === 'symbol' || state.active !== 'inactive') return restart.cluster;
  }
  return undefined;
}

/**
 * Takes hosts through a restart of one cluster. When it is up: one after the other, each only while every server is there
 * and in step, the leading one last, and the last one watched until it is back. When it is not up yet: all together.
 */
export async function roll(
  rollers: readonly Roller[],
  advance: (run: HostRun) => Promise<void>,
  context: BatchContext,
): Promise<void> {
  const [first] = rollers;
  if (first === undefined) return;
  const gate = context.gates.gateOf(first.cluster, first.run.name, context.scopeOf);
  if (gate === undefined)
    context.identity.emit({
      event: 'warning',
      message: `nobody can tell whether ${first.cluster} is whole between restarts: its variables are not set; one host at a time`,
      at: first.task.entry.task.at,
    });
  else if (!(await gate.isUp())) {
    await Promise.all(rollers.map(({ run }) => advance(run)));
    return;
  }
  let left = [...rollers];
  while (left.length > 0) {
    const [name] = (await gate?.order(left.map(({ run }) => run.name))) ?? [];
    const next = left.find(({ run }) => run.name === name) ?? left[0];
    if (next === undefined) return;
    const problem = await passes((restarts) => restarts.before(next.run.name), gate, next, context);
    if (problem !== undefined) {
      for (const { run, task } of left)
        failWithout(
          run,
          task,
          new BrokkrError(`${gate?.cluster} was not restarted here: ${problem.message}`, {
            hint: 'mend that, then run it again: the restart is owed and will be made',
          }),
          context,
        );
      return;
    }
    left = left.filter((each) => each !== next);
    await advance(next.run);
    const lost =
      next.run.status === 'live'
        ? await passes((restarts) => restarts.after(next.run.name), gate, next, context)
        : new BrokkrError(`the restart on ${next.run.name} failed`);
    if (lost === undefined) continue;
    if (next.run.status === 'live')
      context.identity.emit({ event: 'warning', message: `${next.run.name} was restarted, but ${lost.message}` });
    for (const { run, task } of left)
      failWithout(
        run,
        task,
        new BrokkrError(`not restarted, because ${lost.message}`, {
          hint: 'mend that, then run it again: the restart is owed and will be made',
        }),
        context,
      );
    return;
  }
  for (const note of (await gate?.settle()) ?? []) context.identity.emit({ event: 'progress', text: note });
  const last = rollers.at(-1);
  const problem =
    last === undefined ? undefined : await passes((restarts) => restarts.waitUntilWhole(), gate, last, context);
  if (problem !== undefined)
    context.identity.emit({ event: 'warning', message: `after the restarts: ${problem.message}` });
}

/** Goes through the gate; gives the reason when it does not open. */
async function passes(
  through: (gate: RestartGate) => Promise<unknown>,
  gate: RestartGate | undefined,
  { run, task }: Roller,
  context: BatchContext,
): Promise<BrokkrError | undefined> {
  if (gate === undefined) return undefined;
  context.identity.emit({
    event: 'progress',
    task: identify(task.entry, task.name, context),
    text: `${run.name}: until ${gate.cluster} can do without it`,
  });
  try {
    await through(gate);
    return undefined;
  } catch (error) {
    if (error instanceof BrokkrError) return error;
    throw error;
  }
}
