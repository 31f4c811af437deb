import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { promisify } from 'node:util';
import { InputError } from '../errors.ts';

const run = promisify(execFile);

/** A vault password and the vault-id that it was given for. */
export interface VaultPassword {
  readonly id: string | undefined;
  readonly secret: string;
}

/**
 * The password of `--vault-password-file FILE` or `--vault-id ID@FILE`: the text of the file without surrounding space,
 * or, when the file is executable, what it prints. A program whose name ends in `-client` is told the id, as Ansible does.
 * @throws InputError when the file cannot be read, fails or gives nothing
 */
export async function readVaultPassword(file: string, id?: string): Promise<VaultPassword> {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile())
    throw problem('there is no such vault password file', file, 'check the path');
  const text = isExecutable(file) ? await runProgram(file, id) : readText(file);
  const secret = text.trim();
  if (secret === '') throw problem('the vault password is empty', file, 'put the password into the file');
  return { id, secret };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw problem('the vault password file cannot be read', file, `check its permissions: ls -l ${file}`);
  }
}

async function runProgram(file: string, id: string | undefined): Promise<string> {
  const client = /-client(?:\.[^.]*)?$/.test(basename(file));
  try {
    const { stdout } = await run(resolve(file), client && id !== undefined ? ['--vault-id', id] : []);
    return stdout;
  } catch (error) {
    // Its output may hold the password: only the status is told.
    const status = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    const hint = `run it by hand, or take away its executable bit if it is a plain file: chmod -x ${file}`;
    throw problem(`the vault password program failed${status}`, file, hint);
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function problem(message: string, file: string, hint: string): InputError {
  return new InputError([{ message, at: { file, line: 1, column: 1 }, hint }]);
}
