import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { nearestName } from '../../../errors.ts';
import type { ScalarNode } from '../../node.ts';
import { nameHint } from '../describe.ts';
import { addProblem, type LoadContext } from '../load-context.ts';

/** Where roles are looked for when ansible.cfg has no `roles_path`. Source: Ansible's list of settings, 2.19. */
const usualFolders = ['~/.ansible/roles', '/usr/share/ansible/roles', '/etc/ansible/roles'];

/**
 * The folder of a role: below `roles/` beside the playbook, in `roles_path`, beside the role that asks for it, beside the
 * playbook; a name with a path is a folder itself, and one with a collection (`ns.collection.role`) stands in
 * `collections/`. A role that is nowhere is noted.
 */
export function findRole(name: string, at: ScalarNode['at'], context: LoadContext): string | undefined {
  const folders = searchFolders(context);
  const places = [
    ...collectionPlaces(name, context),
    ...(isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))),
  ];
  const found = places.find((place) => context.disk.isFolder(place));
  if (found !== undefined) return found;
  const known = folders.slice(0, -1).flatMap((folder) => context.disk.list(folder));
  const nearest = nearestName(name, known);
  const tried = `looked for ${[...new Set(places)].join(', ')}`;
  addProblem(
    context,
    at,
    `there is no role '${name}'`,
    nearest === undefined ? tried : `${nameHint(nearest)} ${tried}`,
  );
  return undefined;
}

/** The folders that hold roles, wherever one is asked for. */
export function foldersOfRoles({ playbookDir, rolesPath }: LoadContext['roleFolders']): readonly string[] {
  const configured = rolesPath.length > 0 ? rolesPath : usualFolders.map((folder) => folder.replace(/^~/, homedir()));
  return [join(playbookDir, 'roles'), ...configured];
}

function searchFolders({ roleFolders, roles }: LoadContext): readonly string[] {
  const beside = roles.slice(0, 1).map(({ folder }) => join(folder, '..'));
  return [...new Set([...foldersOfRoles(roleFolders), ...beside, roleFolders.playbookDir])];
}

function collectionPlaces(name: string, { roleFolders }: LoadContext): readonly string[] {
  const [, namespace, collection, role] = /^(\w+)\.(\w+)\.(\w+)$/.exec(name) ?? [];
  if (namespace === undefined || collection === undefined || role === undefined) return [];
  return [
    join(roleFolders.playbookDir, 'collections'),
    join(homedir(), '.ansible/collections'),
    '/usr/share/ansible/collections',
  ].map((folder) => join(folder, 'ansible_collections', namespace, collection, 'roles', role));
}
