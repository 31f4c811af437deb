import type { ModuleCatalogue, Playbook } from '../../../../src/config/play.ts';
import { loadPlaybook } from '../../../../src/config/playbook/load-playbook.ts';
import { InputError } from '../../../../src/errors.ts';

interface Description {
  readonly arguments: readonly string[];
  readonly freeForm: boolean;
  readonly open: boolean;
}

const modules: ReadonlyMap<string, Description> = new Map([
  ['command', { arguments: ['argv', 'chdir', 'cmd', 'creates', 'removes', 'stdin'], freeForm: true, open: false }],
  ['copy', { arguments: ['content', 'dest', 'group', 'mode', 'owner', 'src'], freeForm: false, open: false }],
  ['debug', { arguments: ['msg', 'var', 'verbosity'], freeForm: false, open: false }],
  [
    'file',
    { arguments: ['dest', 'group', 'mode', 'name', 'owner', 'path', 'src', 'state'], freeForm: false, open: false },
  ],
  ['include_role', { arguments: ['apply', 'name', 'public', 'role', 'tasks_from'], freeForm: false, open: false }],
  ['include_tasks', { arguments: ['apply', 'file'], freeForm: true, open: false }],
  ['meta', { arguments: [], freeForm: true, open: false }],
  ['service', { arguments: ['enabled', 'name', 'state'], freeForm: false, open: false }],
  ['set_fact', { arguments: ['cacheable'], freeForm: false, open: true }],
  ['template', { arguments: ['dest', 'mode', 'src'], freeForm: false, open: false }],
  ['unarchive', { arguments: ['creates', 'dest', 'remote_src', 'src'], freeForm: false, open: false }],
]);

const catalogue: ModuleCatalogue = {
  names: [...modules.keys()],
  collections: ['ansible.builtin', 'ansible.legacy', 'ansible.posix'],
  canonicalName(name) {
    const short = name.replace(/^ansible\.(builtin|legacy)\./, '');
    return modules.has(short) ? short : undefined;
  },
  describe(name) {
    const description = modules.get(name);
    if (description === undefined) throw new Error(`asked about the module '${name}', which is not in the fixture`);
    return description;
  },
};

/** Loads a playbook from texts by file name; the first file is the playbook. */
export function load(files: Readonly<Record<string, string>>): Playbook {
  const [main = ''] = Object.keys(files);
  const paths = Object.keys(files);
  return loadPlaybook(main, catalogue, {
    rolesPath: ['galaxy'],
    disk: {
      isFile: (path) => paths.includes(path),
      isFolder: (path) => paths.some((each) => each.startsWith(`${path}/`)),
      list: (folder) => [
        ...new Set(
          paths.flatMap((each) =>
            each.startsWith(`${folder}/`) ? (each.slice(folder.length + 1).split('/')[0] ?? []) : [],
          ),
        ),
      ],
    },
    readText(file) {
      const text = files[file];
      if (text === undefined) throw new Error('no such file');
      return text;
    },
  });
}

/** The problems of a playbook as they are printed, or what was loaded where there is none. */
export function problemsOf(files: Readonly<Record<string, string>>): string {
  try {
    return `loaded ${load(files).plays.length} plays`;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/** A play of all hosts with these tasks, each line as it stands below `tasks:`. */
export function play(tasks: string): Record<string, string> {
  return { 'site.yml': `- hosts: all\n  tasks:\n${tasks}` };
}
