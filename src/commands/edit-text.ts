import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BrokkrError } from '../errors.ts';

/**
 * Opens a text in the user's `$EDITOR` (else vi) and gives back what was saved. The clear text lies in a folder that nobody
 * else can enter, in memory where the system has such a place, and is overwritten before it is removed.
 * @param like a file whose extension tells the editor what it is
 */
export async function editText(
  text: Buffer,
  like: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Buffer> {
  const place = [environment.XDG_RUNTIME_DIR, '/dev/shm'].find((each) => each !== undefined && existsSync(each));
  const folder = mkdtempSync(path.join(place ?? tmpdir(), 'brokkr-edit-'));
  const file = path.join(folder, path.basename(like));
  try {
    writeFileSync(file, text, { mode: 0o600 });
    await runEditor(environment.EDITOR ?? 'vi', file);
    return readFileSync(file);
  } finally {
    if (existsSync(file)) writeFileSync(file, Buffer.alloc(statSync(file).size));
    rmSync(folder, { recursive: true });
  }
}

/** The editor may be a command with options, which the shell splits. */
function runEditor(editor: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new BrokkrError(`the editor ${editor} ended with status ${code}; nothing was changed`, {
            hint: 'set EDITOR',
          }),
        );
    });
  });
}
