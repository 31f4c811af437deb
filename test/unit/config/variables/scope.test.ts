import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Dict, NotYetKnown, Undefined, type Value } from '../../../../src/jinja/value.ts';
import { failure, layer, world, yaml } from './fixture.ts';

const groupVars = `home: "{{ base }}/kafka"
log: "{{ home }}/logs"
a: "{{ b }}"
b: "{{ a }}"
bad: "{{ 1 // 0 }}"
d: {base: /x, home: "{{ d.base }}/y", broken: "{{ nope }}"}
l: [1, "{{ nope }}"]
me: "{{ inventory_hostname }}"
seen: "{{ play_var | default('not seen') }}"
left_out: "{{ omit }}"
endless: {a: "{{ endless }}"}
literal: !unsafe "{{ base }}"
`;

function twoHosts() {
  return world({
    hosts: {
      s1: [layer('group_vars/all', groupVars, 'group_vars/all.yml')],
      s2: [layer('x', 'me: 2\nvia: "{{ hostvars.s1.me }}"')],
    },
    play: layer('play vars', 'play_var: seen'),
  });
}

function value(text: string): unknown {
  return plain(twoHosts().scope('s1').template(yaml(text)));
}

function plain(item: Value): unknown {
  if (item instanceof Map) return Object.fromEntries([...item].map(([key, part]) => [String(key), plain(part)]));
  return Array.isArray(item) ? item.map(plain) : item;
}

describe('a scope', () => {
  it.each<[string, unknown]>([
    ['"{{ d.home }}"', '/x/y'],
    ['"{{ log | default(5) }}"', 5],
    ['"{{ l[0] }}"', 1],
    ['"{{ l[1] | default(0) }}"', 0],
    ['"{{ d.broken | default(1) }} {{ log is defined }}"', '1 False'],
    ['"{{ hostvars.s2.me }} {{ hostvars.s2.via }} {{ hostvars[\'s2\'].inventory_hostname }}"', '2 s1 s2'],
    ['"{{ seen }} {{ hostvars.s1.seen }}"', 'seen not seen'],
    ['"{{ \'s2\' in hostvars }} {{ hostvars.s3 | default(0) }}"', 'True 0'],
    ['"{{ vars.me }} {{ vars[\'d\'].base }}"', 's1 /x'],
    ['{a: "{{ omit }}", b: [1, "{{ omit }}"], c: "x{{ omit }}y", d: "{{ left_out }}"}', { b: [1], c: 'xy' }],
    ['"{{ literal }}"', '{{ base }}'],
    ['"{{ ansible_host }} {{ hostvars.s1.ansible_host | default(0) }}"', 's1 0'],
    [
      '"{{ groups.kafka }} {{ group_names }} {{ inventory_dir }} {{ inventory_file }}"',
      `['s1', 's2'] ['kafka'] ${resolve('inventory')} ${resolve('inventory/hosts.yml')}`,
    ],
    ['"{{ play_hosts }} {{ ansible_play_batch }} {{ ansible_play_hosts }}"', "['s1'] ['s1'] ['s1', 's2']"],
    ['"{{ ansible_play_name }} {{ playbook_dir }}"', 'Install Kafka playbooks'],
    ['"{{ ansible_check_mode }} {{ ansible_diff_mode }} {{ ansible_version.major }}"', 'True False 2'],
    ['"{{ hostvars.s1.play_hosts | default(0) }}"', 0],
    ['[yes, 1.5, "1", null]', [true, { value: 1.5 }, '1', null]],
  ])('templates %s', (text, wanted) => {
    expect(value(text)).toEqual(wanted);
  });

  it.each([
    [
      '"{{ log }}"',
      "group_vars/all.yml:1:11: 'base' is undefined\n  → 'home' needs it (group_vars/all.yml:1:7)\n  → 'log' needs it (group_vars/all.yml:2:6)",
    ],
    [
      '"{{ a | default(1) }}"',
      "group_vars/all.yml:3:4: the value of 'a' needs itself: a → b → a\n  → 'a' stands in group_vars/all.yml:3:4\n  → 'b' stands in group_vars/all.yml:4:4",
    ],
    [
      '"{{ bad | default(1) }}"',
      "group_vars/all.yml:5:12: integer division or modulo by zero\n  → 'bad' needs it (group_vars/all.yml:5:6)",
    ],
    ['"{{ d }}"', "group_vars/all.yml:6:51: 'nope' is undefined\n  → 'd.broken' needs it (group_vars/all.yml:6:47)"],
    ['"{{ endless }}"', 'site.yml:1:1: the value holds itself, so it has no end'],
    ['"{{ l }}"', "group_vars/all.yml:7:12: 'nope' is undefined\n  → 'l[1]' needs it (group_vars/all.yml:7:8)"],
    ['"{{ homee }}"', "site.yml:1:5: 'homee' is undefined\n  → did you mean 'home'?"],
  ])('says why %s cannot be templated', (text, message) => {
    expect(failure(() => value(text))).toBe(message);
  });

  it('counts the lines of a block of text', () => {
    const text = yaml('text: |\n  first\n  second {{ nope }}\n');
    expect(failure(() => twoHosts().scope('s1').template(text))).toMatch(/^site\.yml:3:\d+: 'nope' is undefined$/);
  });

  it('gives what is undefined to a template, and nothing for a name without a definition', () => {
    const scope = twoHosts().scope('s1');
    expect(scope.lookup('log')).toBeInstanceOf(Undefined);
    expect([scope.lookup('base'), scope.has('base'), scope.has('log')]).toEqual([undefined, false, true]);
    expect(failure(() => scope.explain('log'))).toContain("'base' is undefined");
  });

  it('never templates what came from a host', () => {
    const { scope, state } = world({
      hosts: { s1: [] },
      facts: (_, name) => (name === 'motd' ? '{{ evil }}' : undefined),
    });
    state.register('s1', 'out', new Map<Value, Value>([['stdout', '{{ evil }}']]));
    state.setFact('s1', 'set', ['{% evil %}']);
    const text = yaml('"{{ out.stdout }} {{ set[0] }} {{ ansible_motd }} {{ ansible_facts.motd }}"');
    expect(scope('s1').template(text)).toBe('{{ evil }} {% evil %} {{ evil }} {{ evil }}');
  });

  it('asks for facts only when they are named, and passes on that they are not known', () => {
    const asked: string[] = [];
    const { scope } = world({
      hosts: { s1: [layer('x', 'package: "{{ ansible_distribution }}-kafka"')] },
      facts(_, name) {
        asked.push(name);
        throw new NotYetKnown('the facts are gathered');
      },
    });
    expect(scope('s1').template(yaml('"{{ ansible_user | default(\'me\') }} {{ ansible_host }}"'))).toBe('me s1');
    expect(asked).toEqual([]);
    expect(() => scope('s1').template(yaml('"{{ package }}"'))).toThrow(NotYetKnown);
    expect(() => scope('s1').template(yaml('"{{ ansible_facts.distribution }}"'))).toThrow(NotYetKnown);
    expect(asked).toEqual(['distribution', 'distribution']);
  });

  it('templates anew what a change of the state may have changed', () => {
    const { scope, state } = world({ hosts: { s1: [layer('x', 'y: "{{ x | default(0) }}"')], s2: [] } });
    const first = scope('s1');
    const other = scope('s2');
    const seen = () => [first.lookup('y'), other.template(yaml('"{{ hostvars.s1.y }}"'))];
    expect(seen()).toEqual([0, 0]);
    state.setFact('s1', 'x', 1);
    expect(seen()).toEqual([1, 1]);
  });

  it('templates the variables of a task with those of the loop item', () => {
    const task = twoHosts()
      .scope('s1')
      .within([layer('task vars', 'n: "{{ item }}-{{ play_var }}"\nitem: 5')]);
    const items = [1, 2].map((item) => task.within([], new Map([['item', item]])).lookup('n'));
    expect([task.lookup('n'), ...items]).toEqual(['5-seen', '1-seen', '2-seen']);
  });

  it('keeps the variables of the scopes around one', () => {
    const item = twoHosts()
      .scope('s1')
      .within([layer('block vars', 'x: 1\ny: 1')])
      .within([layer('task vars', 'y: 2')], new Map([['item', 5]]))
      .within([], new Map([['out', 6]]));
    expect(['x', 'y', 'item', 'out'].map((name) => item.lookup(name))).toEqual([1, 2, 5, 6]);
  });
});

describe('conditions and booleans of a scope', () => {
  it.each([
    ['[true, "me == \'s1\'"]', true],
    ['["log is defined", "nope"]', false],
    ['["{{ me == \'s1\' }}"]', true],
    ['[]', true],
  ])('%s', (text, wanted) => {
    const node = yaml(text);
    expect(
      twoHosts()
        .scope('s1')
        .condition(node.kind === 'sequence' ? node.items : []),
    ).toBe(wanted);
  });

  it('wants a real boolean of a condition', () => {
    expect(
      failure(() =>
        twoHosts()
          .scope('s1')
          .condition([yaml('me')]),
      ),
    ).toContain('not true or false');
    expect(
      failure(() =>
        twoHosts()
          .scope('s1')
          .condition([yaml('1')]),
      ),
    ).toBe('site.yml:1:1: a condition must be an expression, true or false');
  });

  it.each([
    ['yes', true],
    ['"off"', false],
    ['1', true],
    ['"{{ me == \'s1\' }}"', true],
    ['"{{ 0.0 }}"', false],
  ])('reads %s as the boolean of a keyword', (text, wanted) => {
    expect(twoHosts().scope('s1').boolean(yaml(text))).toBe(wanted);
  });

  it('refuses what is neither true nor false', () => {
    expect(failure(() => twoHosts().scope('s1').boolean(yaml('maybe')))).toBe(
      "site.yml:1:1: 'maybe' is neither true nor false\n  → write true or false, yes or no",
    );
  });

  it('gives text as a template prints it', () => {
    const { scope } = world({ hosts: { s1: [] } });
    expect(['yes', '3', '1.0', '"a{{ 1 }}"'].map((text) => scope('s1').text(yaml(text)))).toEqual([
      'True',
      '3',
      '1.0',
      'a1',
    ]);
  });

  it('has a dict for hostvars of a host that lists its names', () => {
    const scope = twoHosts().variables.hostScope('s2');
    const hostvars = scope.lookup('hostvars') as Dict;
    const own = hostvars.get('s2') as Dict;
    expect([...own.keys()].filter((name) => !String(name).startsWith('ansible_')).sort()).toEqual([
      'group_names',
      'groups',
      'inventory_dir',
      'inventory_file',
      'inventory_hostname',
      'inventory_hostname_short',
      'me',
      'omit',
      'playbook_dir',
      'via',
    ]);
  });
});
