import type { Task } from '../config/play.ts';
import { BrokkrError } from '../errors.ts';
import type { DecidedTask } from '../plan/decided.ts';
import type { HostPass } from '../plan/planned.ts';
import type { Action } from '../shell/action.ts';
import type { BatchContext, RollingHost } from './batch-context.ts';
import { failWithout, settleTask } from './finish-task.ts';
import type { HostRun } from './host-run.ts';
import { finishIdle } from './item-result.ts';
import { handlerName, payOthers } from './owed.ts';

/** A host whose next task would take a running server of a cluster down. */
export interface Roller {
  readonly run: HostRun;
  readonly task: DecidedTask;
  readonly cluster: string;
  /** The server is not started again. */
  readonly stays: boolean;
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
    const taken = takenDown(run, planned.task, context.gates);
    return taken === undefined ? [] : [{ run, task: planned.task, ...taken }];
  });
}

/** Which cluster's running server a task takes down. */
export function takenDown(
  run: HostRun,
  task: DecidedTask,
  gates: Pick<BatchContext['gates'], 'restartOf' | 'startOf'>,
): Pick<Roller, 'cluster' | 'stays'> | undefined {
  const restarts = task.items.flatMap(({ outcome }) => {
    if (outcome.verdict !== 'change') return [];
    const on = outcome.delegate?.host ?? run.name;
    return outcome.decision.actions.flatMap((action) => gates.restartOf(action, on) ?? []);
  });
  const isElsewhere = delegatesOf(task).some((host) => host !== run.name);
  const running = restarts.find(({ unit }) => {
    // Of another host's unit nothing was asked here.
    if (unit === undefined || isElsewhere) return true;
    const state = run.known.answer(task.account.user, { ask: 'unit', name: unit });
    // A server that does not run is only started. What is not known is taken for running.
    return typeof state === 'symbol' || state.active !== 'inactive';
  });
  if (running === undefined) return undefined;
  // A loop over `stopped` and `started`.
  const starts = actionsOf(task).some((action) => gates.startOf(action) === running.cluster);
  return { cluster: running.cluster, stays: !starts && restarts.every(({ stays }) => stays) };
}

export function actionsOf(task: DecidedTask): readonly Action[] {
  return task.items.flatMap(({ outcome }) => (outcome.verdict === 'change' ? outcome.decision.actions : []));
}

/** The hosts that a task acts on by `delegate_to`. */
export function delegatesOf(task: DecidedTask): readonly string[] {
  const hosts = task.items.flatMap(({ outcome }) =>
    outcome.verdict === 'change' && outcome.delegate !== undefined ? [outcome.delegate.host] : [],
  );
  return [...new Set(hosts)];
}

/**
 * Takes hosts through a restart of one cluster, in the way that it is given in. Hosts whose server was not restarted, or is
 * not back, have failed; the restart stays owed.
 */
export async function roll(
  rollers: readonly Roller[],
  advance: (run: HostRun) => Promise<void>,
  context: BatchContext,
): Promise<void> {
  const [first] = rollers;
  if (first === undefined) return;
  const { scopeOf, keeperOf } = context;
  const hosts = rollers.map((roller) => rolling(roller, advance, context));
  const failures = await context.gates.roll({ cluster: first.cluster, hosts, scopeOf, keeperOf });
  for (const { run, task } of rollers) {
    const reason = failures.get(run.name);
    if (reason === undefined || run.status !== 'live') continue;
    const hint = 'mend that, then run it again: what is owed will be made up for';
    failWithout(run, task, new BrokkrError(reason, { hint }), context);
  }
}

function rolling(
  { run, task, stays }: Roller,
  advance: (run: HostRun) => Promise<void>,
  context: BatchContext,
): RollingHost {
  return {
    host: run.name,
    actions: actionsOf(task),
    doneOn: delegatesOf(task),
    stays,
    causes: causesOf(run, task, context),
    act: async () => {
      const { ignored } = run.counts;
      await advance(run);
      if (run.status !== 'live') throw new BrokkrError(`${task.name} has failed`);
      return run.counts.ignored === ignored;
    },
    leaveOut: async (reason, isAlike) => {
      const others = alike(run, task, context).filter(isAlike);
      const items = [...task.items, ...task.open].map((item) => ({
        ...item,
        outcome: { verdict: 'skipped', reason } as const,
      }));
      settleTask(run, { ...task, items, open: [] }, items.map(finishIdle), context);
      payOthers(run, (handler) => others.includes(handler), context.identity.emit);
      run.position = Math.max(run.position, task.entry.index + 1);
    },
  };
}

/** The handlers that nothing else has notified than what has notified this one. */
function alike(run: HostRun, task: DecidedTask, context: BatchContext): readonly string[] {
  const files = causesOf(run, task, context);
  return context.handlersOn(run.name).flatMap((other) => {
    const causes = [...(filesBehind(run, other.task, context) ?? [])];
    return causes.length > 0 && causes.every((file) => files?.has(file) === true) ? [other.name] : [];
  });
}

function causesOf(run: HostRun, { entry }: DecidedTask, context: BatchContext): ReadonlySet<string> | undefined {
  return entry.isHandler ? filesBehind(run, entry.task, context) : undefined;
}

/** Of a handler that an earlier run left owed nobody knows what has notified it. */
function filesBehind(run: HostRun, task: Task, context: BatchContext): ReadonlySet<string> | undefined {
  const causes = run.causes.get(task);
  const name = handlerName(run, task, context);
  if (causes === undefined || name === undefined || run.foundOwed.has(name)) return undefined;
  const files = new Set([...causes].flatMap((cause) => cause ?? []));
  return files.size === causes.size ? files : undefined;
}
