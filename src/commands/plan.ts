import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ExitCode } from '../errors.ts';
import { type SavedPlan, savedHosts } from '../plan/saved-plan.ts';
import { planLines } from '../report/plan-text.ts';
import { closeRun, planRun } from '../run.ts';
import { inventorySources, playbookFile } from './files.ts';
import { type Io, print, terminalOf } from './io.ts';
import type { SharedOptions } from './options.ts';
import { withSession } from './session.ts';

export interface PlanOptions extends SharedOptions {
  /** Where the plan is saved. */
  readonly output?: string | undefined;
}

/** Shows what would change on which host. Exit 2 when something would. */
export async function plan(io: Io, given: string | undefined, options: PlanOptions): Promise<ExitCode> {
  const playbook = playbookFile(given);
  return withSession(io, playbook, options, true, async ({ inputs, report }) => {
    const started = performance.now();
    const run = await planRun({ ...inputs, checkMode: false }, 'plan');
    try {
      for (const { message, hint } of run.lost)
        report.emit({ event: 'problem', problem: { message, ...(hint === undefined ? {} : { hint }) } });
      if (options.output !== undefined && run.lost.length === 0)
        savePlan(options.output, playbook, io, options, run.tasksOf);
      await report.pause();
      if (options.json) {
        print(io, [
          JSON.stringify({
            event: 'plan',
            ...io.redactor.redactDeep(run.view),
            ...run.pending,
            seconds: (performance.now() - started) / 1000,
          }),
        ]);
      } else {
        const { color, columns } = terminalOf(io);
        print(
          io,
          planLines(run.view, {
            redactor: io.redactor,
            color,
            columns,
            diff: true,
            verbosity: options.verbose,
            applyWith: applyWith(options),
            unreached: run.lost.length,
          }),
        );
      }
      if (run.lost.length > 0 || run.pending.failed > 0) return ExitCode.failed;
      return run.pending.changes > 0 ? ExitCode.changesPending : ExitCode.done;
    } finally {
      await closeRun(run.setting);
    }
  });
}

/** The command that does what was planned. Options are not repeated: they may hold secrets. */
function applyWith(options: PlanOptions): string {
  const { output, inventory, limit, tags, skipTags, extraVars } = options;
  if (output !== undefined) return `brokkr apply ${output}${extraVars.length > 0 ? ', and the same -e' : ''}`;
  const narrowed = limit !== undefined || [inventory, tags, skipTags, extraVars].some(({ length }) => length > 0);
  return `brokkr provision${narrowed ? ', with the same options' : ''}`;
}

function savePlan(
  file: string,
  playbook: string,
  io: Io,
  options: PlanOptions,
  tasksOf: Parameters<typeof savedHosts>[0],
): void {
  const saved: SavedPlan = {
    brokkr: 'plan',
    version: 1,
    madeAt: new Date().toISOString(),
    playbook: path.resolve(playbook),
    inventory: inventorySources(options.inventory, io.environment).map((source) =>
      source.includes(',') ? source : path.resolve(source),
    ),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    tags: options.tags,
    skipTags: options.skipTags,
    extraVars: options.extraVars.length,
    hosts: savedHosts(tasksOf),
  };
  writeFileSync(file, `${JSON.stringify(saved, undefined, 2)}\n`, { mode: 0o600 });
}
