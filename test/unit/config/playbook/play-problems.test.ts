import { describe, expect, it } from 'vitest';
import { problemsOf } from './fixture.ts';

describe('a wrong play', () => {
  it.each([
    ['- tasks: []', ["site.yml:1:3: the play names no 'hosts'", "  → for every host write 'hosts: all'"]],
    ['- hosts:', ["site.yml:1:3: the play names no 'hosts'", "  → for every host write 'hosts: all'"]],
    ['- hosts: ""', ["site.yml:1:10: the play names no 'hosts'", "  → for every host write 'hosts: all'"]],
    ['- hosts: {a: b}', ["site.yml:1:10: 'hosts' must be text or a list of texts, and is a mapping"]],
    [
      '- {hosts: all, roles: [a], strategy: free, conection: local, when: x, gather_facts: sometimes}',
      [
        "site.yml:1:24: there is no role 'a'",
        '  → looked for roles/a, galaxy/a, a',
        "site.yml:1:38: 'strategy' can only be 'linear', and is the text 'free'",
        "  → leave 'strategy' out",
        "site.yml:1:44: unknown play keyword 'conection'",
        "  → did you mean 'connection'?",
        "site.yml:1:62: 'when' is not a keyword of a play",
        '  → it belongs to a block, task or handler',
        "site.yml:1:85: 'gather_facts' must be true or false, and is the text 'sometimes'",
      ],
    ],
    [
      '- {hosts: all, sudo: true, tasks: [{include: x.yml}, {debug: {}, sudo: true}, {ansible.builtin.include: y.yml}]}',
      [
        "site.yml:1:16: unknown play keyword 'sudo'",
        "  → write 'become: true'; the user is named by 'become_user', the program by 'become_method'",
        "site.yml:1:37: unknown module 'include'",
        "  → use 'include_tasks', or 'import_tasks'; for a playbook 'import_playbook'",
        "site.yml:1:66: unknown task keyword 'sudo'",
        "  → write 'become: true'; the user is named by 'become_user', the program by 'become_method'",
        "site.yml:1:80: unknown module 'ansible.builtin.include'",
        "  → use 'include_tasks', or 'import_tasks'; for a playbook 'import_playbook'",
      ],
    ],
    [
      '- {hosts: all, serial: [0, "x%"], vars_files: [{a: b}], max_fail_percentage: x}',
      [
        "site.yml:1:25: 'serial' must be a number of hosts above 0, a share such as 30%, or a list of them, and is the number 0",
        "site.yml:1:28: 'serial' must be a number of hosts above 0, a share such as 30%, or a list of them, and is the text 'x%'",
        "site.yml:1:48: 'vars_files' must be a list of files, and holds a mapping",
        "site.yml:1:78: 'max_fail_percentage' must be a number, and is the text 'x'",
      ],
    ],
    [
      '- {hosts: all, handlers: [{block: []}]}',
      [
        'site.yml:1:27: a block cannot be a handler',
        "  → make each task of it a handler that listens to one topic ('listen')",
      ],
    ],
    ['- {hosts: all, tasks: {a: b}}', ["site.yml:1:23: 'tasks' must be a list of tasks, and is a mapping"]],
    [
      'hosts: all',
      ['site.yml:1:1: a playbook must be a list of plays, and is a mapping', "  → begin each play with '- hosts: …'"],
    ],
    ['', ['site.yml:1:1: the playbook is empty', '  → it is a list of plays, each with hosts and tasks']],
    ['- text', ["site.yml:1:3: a play must be a mapping, and is the text 'text'"]],
    ['- import_playbook: x.yml', ['site.yml:1:20: cannot read x.yml: no such file']],
    ['- import_playbook: site.yml', ['site.yml:1:20: the import closes a circle: site.yml → site.yml']],
    [
      '- {import_playbook: site.yml, when: x}',
      [
        'site.yml:1:21: the import closes a circle: site.yml → site.yml',
        "site.yml:1:31: 'when' beside 'import_playbook' is not supported",
        '  → only name and tags can stand there',
      ],
    ],
    [
      '- hosts: all\n  tasks: [\n',
      [
        'site.yml:3:1: what stands in brackets has to be indented deeper than the key before them',
        '  → indent these lines with spaces',
      ],
    ],
    [
      '- hosts: all\n  tasks: [{debug: {msg: a}, notify: restrt kafka}]\n  handlers: [{name: restart kafka, debug: {msg: a}, notify: other}]',
      [
        "site.yml:2:37: no handler is named 'restrt kafka' or listens to it",
        "  → did you mean 'restart kafka'? known: restart kafka",
        "site.yml:3:61: no handler is named 'other' or listens to it",
        '  → known: restart kafka',
      ],
    ],
    [
      '- hosts: all\n  tasks: [{debug: {msg: a}, notify: x}]\n  handlers: [{name: "{{ x }}", debug: {msg: a}}]',
      ['loaded 1 plays'],
    ],
    [
      '- hosts: all\n  tasks: [{whn: a}]\n- hosts: all\n  rols: []',
      [
        'site.yml:2:11: the task has no module',
        '  → name one, with its arguments below it',
        "site.yml:2:12: unknown task keyword 'whn'",
        "  → did you mean 'when'?",
        "site.yml:4:3: unknown play keyword 'rols'",
        "  → did you mean 'roles'?",
      ],
    ],
  ])('%s', (text, problems) => {
    expect(problemsOf({ 'site.yml': text }).split('\n')).toEqual(problems);
  });
});
