import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultCacheFolder } from '../cache-folder.ts';
import { BrokkrError, errorText } from '../errors.ts';

/** Longer ones do not leave room for the name of a socket (108 bytes, with what ssh adds to it while it is made). */
export const LONGEST_FOLDER = 60;

/**
 * A folder for a connection that ssh holds, which nobody else can look into: in the folder for temporary files or, where
 * ssh can run no program there (a file system that is mounted noexec) or the name is too long, in another one of the user.
 * @throws BrokkrError when there is none
 */
export function makeFolder(runsPrograms: boolean, bases: readonly (() => string)[] = BASES): string {
  const problems = new Map<string, string>();
  for (const baseOf of bases) {
    let base = '';
    try {
      base = baseOf();
      if (base === '' || problems.has(base)) continue;
      if (base.length > LONGEST_FOLDER) throw new Error('its name is too long for a socket in it');
      mkdirSync(base, { recursive: true, mode: 0o700 });
      return folderIn(base, runsPrograms);
    } catch (error) {
      if (base !== '') problems.set(base, errorText(error));
    }
  }
  const told = [...problems].map(([base, why]) => `${base}: ${why}`).join('; ');
  throw new BrokkrError(`there is no folder for a connection of the system's ssh (${told})`, {
    hint: 'set TMPDIR to a folder of yours from which programs can be run',
  });
}

const BASES = [tmpdir, () => '/tmp', () => process.env.XDG_RUNTIME_DIR ?? '', defaultCacheFolder];

function folderIn(base: string, runsPrograms: boolean): string {
  const folder = mkdtempSync(path.join(base, 'brokkr-'));
  try {
    if (runsPrograms) {
      const probe = path.join(folder, 'probe');
      writeFileSync(probe, '#!/bin/sh\n', { mode: 0o700 });
      // For a file on a file system that is mounted noexec, this fails as running it would (access(2)).
      accessSync(probe, constants.X_OK);
      rmSync(probe);
    }
    return folder;
  } catch {
    rmSync(folder, { recursive: true, force: true });
    throw new Error('no program can be run from it');
  }
}
