import { planLines } from '../report/plan-text.ts';
import type { Report } from '../report/sink.ts';
import { type PlannedRun, recapOfRun } from '../run.ts';
import { type Io, print, terminalOf } from './io.ts';

interface ShowPlanOptions {
  /** What changes in files and states is shown. */
  readonly diff: boolean;
  /** How many `-v` were given. */
  readonly verbose: number;
  /** The command that applies it; without one it is being applied, or cannot be. */
  readonly applyWith: string | undefined;
}

/** Prints a plan. */
export function showPlan(io: Io, run: PlannedRun, { diff, verbose, applyWith }: ShowPlanOptions): void {
  const { color, columns } = terminalOf(io);
  const unreached = run.lost.length;
  const { redactor } = io;
  print(io, planLines(run.view, { redactor, color, columns, diff, verbosity: verbose, applyWith, unreached }));
}

/** Tells a plan that is not applied as events: what would change, and the recap, which failed if a task would. */
export function emitPlan({ emit }: Report, run: PlannedRun, started: number): void {
  emit({ event: 'plan', plays: run.view.plays, ...run.pending });
  const recap = recapOfRun(run, started);
  emit({ ...recap, failed: recap.failed || run.pending.failed > 0 });
}
