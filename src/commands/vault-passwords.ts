import { readVaultPassword, type VaultPassword } from '../config/vault-password.ts';
import { InputError } from '../errors.ts';
import { askSecret, type Io } from './io.ts';

/** The options that say where vault passwords come from. */
export interface VaultPasswordOptions {
  readonly vaultPasswordFile: readonly string[];
  readonly vaultId: readonly string[];
  readonly askVaultPass: boolean;
}

/**
 * The passwords of `--vault-id`, `--vault-password-file` and `--ask-vault-pass`, in the order in which Ansible tries them;
 * each is redacted from now on.
 * @throws InputError when a file gives none, and when there is no terminal to ask on
 */
export async function vaultPasswords(io: Io, options: VaultPasswordOptions): Promise<VaultPassword[]> {
  const passwords: VaultPassword[] = [];
  for (const vaultId of options.vaultId) passwords.push(await passwordOf(io, vaultId));
  for (const file of options.vaultPasswordFile) passwords.push(await readVaultPassword(file));
  if (options.askVaultPass) passwords.push({ id: undefined, secret: await askPassword(io, 'Vault password: ') });
  for (const { secret } of passwords) io.redactor.add(secret);
  return passwords;
}

/** The password of one `ID@SOURCE`; a source without an id stands for the id `default`. */
export async function passwordOf(io: Io, vaultId: string): Promise<VaultPassword> {
  const at = vaultId.indexOf('@');
  const id = at < 0 ? undefined : vaultId.slice(0, at);
  const source = at < 0 ? vaultId : vaultId.slice(at + 1);
  if (source === '' || id === '')
    throw new InputError([
      { message: `--vault-id ${vaultId} names no id or no source`, hint: 'write --vault-id ID@FILE' },
    ]);
  const named = id === 'default' ? undefined : id;
  if (source !== 'prompt' && source !== 'prompt_ask_vault_pass') return readVaultPassword(source, named);
  return {
    id: named,
    secret: await askPassword(io, id === undefined ? 'Vault password: ' : `Vault password (${id}): `),
  };
}

/** Asks for a new password, twice. @throws InputError when the two differ */
export async function askNewPassword(io: Io, what: string): Promise<string> {
  const first = await askPassword(io, `New vault password${what}: `);
  const second = await askPassword(io, `Confirm new vault password${what}: `);
  if (first === second) return first;
  throw new InputError([{ message: 'the two passwords differ', hint: 'type the same one twice' }]);
}

/** Asks for a vault password on the terminal. @throws InputError when there is none, or nothing is typed */
export async function askPassword(io: Io, prompt: string): Promise<string> {
  if (io.stdin.isTTY !== true) {
    throw new InputError([
      {
        message: 'a vault password is to be asked for, and there is no terminal',
        hint: 'give --vault-password-file FILE',
      },
    ]);
  }
  const secret = (await askSecret(io, prompt)).reveal();
  if (secret === '') throw new InputError([{ message: 'the vault password is empty', hint: 'type one' }]);
  return secret;
}
