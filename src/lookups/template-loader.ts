import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Loader } from '../jinja/environment.ts';

/**
 * Finds what `include`, `import` and `extends` name: below `templates/` of each folder of the search path, then in it. A name
 * never leads out of these folders, as Jinja's own loader has it.
 */
export function templateLoader(
  folders: readonly string[],
  decryptVault: (text: string, file: string) => string,
): Loader {
  const places = folders.flatMap((folder) => [path.join(folder, 'templates'), folder]);
  return (name) => {
    const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
    if (segments.length === 0 || segments.includes('..')) return undefined;
    const file = places
      .map((place) => path.join(place, ...segments))
      .find((each) => statSync(each, { throwIfNoEntry: false })?.isFile() === true);
    return file === undefined ? undefined : decryptVault(readFileSync(file, 'utf8'), file);
  };
}
