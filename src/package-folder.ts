import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/**
 * The folder of the package: what ships in inventory/, templates/, playbooks/ and launchers/ stands in it. Found by walking
 * up, since the code runs from src/ in tests and from dist/ once it is built.
 */
export function packageFolder(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const above = path.dirname(folder);
    if (above === folder) throw new TypeError('the package has no package.json above its code');
    folder = above;
  }
  return folder;
}

/** The version that package.json names. */
export function packageVersion(): string {
  const text = readFileSync(path.join(packageFolder(), 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
