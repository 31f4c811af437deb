import path from 'node:path';
import { playbookFile } from './commands/files.ts';
import { quote, quoteAll } from './shell/quote.ts';

/**
 * The words that lead a command to the inventories which the command line has named: ` -i inventory/lab.yml`; empty where it
 * has named none. Without them, what is pasted would be done to the hosts of another inventory.
 */
export function sameInventory({ inventory }: { readonly inventory: readonly string[] }): string {
  return inventory.map((source) => ` ${quoteAll(['-i', fromHere(source)])}`).join('');
}

/** The word that names a playbook, behind a blank; empty for the one that is taken when none is named. */
export function samePlaybook(playbook: string): string {
  const isUsual = path.resolve(playbook) === path.resolve(playbookFile(undefined));
  return isUsual ? '' : ` ${quote(fromHere(playbook))}`;
}

/** What a plan was made with, beside variables: they may be secret, and are repeated nowhere. */
export interface PlanWords {
  readonly inventory: readonly string[];
  readonly limit?: string | undefined;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly startAtTask?: string | undefined;
}

/** The words that make a command plan the same: inventories, playbook, and all that narrows it; each behind a blank. */
export function samePlan(playbook: string, { limit, tags, skipTags, startAtTask, inventory }: PlanWords): string {
  const narrowing = [
    ...(limit === undefined ? [] : ['-l', limit]),
    ...(tags.length === 0 ? [] : ['-t', tags.join(',')]),
    ...(skipTags.length === 0 ? [] : ['--skip-tags', skipTags.join(',')]),
    ...(startAtTask === undefined ? [] : ['--start-at-task', startAtTask]),
  ];
  return `${sameInventory({ inventory })}${narrowing.length === 0 ? '' : ` ${quoteAll(narrowing)}`}${samePlaybook(playbook)}`;
}

/** What is to be added by hand to a command that `samePlan` made, on a line of its own, so that nobody pastes it. */
export function sameVariables(times: number): string {
  return times === 0 ? '' : '\n  and give it the same -e: variables are not repeated here, since they may be secret';
}

/** A path as it is written from here, where it is below the folder one stands in. */
export function fromHere(source: string): string {
  if (source.includes(',') || !path.isAbsolute(source)) return source;
  const relative = path.relative(process.cwd(), source);
  return relative === '' || relative.startsWith('..') ? source : relative;
}
