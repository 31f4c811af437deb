import type { Position } from '../errors.ts';
import type { Diff } from '../modules/module.ts';

/** What a task comes to on one host, for whoever reads the plan. */
export interface HostView {
  readonly host: string;
  /**
   * `run`: a program or a wait that has to run, and of which only the run can tell whether it changes anything. `once`:
   * another host does it for all. `unknown`: `reason` says what has to run first.
   */
  readonly verdict: 'ok' | 'change' | 'run' | 'skipped' | 'failed' | 'unknown' | 'once';
  readonly diff: readonly Diff[];
  readonly reason?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** It fails, and the `rescue` of a block goes on from there. */
  readonly rescued?: boolean | undefined;
  readonly items?: readonly { readonly label: string; readonly verdict: string }[] | undefined;
}

export interface TaskView {
  readonly task: string;
  readonly module: string;
  readonly at: Position;
  readonly handler: boolean;
  readonly hosts: readonly HostView[];
}

/** A whole plan. */
export interface PlanView {
  readonly plays: readonly {
    readonly play: string;
    readonly hosts: readonly string[];
    readonly tasks: readonly TaskView[];
  }[];
}

/** How many tasks would change something, have to run, or fail without a rescue, and on how many hosts. */
export function pendingCount(view: PlanView): {
  readonly changes: number;
  readonly hosts: number;
  readonly failed: number;
} {
  const hosts = new Set<string>();
  let changes = 0;
  let failed = 0;
  for (const each of view.plays.flatMap((play) => play.tasks.flatMap((task) => task.hosts))) {
    const { verdict, host } = each;
    if (verdict === 'failed' && each.rescued !== true) failed += 1;
    if (verdict !== 'change' && verdict !== 'run' && verdict !== 'unknown') continue;
    changes += 1;
    hosts.add(host);
  }
  return { changes, hosts: hosts.size, failed };
}
