import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { BrokkrError } from '../errors.ts';
import type { Scope } from '../jinja/value.ts';
import { sequenceItems } from '../jinja/values/types.ts';

/**
 * The folders in which a task looks for files, the nearest first: `ansible_search_path`, or the role's folder, and then the
 * playbook's. Source: Ansible's "Search paths in Ansible".
 */
export function searchPath(scope: Scope, playbookDir: string): readonly string[] {
  const given = scope.lookup('ansible_search_path');
  const listed = given === undefined ? undefined : sequenceItems(given)?.filter((item) => typeof item === 'string');
  const role = scope.lookup('role_path');
  const folders = listed ?? (typeof role === 'string' ? [role] : []);
  return [...new Set([...folders, playbookDir])];
}

/** Every place in which a name is looked for: in each folder first below `files/` (or the like), then in itself. */
function placesOf(name: string, below: string, folders: readonly string[]): readonly string[] {
  const expanded = name === '~' || name.startsWith('~/') ? path.join(homedir(), name.slice(1)) : name;
  if (path.isAbsolute(expanded)) return [path.normalize(expanded)];
  return folders.flatMap((folder) =>
    expanded.split('/')[0] === below
      ? [path.join(folder, expanded)]
      : [path.join(folder, below, expanded), path.join(folder, expanded)],
  );
}

/** The first of the places that exists. */
export function findFile(name: string, below: string, folders: readonly string[]): string | undefined {
  return placesOf(name, below, folders).find((place) => existsSync(place));
}

/** As `findFile`. @throws BrokkrError that names every place that was tried */
export function requireFile(lookup: string, name: string, below: string, folders: readonly string[]): string {
  const found = findFile(name, below, folders);
  if (found !== undefined) return found;
  throw new BrokkrError(`the lookup ${lookup} found no ${name}`, {
    hint: `looked for ${placesOf(name, below, folders).join(' and ')}`,
  });
}
