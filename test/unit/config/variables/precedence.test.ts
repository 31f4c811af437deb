import { describe, expect, it } from 'vitest';
import { magicNames } from '../../../../src/config/variable-name.ts';
import type { Value } from '../../../../src/jinja/value.ts';
import { layer, world } from './fixture.ts';

const levels = [
  'inventory group all',
  'group_vars/kafka',
  'host_vars/s1',
  'facts',
  'play vars',
  'vars_files',
  'block vars',
  'task vars',
  'set_fact',
  '-e',
  'loop variable',
];

/** A task's scope in which the levels up to `highest` define `ansible_x` as their own name. */
function scopeUpTo(highest: string) {
  const defines = (level: string) => levels.indexOf(level) <= levels.indexOf(highest);
  const at = (level: string) => layer(level, defines(level) ? `ansible_x: ${level}` : 'other: 1');
  const { scope, state } = world({
    hosts: { s1: [at('inventory group all'), at('group_vars/kafka'), at('host_vars/s1')] },
    play: at('play vars'),
    extra: [at('-e')],
    facts: (_, name) => (name === 'x' && defines('facts') ? 'facts' : undefined),
  });
  if (defines('set_fact')) state.setFact('s1', 'ansible_x', 'set_fact');
  const loop = defines('loop variable') ? new Map<string, Value>([['ansible_x', 'loop variable']]) : undefined;
  return scope('s1', [at('vars_files')]).within([at('block vars'), at('task vars')], loop);
}

describe('the precedence of variables', () => {
  it.each(levels)('lets %s win over every level below it', (level) => {
    const scope = scopeUpTo(level);
    expect(scope.lookup('ansible_x')).toBe(level);
    const explanation = scope.explain('ansible_x');
    expect([explanation?.value, explanation?.source]).toEqual([level, level]);
    expect(explanation?.overrode.map(({ source }) => source)).toEqual(
      levels.slice(0, levels.indexOf(level)).toReversed(),
    );
  });

  it('knows every magic variable by name, so that nobody can think to set it', () => {
    const { scope } = world({ hosts: { s1: [] } });
    const names = [
      ...scope('s1').names(),
      'vars',
      'ansible_limit',
      'ansible_forks',
      'ansible_verbosity',
      'ansible_inventory_sources',
    ];
    // `environment` is what people call a variable of their own: Ansible warns of it, and no more.
    const elsewhere = ['ansible_host', 'ansible_facts', 'environment'];
    expect(names.filter((name) => !elsewhere.includes(name)).sort()).toEqual([...magicNames].sort());
  });

  it('lets magic variables win over everything but loop variables', () => {
    const { scope } = world({
      hosts: { s1: [layer('host_vars/s1', 'groups: mine')] },
      extra: [layer('-e', 'inventory_hostname: mine')],
    });
    expect(scope('s1').lookup('inventory_hostname')).toBe('s1');
    expect(scope('s1').lookup('groups')).not.toBe('mine');
  });

  it('lets the later of register and set_fact win', () => {
    const { scope, state } = world({ hosts: { s1: [] } });
    state.register('s1', 'x', 'registered');
    state.setFact('s1', 'x', 'set');
    expect(scope('s1').lookup('x')).toBe('set');
    state.register('s1', 'x', 'registered again');
    expect(scope('s1').explain('x')).toEqual({
      value: 'registered again',
      source: 'register',
      at: undefined,
      overrode: [],
    });
  });

  it('replaces dicts, it does not merge them', () => {
    const { scope } = world({
      hosts: { s1: [layer('group_vars/all', 'd: {a: 1, b: 2}'), layer('host_vars/s1', 'd: {a: 3}')] },
    });
    expect(scope('s1').lookup('d')).toEqual(new Map([['a', 3]]));
  });

  it('explains where a value and those it overrode stand', () => {
    const { scope } = world({
      hosts: {
        s1: [layer('all', 'a: 1\nx: 1', 'group_vars/all.yml'), layer('s1', 'x: "{{ a + 1 }}"', 'host_vars/s1.yml')],
      },
    });
    expect(scope('s1').explain('x')).toEqual({
      value: 2,
      source: 's1',
      at: { file: 'host_vars/s1.yml', line: 1, column: 4 },
      overrode: [{ source: 'all', at: { file: 'group_vars/all.yml', line: 2, column: 4 } }],
    });
    expect(scope('s1').explain('nothing')).toBeUndefined();
  });
});
