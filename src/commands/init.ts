import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ExitCode, InputError } from '../errors.ts';
import { packageFolder } from '../package-folder.ts';
import { type Io, print } from './io.ts';
import { ownName } from './own-name.ts';

/** Makes a project of the user's own out of what ships: inventory, playbooks and templates. */
export function init(io: Io, folder: string): ExitCode {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new InputError([
      { message: `${folder} is there already and is not empty`, hint: 'give the name of a new folder' },
    ]);
  }
  mkdirSync(folder, { recursive: true });
  for (const part of ['inventory', 'playbooks', 'templates', 'schemas']) {
    cpSync(path.join(packageFolder(), part), path.join(folder, part), {
      recursive: true,
      // The lab's inventory belongs to this machine, not to the product.
      filter: (source) => path.basename(source) !== 'lab.yml',
    });
  }
  const brokkr = ownName(io, folder);
  print(io, [
    `${folder}/inventory/hosts.yml     edit the three addresses`,
    `${folder}/inventory/group_vars/   every setting with its default`,
    `${folder}/playbooks/site.yml      from bare hosts to a cluster that works`,
    `${folder}/templates/              the files that are written`,
    `${folder}/schemas/                what an editor knows of these files`,
    '',
    'next:',
    `  cd ${folder}`,
    `  ${brokkr} plan`,
    `  ${brokkr} provision`,
  ]);
  return ExitCode.done;
}
