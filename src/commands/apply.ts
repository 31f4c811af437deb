import { readFileSync } from 'node:fs';
import { BrokkrError, ExitCode, errorText, InputError } from '../errors.ts';
import { planDifferences, type SavedPlan, savedHosts, savedPlanSchema } from '../plan/saved-plan.ts';
import { applyRun, closeRun, planRun } from '../run.ts';
import { samePlan, sameVariables } from '../same-inventory.ts';
import { quote } from '../shell/quote.ts';
import type { Io } from './io.ts';
import type { SharedOptions } from './options.ts';
import { withSession } from './session.ts';
import { stopHosts } from './stop.ts';

/** Applies exactly the saved plan: it is made anew, and refused when a host or a file has moved since. */
export async function apply(io: Io, file: string, options: SharedOptions): Promise<ExitCode> {
  const saved = readPlan(file);
  if (options.extraVars.length !== saved.extraVars) {
    throw new InputError([
      {
        message: `the plan was made with ${times(saved.extraVars)}, and now there is ${times(options.extraVars.length)}`,
        hint: 'give the same -e again; a plan file keeps no variables, since they may be secret',
      },
    ]);
  }
  const asPlanned: SharedOptions = {
    ...options,
    inventory: saved.inventory,
    limit: saved.limit,
    tags: saved.tags,
    skipTags: saved.skipTags,
    startAtTask: saved.startAtTask,
  };
  return withSession(io, saved.playbook, asPlanned, false, async ({ inputs }, interruption) => {
    const started = performance.now();
    const run = await planRun(inputs, 'apply');
    try {
      const differences = planDifferences(saved.hosts, savedHosts(run.tasksOf));
      if (differences.length > 0) {
        const again = `${samePlan(saved.playbook, asPlanned)}${sameVariables(saved.extraVars)}`;
        throw new BrokkrError(
          `the plan of ${saved.madeAt} is refused, because it would not do the same any more; nothing was changed\n${differences.map((line) => `  ${line}`).join('\n')}`,
          { hint: `make it anew and look at it: brokkr plan -o ${quote(file)}${again}` },
        );
      }
      interruption.current = stopHosts(run.setting);
      return (await applyRun(run, started)) ? ExitCode.done : ExitCode.failed;
    } finally {
      interruption.current = undefined;
      await closeRun(run.setting);
    }
  });
}

function times(extraVars: number): string {
  return extraVars === 0 ? 'no -e' : `-e ${extraVars === 1 ? 'once' : `${extraVars} times`}`;
}

function readPlan(file: string): SavedPlan {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError([
      {
        message: `the plan ${file} cannot be read: ${errorText(error)}`,
        hint: `make one: brokkr plan -o ${file}`,
      },
    ]);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const parsed = savedPlanSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new InputError([
    {
      message: `${file} is no plan of this version of brokkr`,
      at: { file, line: 1, column: 1 },
      hint: 'make one, in a file of its own: brokkr plan -o FILE',
    },
  ]);
}
