import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { InputError } from '../errors.ts';
import { commandWords } from './command-words.ts';
import type { Io } from './io.ts';
import { readRunOptions } from './run-options.ts';
import { addConnectionFlags, addInventoryFlags, addPlaybookDirFlag } from './shared-flags.ts';

/** The verbs that ask or do one thing on hosts, without a playbook. */
export function addHostVerbs(program: Command, io: Io, done: (code: number) => void): void {
  reaching(
    program.command('exec <pattern> <command...>').description('run a shell command on hosts; exit 1 when one fails'),
  )
    .option('--json', 'one JSON object a line for each host')
    .passThroughOptions()
    .action(async (pattern: string, words: string[], flags: unknown) => {
      const { exec } = await import('./exec.ts');
      const { inspectOptions } = await import('./inspection.ts');
      const instead = `brokkr exec ${words[0]} … ${pattern} COMMAND`;
      const command = commandWords(words, { what: 'pattern', name: pattern, instead });
      const late = words[0] === '--' ? undefined : lateInventory(command);
      if (late !== undefined)
        throw new InputError([
          {
            message: `-i ${late} stands behind the command, and would be a part of it`,
            hint: `options come first: brokkr exec -i ${late} ${pattern} …; behind --, all is the command`,
          },
        ]);
      done(await exec(io, pattern, command, readRunOptions(io, inspectOptions, flags)));
    });

  reaching(program.command('facts [pattern]').description('ask hosts for their facts and print them as JSON'))
    .option('-o, --output <file>', 'keep them in a file, for eval and explain with --facts')
    .action(async (pattern: string | undefined, flags: unknown) => {
      const { facts, factsOptions } = await import('./facts.ts');
      done(await facts(io, pattern ?? 'all', readRunOptions(io, factsOptions, flags)));
    });
}

/** Whoever names an inventory behind the command means these hosts, and would get those of another one. */
function lateInventory(command: readonly string[]): string | undefined {
  const at = command.findIndex((word) => word === '-i' || word === '--inventory');
  const file = at < 0 ? undefined : command[at + 1];
  return file !== undefined && existsSync(file) ? file : undefined;
}

function reaching(command: Command): Command {
  return addPlaybookDirFlag(addConnectionFlags(addInventoryFlags(command)));
}
