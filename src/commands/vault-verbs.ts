import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Io } from './io.ts';
import { readRunOptions } from './run-options.ts';
import { addVaultFlags } from './shared-flags.ts';
import type { VaultOptions } from './vault.ts';

type Run = (io: Io, given: readonly string[], options: VaultOptions) => Promise<ExitCode>;
type Modules = typeof import('./vault.ts');

/** The verbs that encrypt and decrypt files, in Ansible Vault's format. */
export function addVaultVerbs(program: Command, io: Io, done: (code: number) => void): void {
  const vault = program
    .command('vault')
    .enablePositionalOptions()
    .description("encrypt and decrypt files and values, in Ansible Vault's format");
  const verb = (name: string, description: string, pick: (modules: Modules) => Run): Command =>
    addVaultFlags(vault.command(name).description(description)).action(
      async (given: readonly string[], flags: unknown) => {
        const modules = await import('./vault.ts');
        done(await pick(modules)(io, given, readRunOptions(io, modules.vaultOptions, flags)));
      },
    );
  const output = ['--output <file>', 'write there instead; - is stdout'] as const;
  const encryptId = ['--encrypt-vault-id <id>', 'the vault id that encrypts, where several are given'] as const;

  verb('encrypt [files...]', 'encrypt files in place, or stdin to stdout', ({ encrypt }) => encrypt)
    .option(...output)
    .option(...encryptId);
  verb('decrypt [files...]', 'decrypt files in place, or stdin to stdout', ({ decrypt }) => decrypt).option(...output);
  verb('view [files...]', 'print the clear text of files', ({ view }) => view);
  verb('edit <files...>', 'change the clear text of files in $EDITOR', ({ edit }) => edit).option(...encryptId);
  verb('rekey <files...>', 'give files a new password', ({ rekey }) => rekey)
    .option('--new-vault-id <id@source>', 'the new vault id and its password file or program')
    .option('--new-vault-password-file <file>', 'the new password: a file, or a program that prints it')
    .option(...encryptId);
  verb(
    'encrypt_string [strings...]',
    'print strings, or stdin, as values for YAML',
    ({ encryptString }) => encryptString,
  )
    .option('-n, --name <name>', 'the name of the variable (again for each string)', several)
    .option('--stdin-name <name>', 'the name of the variable whose value is read from stdin')
    .option('-p, --prompt', 'ask for the string')
    .option(...output)
    .option(...encryptId);
}

function several(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
