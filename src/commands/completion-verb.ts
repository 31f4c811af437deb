import { type Command, Option } from 'commander';
import { InputError } from '../errors.ts';
import type { Io } from './io.ts';

/** The verb that teaches a shell brokkr's verbs, flags, hosts and groups. */
export function addCompletionVerb(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('completion <shell> [words...]')
    .usage('<shell>')
    .description('print a script with which bash, zsh or fish complete verbs, flags, files, hosts and groups')
    .addOption(new Option('--words', 'what the script asks at each press of Tab').hideHelp())
    .action(async (shell: string, words: string[], flags: { words?: boolean }) => {
      const { completeWords, completionScript, completionShell } = await import('./completion.ts');
      if (flags.words === true) {
        const { completionOf } = await import('./complete-verbs.ts');
        return done(await completeWords(io, completionOf(program, [shell, ...words])));
      }
      const known = completionShell.safeParse(shell);
      if (!known.success)
        throw new InputError([{ message: `there is no completion for ${shell}`, hint: 'for bash, zsh and fish' }]);
      done(completionScript(io, known.data));
    });
}
