import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { errorText, InputError } from '../errors.ts';
import type { Io } from './io.ts';

/** The name that stands for stdin and stdout. */
export const STANDARD = '-';

/** The content of a file, or of stdin. @throws InputError */
export async function readContent(io: Io, file: string): Promise<Buffer> {
  if (file === STANDARD) return buffer(io.stdin);
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = errorText(error);
    throw new InputError([{ message: `${file} cannot be read: ${reason}`, hint: 'check the path' }]);
  }
}

/**
 * Writes a file in one step, readable by its owner only, or to stdout. The name of a link leads to the file behind it.
 * @param like keep mode and owner of the file that is replaced
 */
export function writeContent(io: Io, file: string, content: Buffer | string, like: 'like before' | 'private'): void {
  if (file === STANDARD) {
    io.stdout.write(content);
    return;
  }
  const target = existsSync(file) ? realpathSync(file) : path.resolve(file);
  const beside = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(beside, content, { mode: 0o600, flag: 'wx' });
    if (like === 'like before') {
      const { mode, uid, gid } = statSync(target);
      chmodSync(beside, mode & 0o7777);
      if (process.getuid?.() === 0) chownSync(beside, uid, gid);
    }
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    const reason = errorText(error);
    throw new InputError([{ message: `${file} cannot be written: ${reason}`, hint: 'check its permissions' }]);
  }
}
