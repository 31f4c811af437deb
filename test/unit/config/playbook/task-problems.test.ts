import { describe, expect, it } from 'vitest';
import { inheritedKeywords } from '../../../../src/config/playbook/keywords.ts';
import { load, play, problemsOf } from './fixture.ts';

describe('a wrong task', () => {
  it.each([
    ['unarchve: {src: a}', ["site.yml:3:7: unknown module 'unarchve'", "  → did you mean 'unarchive'?"]],
    ['{copy: {src: a}, whn: x}', ["site.yml:3:24: unknown task keyword 'whn'", "  → did you mean 'when'?"]],
    [
      '{nme: x, whn: y}',
      [
        'site.yml:3:7: the task has no module',
        '  → name one, with its arguments below it',
        "site.yml:3:8: unknown task keyword 'nme'",
        "  → did you mean 'name'?",
        "site.yml:3:16: unknown task keyword 'whn'",
        "  → did you mean 'when'?",
      ],
    ],
    ['{name: x}', ['site.yml:3:7: the task has no module', '  → name one, with its arguments below it']],
    [
      '{copy: {src: a}, file: {path: b}}',
      ["site.yml:3:24: a task has one module, and this has 'copy' and 'file'", '  → make each a task of its own'],
    ],
    [
      '{copy: {src: a}, action: file path=b}',
      ["site.yml:3:32: a task has one module, and this has 'copy' and 'file'", '  → make each a task of its own'],
    ],
    [
      'copy: {srcc: a, dst: b}',
      [
        "site.yml:3:14: unknown argument 'srcc' of module 'copy'",
        "  → did you mean 'src'? known: content, dest, group, mode, owner, src",
        "site.yml:3:23: unknown argument 'dst' of module 'copy'",
        "  → did you mean 'dest'? known: content, dest, group, mode, owner, src",
      ],
    ],
    [
      'file: {path: a, recurse: yes}',
      [
        "site.yml:3:23: unknown argument 'recurse' of module 'file'",
        '  → known: dest, group, mode, name, owner, path, src, state',
      ],
    ],
    [
      'copy: src=a extra',
      [
        "site.yml:3:13: 'copy' takes no free text: 'extra'",
        '  → write name=value, quoted when the value holds spaces, or better a mapping',
      ],
    ],
    [
      'copy: "{{ arguments }}"',
      [
        "site.yml:3:13: the arguments of 'copy' cannot be given as one template",
        '  → name each argument, and give each a template of its own',
      ],
    ],
    ['copy: [a]', ["site.yml:3:13: the arguments of 'copy' must be a mapping or text, and are a list"]],
    [
      'copy: src="a',
      [
        `site.yml:3:13: the arguments of 'copy' cannot be split: the quote " is not closed`,
        '  → write the arguments as a mapping: there a quote has no meaning of its own',
      ],
    ],
    [
      'command: echo {{ x',
      [
        "site.yml:3:16: the arguments of 'command' cannot be split: '{{' is not closed",
        '  → write the arguments as a mapping: there a quote has no meaning of its own',
      ],
    ],
    [
      '{copy: {src: a}, args: "{{ more }}"}',
      [
        "site.yml:3:30: 'args' must be a mapping, and is the text '{{ more }}'",
        '  → name each argument, and give each a template of its own',
      ],
    ],
    ['{copy: {src: a}, args: [dest]}', ["site.yml:3:30: 'args' must be a mapping, and is a list"]],
    [
      'lineinfile: {path: a}',
      [
        "site.yml:3:7: the module 'lineinfile' is not supported",
        '  → known: command, copy, debug, file, include_role, include_tasks, meta, service, set_fact, template, unarchive',
      ],
    ],
    [
      '{include_role: {name: "{{ x }}"}, become: true, retries: 2, tags: [a], ignore_errors: true}',
      [
        "site.yml:3:41: 'become' cannot stand beside 'include_role'",
        "  → for the included tasks write it under 'apply'",
        "site.yml:3:55: 'retries' cannot stand beside 'include_role'",
        '  → give it to the included tasks',
      ],
    ],
    ['include_tasks: a.yml', ['site.yml:3:22: cannot read a.yml: no such file']],
    [
      'community.general.ufw: {rule: allow}',
      [
        "site.yml:3:7: unknown module 'community.general.ufw'",
        '  → known: command, copy, debug, file, include_role, include_tasks, meta, service, set_fact, template, unarchive',
      ],
    ],
    [
      '{debug: {msg: a}, async: 10, poll: 0}',
      [
        "site.yml:3:25: the task keyword 'async' is not supported",
        '  → leave it out: a long step is watched, and the connection is kept',
        "site.yml:3:36: the task keyword 'poll' is not supported",
        '  → leave it out: a long step is watched, and the connection is kept',
      ],
    ],
    [
      '{debug: {msg: a}, hosts: web}',
      ["site.yml:3:25: 'hosts' is not a keyword of a task", '  → it belongs to a play'],
    ],
    [
      '{debug: {msg: a}, listen: topic}',
      ["site.yml:3:25: 'listen' is not a keyword of a task", '  → it belongs to handlers'],
    ],
    [
      '{debug: {msg: a}, with_itms: [a]}',
      [
        "site.yml:3:25: unknown task keyword 'with_itms'",
        "  → did you mean 'with_items'? known: with_cartesian, with_csvfile, with_dict, with_env, with_file, with_fileglob, with_first_found, with_flattened, with_indexed_items, with_ini, with_inventory_hostnames, with_items, with_lines, with_list, with_nested, with_password, with_pipe, with_random_choice, with_sequence, with_subelements, with_template, with_together, with_varnames, with_vars",
      ],
    ],
    [
      '{debug: {msg: a}, with_url: "*"}',
      ["site.yml:3:25: 'with_url' is not supported", '  → write a loop over a list, made with filters where needed'],
    ],
    [
      '{debug: {msg: a}, loop: [a], with_items: [b]}',
      ["site.yml:3:36: a task has one loop, and this has 'loop' and 'with_items'"],
    ],
    [
      '{debug: {msg: a}, loop: users}',
      [
        "site.yml:3:31: 'loop' must be a list, and is the text 'users'",
        '  → for the items of a variable write "{{ users }}"',
      ],
    ],
    [
      '{debug: {msg: a}, loop: {a: 1}}',
      ["site.yml:3:31: 'loop' must be a list, and is a mapping", '  → make a list of it with {{ … | dict2items }}'],
    ],
    ['{debug: {msg: a}, loop: }', ["site.yml:3:25: 'loop' must be a list, and is nothing"]],
    [
      '{debug: {msg: a}, loop: [a], loop_control: {loopvar: x}}',
      [
        "site.yml:3:51: unknown keyword 'loopvar' of loop_control",
        "  → did you mean 'loop_var'? known: break_when, extended, extended_allitems, index_var, label, loop_var, pause",
      ],
    ],
    ['{debug: {msg: a}, loop_control: {loop_var: x}}', ["site.yml:3:25: 'loop_control' without a loop"]],
    [
      '{debug: {msg: a}, loop: [a], loop_control: {loop_var: a-b}}',
      [
        "site.yml:3:61: 'a-b' cannot be the name of a variable ('loop_var')",
        '  → a name has ASCII letters, digits and _, and does not begin with a digit: a_b',
      ],
    ],
    [
      '{debug: {msg: a}, register: my-result}',
      [
        "site.yml:3:35: 'my-result' cannot be the name of a variable ('register')",
        '  → a name has ASCII letters, digits and _, and does not begin with a digit: my_result',
      ],
    ],
    [
      '{debug: {msg: a}, register: "{{ x }}"}',
      [
        "site.yml:3:35: '{{ x }}' cannot be the name of a variable ('register')",
        '  → a name has ASCII letters, digits and _, and does not begin with a digit',
      ],
    ],
    [
      '{debug: {msg: a}, register: class}',
      [
        "site.yml:3:35: 'class' cannot be the name of a variable ('register')",
        '  → the word is a keyword of the expression language',
      ],
    ],
    [
      '{debug: {msg: a}, register: groups, vars: {inventory_hostname: x}}',
      [
        "site.yml:3:35: 'groups' cannot be the name of a variable ('register')",
        '  → it is a magic variable, which every run sets itself',
        "site.yml:3:50: 'inventory_hostname' cannot be the name of a variable",
        '  → it is a magic variable, which every run sets itself',
      ],
    ],
    ['{debug: {msg: a}, register: [a]}', ["site.yml:3:35: 'register' must be the name of a variable, and is a list"]],
    [
      '{debug: {msg: a}, when: 1}',
      ["site.yml:3:31: 'when' must be an expression, true or false, or a list of them, and is the number 1"],
    ],
    [
      '{debug: {msg: a}, when: }',
      ["site.yml:3:31: 'when' must be an expression, true or false, or a list of them, and is nothing"],
    ],
    [
      '{debug: {msg: a}, when: [{a: b}]}',
      ["site.yml:3:32: 'when' must be an expression, true or false, or a list of them, and is a mapping"],
    ],
    ['{debug: {msg: a}, become: maybe}', ["site.yml:3:33: 'become' must be true or false, and is the text 'maybe'"]],
    ['{debug: {msg: a}, retries: often}', ["site.yml:3:34: 'retries' must be a number, and is the text 'often'"]],
    ['{debug: {msg: a}, vars: [a]}', ["site.yml:3:31: 'vars' must be a mapping of names to values, and is a list"]],
    [
      '{debug: {msg: a}, vars: {kafka-home: 1, 2x: 1, 설정: 1}}',
      [
        "site.yml:3:32: 'kafka-home' cannot be the name of a variable",
        '  → a name has ASCII letters, digits and _, and does not begin with a digit: kafka_home',
        "site.yml:3:47: '2x' cannot be the name of a variable",
        '  → a name has ASCII letters, digits and _, and does not begin with a digit: _2x',
        "site.yml:3:54: '설정' cannot be the name of a variable",
        '  → a name has ASCII letters, digits and _, and does not begin with a digit',
      ],
    ],
    [
      '{debug: {msg: a}, notify: {a: b}}',
      ["site.yml:3:33: 'notify' must be text or a list of texts, and is a mapping"],
    ],
    [
      '{debug: {msg: a}, notify: restart}',
      ["site.yml:3:33: no handler is named 'restart' or listens to it", '  → the play has no handlers'],
    ],
    [
      '{debug: {msg: a}, environment: [PATH]}',
      ["site.yml:3:39: 'environment' must be a mapping of names to values, or a list of them, and is the text 'PATH'"],
    ],
    ['{debug: {msg: a}, name: [a]}', ["site.yml:3:31: 'name' must be text, and is a list"]],
    [
      '{local_action: {src: a}}',
      ["site.yml:3:8: 'local_action' names no module", "  → name it under 'module', beside its arguments"],
    ],
    ['{local_action: 3}', ["site.yml:3:22: 'local_action' must be a module with its arguments, and is the number 3"]],
    [
      '{local_action: command ls, delegate_to: s1}',
      ["site.yml:3:47: 'local_action' and 'delegate_to' both say where the task is done", '  → leave one of them out'],
    ],
    [
      '{block: [{debug: {msg: a}}], loop: [a]}',
      ["site.yml:3:36: 'loop' is not a keyword of a block", '  → it belongs to a task or handler'],
    ],
    [
      '{rescue: [{debug: {msg: a}}]}',
      ["site.yml:3:7: 'rescue' and 'always' belong to a 'block', and there is none here"],
    ],
    ['{block: {debug: {msg: a}}}', ["site.yml:3:15: 'block' must be a list of tasks, and is a mapping"]],
    ['just text', ["site.yml:3:7: a task of 'tasks' must be a mapping, and is the text 'just text'"]],
    [
      'import_tasks: "{{ x }}.yml"',
      [
        "site.yml:3:21: the file of 'import_tasks' cannot be a template",
        '  → the file is read before there is a host: write its name out',
      ],
    ],
    ['import_tasks: missing.yml', ['site.yml:3:21: cannot read missing.yml: no such file']],
    [
      '{import_tasks: site.yml, loop: [a], frobnicate: 1}',
      [
        'site.yml:3:22: the import closes a circle: site.yml → site.yml',
        "site.yml:3:32: 'loop' cannot stand beside 'import_tasks'",
        `  → the tasks inherit ${inheritedKeywords.join(', ')}`,
        "site.yml:3:43: 'frobnicate' cannot stand beside 'import_tasks'",
      ],
    ],
  ])('%s', (task, problems) => {
    expect(problemsOf(play(`    - ${task}\n`)).split('\n')).toEqual(problems);
  });
});

it('what has no effect beside an import is told of, and no problem', () => {
  const { warnings } = load({
    ...play('    - {import_tasks: more.yml, register: x, until: true}\n'),
    'more.yml': '- debug:\n',
  });
  expect(warnings.map(({ message, at }) => `${at?.column} ${message}`)).toEqual([
    "32 'register' has no effect beside 'import_tasks'",
    "45 'until' has no effect beside 'import_tasks'",
  ]);
});
