import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../errors.ts';
import { packageFolder } from '../package-folder.ts';

/** Names that are missing together have one cause; a single one is rather misspelt. */
const MANY = 3;

/** What to do where the variables of the playbooks that ship are not set at all; undefined where that is not what is wrong. */
export function missingDefaults(problems: readonly Problem[]): string | undefined {
  const undefinedNames = new Set(problems.flatMap(({ message }) => /^'(\w+)' is undefined$/.exec(message)?.[1] ?? []));
  if (undefinedNames.size < MANY) return undefined;
  const folder = path.join(packageFolder(), 'inventory', 'group_vars');
  const texts = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const ours = new Set(texts.flatMap((text) => [...text.matchAll(/^(\w+):/gm)].map(([, name]) => name)));
  const missing = [...undefinedNames].filter((name) => ours.has(name));
  if (missing.length < MANY) return undefined;
  return `${missing.length} of these variables are set in inventory/group_vars of a project as 'brokkr init FOLDER' makes it; group_vars are read beside the inventory and beside the playbook`;
}
