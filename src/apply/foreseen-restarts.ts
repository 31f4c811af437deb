import type { Task } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { type DecidedTask, type ItemVerdict, writtenFile } from '../plan/decided.ts';
import type { HostPass } from '../plan/planned.ts';
import type { ForeseenRestart } from './batch-context.ts';
import type { PlaybookSetting } from './playbook-run.ts';
import { actionsOf, delegatesOf, takenDown } from './roll.ts';

/**
 * The handlers of a plan that would take a running server of a cluster down and start it again, each with its causes; and
 * the tasks that would do so on another host than the one that the play is about.
 */
export function foreseenRestarts(
  plays: readonly { readonly passes: readonly HostPass[]; readonly scopes: ReadonlyMap<string, VariableScope> }[],
  { runs, gates }: Pick<PlaybookSetting, 'runs' | 'gates'>,
): readonly ForeseenRestart[] {
  return plays.flatMap(({ passes, scopes }) =>
    passes.flatMap(({ host, planned }) => {
      const run = runs.get(host);
      const scope = scopes.get(host);
      const tasks = planned.flatMap((each) => (each.kind === 'task' ? [each.task] : []));
      return tasks.flatMap((task): ForeseenRestart[] => {
        const doneOn = delegatesOf(task);
        const isElsewhere = doneOn.some((other) => other !== host);
        if (run === undefined || scope === undefined || !(task.entry.isHandler || isElsewhere)) return [];
        const taken = takenDown(run, task, gates);
        if (taken === undefined || (taken.stays && !isElsewhere)) return [];
        const causes = run.foundOwed.size > 0 ? undefined : causesOf(task.entry.task, tasks);
        const { cluster } = taken;
        const handler = task.entry.task;
        return [
          { host, cluster, handler, doneOn, scope, actions: actionsOf(task), causes, contents: contentsOf(tasks) },
        ];
      });
    }),
  );
}

function causesOf(handler: Task, tasks: readonly DecidedTask[]): ReadonlySet<string> | undefined {
  const files = tasks
    .filter(({ notify }) => notify.some(({ task }) => task === handler))
    .flatMap(({ items }) => items.flatMap(({ outcome }) => causesOfItem(outcome)));
  const known = files.flatMap((file) => file ?? []);
  return known.length > 0 && known.length === files.length ? new Set(known) : undefined;
}

/** As when it is done: what counts as changed though it does nothing (`changed_when`) is about no file. */
function causesOfItem(outcome: ItemVerdict): readonly (string | undefined)[] {
  if (outcome.verdict === 'change') return outcome.decision.actions.map(writtenFile);
  return outcome.verdict === 'unchanged' && outcome.changed === true ? [undefined] : [];
}

function contentsOf(tasks: readonly DecidedTask[]): ReadonlyMap<string, string> {
  const written = tasks.flatMap(actionsOf).flatMap((action) => {
    if (action.do !== 'write' || action.content.from !== 'bytes') return [];
    return [[action.path, Buffer.from(action.content.bytes).toString()] as const];
  });
  return new Map(written);
}
