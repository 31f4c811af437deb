import { statSync } from 'node:fs';
import { z } from 'zod';
import { ExitCode } from '../errors.ts';
import { lintFormats } from '../report/lint-report.ts';
import type { Candidate, Completion, WordKind } from './complete-verbs.ts';
import { completionScripts, completionShells } from './completion-scripts.ts';
import { inventorySources } from './files.ts';
import { inspectOptions, openHosts } from './inspection.ts';
import type { Io } from './io.ts';
import { allRules } from './lint-rules.ts';

export const completionShell = z.enum(completionShells, `one of ${completionShells.join(', ')} is wanted`);

/** Prints the script that makes a shell complete brokkr's command lines. */
export function completionScript(io: Io, shell: z.infer<typeof completionShell>): ExitCode {
  io.stdout.write(completionScripts[shell]);
  return ExitCode.done;
}

/** Prints what may come at the end of a command line: one word a line, with a tab and its meaning. */
export async function completeWords(io: Io, completion: Completion): Promise<ExitCode> {
  const { candidates, kind, before, begun, inventory } = completion;
  const named = await wordsOf(io, kind, inventory);
  const lines = [
    ...candidates,
    ...named.filter(({ word }) => word.startsWith(begun)).map(({ word, text }) => ({ word: before + word, text })),
  ].map(({ word, text }) => (text === undefined ? word : `${word}\t${text.replaceAll(/\s+/g, ' ')}`));
  if (kind === 'files') lines.push(':files');
  io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return ExitCode.done;
}

async function wordsOf(io: Io, kind: WordKind, inventory: readonly string[]): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'hosts':
      return hostsAndGroups(io, inventory);
    case 'rules':
      return allRules().map(({ id, what }) => ({ word: id, text: what }));
    case 'formats':
      return lintFormats.map((word) => ({ word }));
    case 'shells':
      return completionShells.map((word) => ({ word }));
    case 'services':
      return ['kafka', 'zookeeper', 'all'].map((word) => ({ word }));
    case 'drivers':
      return ['nspawn', 'loopback'].map((word) => ({ word }));
    case 'files':
    case 'nothing':
      return [];
  }
}

/** What an inventory of files names; a program is not run because somebody presses Tab. */
async function hostsAndGroups(io: Io, given: readonly string[]): Promise<Candidate[]> {
  try {
    const sources = inventorySources(given, io.environment);
    if (sources.some(isProgram)) return [];
    const options = inspectOptions.parse({ inventory: [...sources] });
    const { inventory } = await openHosts(io, options, { keepVault: true });
    const groups = inventory.groups.map((word) => ({ word, text: 'group' }));
    return [...inventory.hosts.map((word) => ({ word, text: 'host' })), ...groups];
  } catch {
    // Half a command line may name what is not there yet; then there is nothing to offer.
    return [];
  }
}

function isProgram(source: string): boolean {
  const stat = statSync(source, { throwIfNoEntry: false });
  return stat?.isFile() === true && (stat.mode & 0o111) !== 0;
}
