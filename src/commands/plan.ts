import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ExitCode, InputError } from '../errors.ts';
import { type SavedPlan, savedHosts } from '../plan/saved-plan.ts';
import { closeRun, planRun } from '../run.ts';
import { samePlan, sameVariables } from '../same-inventory.ts';
import { quote } from '../shell/quote.ts';
import { inventorySources, playbookFile } from './files.ts';
import type { Io } from './io.ts';
import type { SharedOptions } from './options.ts';
import { checkWritable, type OutputFile, writeOutput } from './output-file.ts';
import { withSession } from './session.ts';
import { emitPlan, showPlan } from './show-plan.ts';

export interface PlanOptions extends SharedOptions {
  /** Where the plan is saved. */
  readonly output?: string | undefined;
}

/** Shows what would change on which host. Exit 2 when something would. */
export async function plan(io: Io, given: string | undefined, options: PlanOptions): Promise<ExitCode> {
  const playbook = playbookFile(given);
  return withSession(io, playbook, options, true, async ({ inputs, report }) => {
    const started = performance.now();
    checkWritable(planFile(options.output));
    if (options.output !== undefined) keepOthers(options.output);
    const run = await planRun({ ...inputs, checkMode: false }, 'plan');
    try {
      const incomplete = run.lost.length > 0;
      if (options.output !== undefined && !incomplete) savePlan(options.output, playbook, io, options, run.tasksOf);
      else if (options.output !== undefined)
        report.emit({
          event: 'warning',
          message: `${options.output} was not written: a plan is saved when all hosts were asked`,
        });
      await report.pause();
      if (options.json) emitPlan(report, run, started);
      else {
        const command = options.output !== undefined && incomplete ? undefined : applyWith(playbook, options);
        showPlan(io, run, { diff: true, verbose: options.verbose, applyWith: command });
      }
      if (run.lost.length > 0 || run.pending.failed > 0) return ExitCode.failed;
      return run.pending.changes > 0 ? ExitCode.changesPending : ExitCode.done;
    } finally {
      await closeRun(run.setting);
    }
  });
}

/** The command that does what was planned. */
function applyWith(playbook: string, options: PlanOptions): string {
  const { output, extraVars } = options;
  const command = output === undefined ? `provision${samePlan(playbook, options)}` : `apply ${quote(output)}`;
  return `brokkr ${command}${sameVariables(extraVars.length)}`;
}

/** A plan takes the place of an earlier plan, and of nothing else: not of the inventory by a slip of the fingers. */
function keepOthers(file: string): void {
  if (!existsSync(file) || !statSync(file).isFile()) return;
  const start = readFileSync(file, 'utf8').slice(0, 200);
  if (start.trim() === '' || /^\s*\{\s*"brokkr":\s*"plan"/.test(start)) return;
  throw new InputError([
    {
      message: `the plan is not written: ${file} is there already, and is no plan`,
      hint: 'give another name, or remove it',
    },
  ]);
}

function planFile(file: string | undefined): OutputFile {
  return { what: 'the plan', file };
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
    ...(options.startAtTask === undefined ? {} : { startAtTask: options.startAtTask }),
    extraVars: options.extraVars.length,
    hosts: savedHosts(tasksOf),
  };
  writeOutput(planFile(file), `${JSON.stringify(saved, undefined, 2)}\n`, 0o600);
}
