import { existsSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../errors.ts';
import { packageFolder } from '../package-folder.ts';

/** The playbook that is meant: the given one, the project's own, or the one that ships. */
export function playbookFile(given: string | undefined, name = 'site.yml'): string {
  if (given !== undefined) {
    if (!existsSync(given))
      throw new InputError([{ message: `there is no playbook ${given}`, hint: 'check the path' }]);
    return given;
  }
  const own = path.join('playbooks', name);
  return existsSync(own) ? own : path.join(packageFolder(), 'playbooks', name);
}

/** The inventories that are meant: the given ones, $ANSIBLE_INVENTORY, or inventory/hosts.yml of the folder one stands in. */
export function inventorySources(
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  if (given.length > 0) return given;
  const fromEnvironment = environment.ANSIBLE_INVENTORY;
  if (fromEnvironment !== undefined && fromEnvironment !== '') return [fromEnvironment];
  const own = path.join('inventory', 'hosts.yml');
  if (existsSync(own)) return [own];
  throw new InputError([
    {
      message: 'there is no inventory here: inventory/hosts.yml is not there',
      hint: 'give one with -i FILE, or make a project: brokkr init my-cluster',
    },
  ]);
}
