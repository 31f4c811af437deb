import { playTemplate } from './apply/play-values.ts';
import type { PlaybookSetting } from './apply/playbook-run.ts';
import type { VariableLayer } from './config/node.ts';
import type { Play, Playbook } from './config/play.ts';
import { askPrompts } from './config/variables/prompted.ts';
import { InputError, type Problem } from './errors.ts';
import type { RunInputs } from './prepare.ts';

/**
 * Asks for what `vars_prompt` of every play wants, before anything is done.
 * @throws InputError with every variable that nobody can be asked for
 */
export async function promptsOf(
  playbook: Playbook,
  {
    inventory,
    variables,
    extraVars,
  }: Pick<PlaybookSetting, 'inventory' | 'variables'> & { readonly extraVars: readonly VariableLayer[] },
  { ask, isListing = false, emit, redactor }: Pick<RunInputs, 'ask' | 'isListing' | 'emit' | 'redactor'>,
): Promise<ReadonlyMap<Play, VariableLayer>> {
  const prompts = new Map<Play, VariableLayer>();
  const problems: Problem[] = [];
  for (const play of playbook.plays) {
    const asked = await askPrompts(
      play,
      {
        template: playTemplate(play, { inventory, variables, prompts }),
        isGiven: (name) => extraVars.some((layer) => layer.variables.has(name)),
        ask: isListing ? undefined : ask,
        warn: (message, { at }) => !isListing && emit({ event: 'warning', message, at }),
        addSecret: (value) => redactor.add(value),
      },
      problems,
    );
    if (asked !== undefined) prompts.set(play, asked);
  }
  // What is only listed has its defaults, and without one no value.
  if (problems.length > 0 && !isListing) throw new InputError(problems);
  return prompts;
}
