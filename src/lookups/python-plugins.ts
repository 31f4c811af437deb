import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { foldersOfRoles } from '../config/playbook/roles/find-role.ts';

/**
 * Says of a filter or test that nobody has whether the playbook, or one of its roles, brings it as a program in Python. The disk is
 * read only then.
 */
export function pythonPlugins(
  playbookDir: string,
  rolesPath: readonly string[],
): (kind: 'filter' | 'test', name: string) => string | undefined {
  return (kind, name) => {
    const roles = foldersOfRoles({ playbookDir, rolesPath }).flatMap((folder) =>
      namesIn(folder).map((role) => path.join(folder, role)),
    );
    const files = [playbookDir, ...roles].flatMap((folder) => {
      const plugins = path.join(folder, `${kind}_plugins`);
      return namesIn(plugins).flatMap((file) => (file.endsWith('.py') ? [path.join(plugins, file)] : []));
    });
    const short = name.slice(name.lastIndexOf('.') + 1);
    const found = files.find((file) => new RegExp(`\\b${short}\\b`).test(textOf(file)));
    if (found === undefined) return undefined;
    return (
      `${path.relative(process.cwd(), found)} defines it in Python, and brokkr runs no Python: ` +
      `write the expression with the ${kind}s of Ansible, or set what it comes to as a variable`
    );
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
