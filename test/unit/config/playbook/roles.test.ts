import { describe, expect, it } from 'vitest';
import { inheritedKeywords } from '../../../../src/config/playbook/keywords.ts';
import { load, problemsOf } from './fixture.ts';

const site = (rest: string) => `- hosts: all\n  ${rest.replaceAll('\n', '\n  ')}`;

describe('a role', () => {
  it('brings tasks before those of the play, handlers before its handlers, and layers of variables', () => {
    const playbook = load({
      'site.yml': site(
        'roles: [{role: kafka, port_of: 1, vars: {a: 2}, tags: t}]\ntasks: [{debug: , name: own}]\nhandlers: [{debug: , name: h}]',
      ),
      'roles/kafka/tasks/main.yml': '- {debug: , name: of the role, notify: restart}',
      'roles/kafka/handlers/main.yaml': '- {debug: , name: restart}',
      'roles/kafka/defaults/main/b.yml': 'd: 1',
      'roles/kafka/defaults/main/a.yml': 'd: 2',
      'roles/kafka/vars/main.yml': 'v: 1',
      'roles/kafka/meta/main.yml': 'dependencies: [java]\ngalaxy_info: {author: x}',
      'galaxy/java/tasks/main.yml': '- {debug: , name: of java}',
    });
    const [play] = playbook.plays;
    expect(play?.tasks.map(({ kind }) => kind)).toEqual(['block', 'task']);
    expect(play?.handlers.map(({ kind }) => kind)).toEqual(['block', 'task']);
    const [role] = play?.roles ?? [];
    expect(role?.folder).toBe('roles/kafka');
    expect([...(role?.params.variables.keys() ?? [])]).toEqual(['port_of']);
    expect([...(role?.keywordVars.variables.keys() ?? [])]).toEqual(['a']);
    expect(role?.defaults.map(({ source }) => source)).toEqual([
      'role defaults roles/kafka/defaults/main/a.yml',
      'role defaults roles/kafka/defaults/main/b.yml',
    ]);
    expect(role?.dependencies.map(({ folder, parents }) => [folder, parents.map(({ name }) => name)])).toEqual([
      ['galaxy/java', ['kafka']],
    ]);
  });

  it.each([
    ['roles: kafka', {}, ["site.yml:2:10: 'roles' must be a list, and is the text 'kafka'"]],
    [
      'roles: [kafke]',
      { 'roles/kafka/tasks/main.yml': '[]' },
      [
        "site.yml:2:11: there is no role 'kafke'",
        "  → did you mean 'kafka'? looked for roles/kafke, galaxy/kafke, kafke",
      ],
    ],
    ['roles: [{vars: {}}]', {}, ["site.yml:2:11: the role has no name ('role')"]],
    [
      'roles: ["{{ x }}"]',
      {},
      [
        "site.yml:2:11: a role must be a name or a mapping with 'role', and is the text '{{ x }}'",
        '  → roles are read before there is a host',
      ],
    ],
    [
      'roles: [{role: a, debugger: local, "b-c": 1}]',
      { 'roles/a/tasks/main.yml': '[]' },
      [
        "site.yml:2:21: the block keyword 'debugger' is not supported",
        "site.yml:2:38: 'b-c' cannot be the name of a parameter of a role",
        '  → a name has ASCII letters, digits and _, and does not begin with a digit: b_c',
      ],
    ],
    [
      'roles: [a]',
      { 'roles/a/meta/main.yml': 'dependencies: [b]', 'roles/b/meta/main.yml': 'dependencies: [a]' },
      ['roles/b/meta/main.yml:1:16: the roles need each other in a circle: a → b → a'],
    ],
    [
      'roles: [a]',
      { 'roles/a/tasks/main.yml': '- {debug: , notify: nobody}\n- {dbug: }', 'roles/a/vars/main.yml': '[1]' },
      [
        'roles/a/vars/main.yml:1:1: a file of variables must be a mapping of names to values, and is a list',
        "roles/a/tasks/main.yml:1:21: no handler is named 'nobody' or listens to it",
        '  → the play has no handlers',
        "roles/a/tasks/main.yml:2:4: unknown module 'dbug'",
        "  → did you mean 'debug'?",
      ],
    ],
    [
      'tasks: [{import_role: {name: a, tasks_from: x}, loop: [1]}]',
      { 'roles/a/tasks/main.yml': '[]' },
      [
        "site.yml:2:47: the role has no tasks file 'x'",
        '  → looked for roles/a/tasks/x.yml and its like',
        "site.yml:2:51: 'loop' cannot stand beside 'import_role'",
        `  → the tasks inherit ${inheritedKeywords.join(', ')}`,
      ],
    ],
    [
      'tasks: [{include_role: {name: a, tsks_from: x}}]',
      { 'roles/a/tasks/main.yml': '[]' },
      [
        "site.yml:2:36: unknown argument 'tsks_from' of module 'include_role'",
        "  → did you mean 'tasks_from'? known: apply, name, public, role, tasks_from",
      ],
    ],
    [
      'tasks: [{include_tasks: {file: a.yml, apply: {tgs: x}}}]',
      { 'a.yml': '- {debug: , whn: x}' },
      [
        "site.yml:2:49: unknown block keyword 'tgs'",
        "  → did you mean 'tags'?",
        "a.yml:1:13: unknown task keyword 'whn'",
        "  → did you mean 'when'?",
      ],
    ],
  ])('%s tells all that is wrong', (rest, files, problems) => {
    expect(problemsOf({ 'site.yml': site(rest), ...files }).split('\n')).toEqual(problems);
  });

  it('may have files for other hosts, whose modules are not here', () => {
    const files = {
      'site.yml': site('roles: [a]'),
      'roles/a/tasks/main.yml': '- include_tasks: red.yml\n  when: ansible_os_family == "RedHat"',
      'roles/a/tasks/red.yml': '- firewalld: {port: 9092/tcp}\n- copy: {sorce: a}',
    };
    // Whatever else is wrong there is told as ever.
    expect(problemsOf(files)).toMatch(/^roles\/a\/tasks\/red.yml:2:10: unknown argument 'sorce'/);
    const { warnings } = load({ ...files, 'roles/a/tasks/red.yml': '- firewalld: {port: 9092/tcp}' });
    expect(warnings.map(({ message }) => message)).toEqual([
      "there is no module 'firewalld' here: a host that comes to this task fails",
    ]);
    const always = { ...files, 'roles/a/tasks/main.yml': '- include_tasks: red.yml' };
    expect(problemsOf(always)).toMatch(/unknown module 'firewalld'|the module 'firewalld' is not supported/);
  });

  it('that includes itself is read once', () => {
    const files = {
      'site.yml': site('roles: [a]'),
      'roles/a/tasks/main.yml': '- include_role: {name: a}\n  when: false',
    };
    expect(problemsOf(files)).toBe('loaded 1 plays');
  });
});
