import { z } from 'zod';
import { encryptVault, isVaultText, openVault } from '../config/vault.ts';
import { readVaultPassword, type VaultPassword } from '../config/vault-password.ts';
import { ExitCode, InputError } from '../errors.ts';
import { editText } from './edit-text.ts';
import { askSecret, type Io } from './io.ts';
import { readContent, STANDARD, writeContent } from './vault-file.ts';
import { askNewPassword, askPassword, passwordOf, vaultPasswords } from './vault-passwords.ts';

export const vaultOptions = z.object({
  vaultPasswordFile: z.array(z.string()).default([]),
  vaultId: z.array(z.string()).default([]),
  askVaultPass: z.boolean().default(false),
  encryptVaultId: z.string().optional(),
  output: z.string().optional(),
  newVaultId: z.string().optional(),
  newVaultPasswordFile: z.string().optional(),
  name: z.array(z.string()).default([]),
  stdinName: z.string().optional(),
  prompt: z.boolean().default(false),
});
export type VaultOptions = z.infer<typeof vaultOptions>;

/** Encrypts files in place, or one file or stdin into another. @throws InputError also for what is encrypted already */
export async function encrypt(io: Io, given: readonly string[], options: VaultOptions): Promise<ExitCode> {
  const files = sources(given, options);
  const password = await passwordToEncrypt(io, options);
  // All are read before any is written, so that a problem of the last one leaves the first one as it is.
  const clear = await Promise.all(files.map((file) => readContent(io, file)));
  const done = files.filter((_, index) => isVaultText(clear[index]?.toString('latin1') ?? ''));
  if (done.length > 0)
    throw new InputError(
      done.map((file) => problem(file, 'is encrypted already', 'change its password with: brokkr vault rekey')),
    );
  for (const [index, file] of files.entries())
    writeContent(io, options.output ?? file, encryptVault(clear[index] ?? Buffer.alloc(0), password), 'private');
  return ExitCode.done;
}

/** Decrypts files in place, or one file or stdin into another. */
export async function decrypt(io: Io, given: readonly string[], options: VaultOptions): Promise<ExitCode> {
  const files = sources(given, options);
  const opened = await openAll(io, files, options);
  for (const { file, clear } of opened) writeContent(io, options.output ?? file, clear, 'private');
  return ExitCode.done;
}

/** Prints the clear text of files. */
export async function view(io: Io, given: readonly string[], options: VaultOptions): Promise<ExitCode> {
  for (const { clear } of await openAll(io, sources(given, options), options)) io.stdout.write(clear);
  return ExitCode.done;
}

/** Lets the user's editor change the clear text of files; an unchanged one is left as it is. */
export async function edit(io: Io, files: readonly string[], options: VaultOptions): Promise<ExitCode> {
  for (const { file, clear, id, password } of await openAll(io, files, options)) {
    const changed = await editText(clear, file, io.environment);
    if (changed.equals(clear)) continue;
    const kept = options.encryptVaultId === undefined ? { ...password, id } : await passwordToEncrypt(io, options);
    writeContent(io, file, encryptVault(changed, kept), 'like before');
  }
  return ExitCode.done;
}

/** Gives vaulted files a new password. */
export async function rekey(io: Io, files: readonly string[], options: VaultOptions): Promise<ExitCode> {
  const opened = await openAll(io, files, options);
  const password = await newPassword(io, options);
  for (const { file, clear } of opened) writeContent(io, file, encryptVault(clear, password), 'like before');
  return ExitCode.done;
}

/** Prints strings as `!vault` values, ready to be put into YAML. */
export async function encryptString(io: Io, texts: readonly string[], options: VaultOptions): Promise<ExitCode> {
  const password = await passwordToEncrypt(io, options);
  const values: { name: string | undefined; clear: string }[] = [];
  if (options.prompt) values.push({ name: undefined, clear: (await askSecret(io, 'String to encrypt: ')).reveal() });
  if (options.stdinName !== undefined || (texts.length === 0 && !options.prompt))
    values.push({ name: options.stdinName, clear: (await readContent(io, STANDARD)).toString('utf8') });
  const names = [...options.name];
  for (const clear of texts) values.push({ name: names.shift(), clear });
  const empty = values.some(({ clear }) => clear === '');
  if (empty)
    throw new InputError([{ message: 'there is nothing to encrypt', hint: 'give a string that is not empty' }]);
  const lines = values.map((value) => yamlVault(value.name ?? names.shift(), encryptVault(value.clear, password)));
  writeContent(io, options.output ?? STANDARD, lines.join(''), 'private');
  return ExitCode.done;
}

function yamlVault(name: string | undefined, vault: string): string {
  const indented = vault.trimEnd().replaceAll(/^/gm, ' '.repeat(10));
  return `${name === undefined ? '' : `${name}: `}!vault |\n${indented}\n`;
}

async function openAll(io: Io, files: readonly string[], options: VaultOptions) {
  const given = await vaultPasswords(io, options);
  const passwords = given.length > 0 ? given : [{ id: undefined, secret: await askPassword(io, 'Vault password: ') }];
  const contents = await Promise.all(files.map((file) => readContent(io, file)));
  const problems = files.filter((_, index) => !isVaultText(contents[index]?.toString('latin1') ?? ''));
  if (problems.length > 0)
    throw new InputError(
      problems.map((file) => problem(file, 'is not encrypted', 'encrypt it with: brokkr vault encrypt')),
    );
  return files.map((file, index) => {
    const at = { file, line: 1, column: 1 };
    return { file, ...openVault(contents[index]?.toString('utf8') ?? '', passwords, at) };
  });
}

/** The files of a verb, stdin when there are none. @throws InputError when one output would take several */
function sources(files: readonly string[], options: VaultOptions): readonly string[] {
  if (files.length > 1 && options.output !== undefined) {
    throw new InputError([
      { message: `--output ${options.output} cannot take ${files.length} files`, hint: 'give one file' },
    ]);
  }
  return files.length === 0 ? [STANDARD] : files;
}

/** The one password that was given, or the one of `--encrypt-vault-id`; where none was given, it is asked for twice. */
async function passwordToEncrypt(io: Io, options: VaultOptions): Promise<VaultPassword> {
  const passwords = await vaultPasswords(io, options);
  const wanted = options.encryptVaultId;
  const found = wanted === undefined ? passwords : passwords.filter(({ id }) => (id ?? 'default') === wanted);
  const [only] = found;
  if (only !== undefined && (found.length === 1 || wanted !== undefined)) return only;
  const ids = passwords.map(({ id }) => id ?? 'default').join(', ');
  if (only !== undefined)
    throw new InputError([
      { message: `there are passwords for ${ids}`, hint: 'say which encrypts: --encrypt-vault-id ID' },
    ]);
  if (wanted !== undefined)
    throw new InputError([
      { message: `there is no password for the vault-id ${wanted}`, hint: `give --vault-id ${wanted}@FILE` },
    ]);
  return { id: undefined, secret: await askNewPassword(io, '') };
}

async function newPassword(io: Io, options: VaultOptions): Promise<VaultPassword> {
  if (options.newVaultId !== undefined) return passwordOf(io, options.newVaultId);
  if (options.newVaultPasswordFile !== undefined) return readVaultPassword(options.newVaultPasswordFile);
  return { id: options.encryptVaultId, secret: await askNewPassword(io, '') };
}

function problem(file: string, what: string, hint: string) {
  return { message: `${file === STANDARD ? 'the input' : file} ${what}`, hint };
}
