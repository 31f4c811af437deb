import { describe, expect, it } from 'vitest';
import { load, problemsOf } from './fixture.ts';

describe('module_defaults', () => {
  it('are kept under the canonical names of their modules, the later ones of a list over the earlier ones', () => {
    const { plays } = load({
      'site.yml': `- hosts: all
  module_defaults:
    - {ansible.builtin.file: {mode: "0600"}, copy: {mode: "0640"}}
    - {ansible.legacy.copy: "{{ copying }}"}
`,
    });
    const defaults = plays[0]?.moduleDefaults;
    expect([...(defaults?.keys() ?? [])]).toEqual(['file', 'copy']);
    expect(defaults?.get('copy')).toMatchObject({ value: '{{ copying }}' });
  });

  it('tell everything that is wrong with them at its place', () => {
    const text = `- hosts: all
  module_defaults:
    group/aws: {region: x}
    fiel: {mode: x}
    file: {mod: x, mode: "{{ x"}
    copy: 12
    apt: {update_cache: true}
  tasks:
    - debug:
      module_defaults: "{{ all }}"
    - block: [{debug: {}}]
      module_defaults: [1]
`;
    const places = problemsOf({ 'site.yml': text }).split('\n');
    expect(places.filter((line) => line.startsWith('site.yml'))).toEqual([
      "site.yml:3:5: the action group 'group/aws' is not supported",
      "site.yml:4:5: unknown module 'fiel'",
      "site.yml:5:12: unknown argument 'mod' of module 'file'",
      expect.stringContaining('site.yml:5:2'),
      "site.yml:6:11: the default arguments of 'copy' must be a mapping, and are the number 12",
      "site.yml:7:5: the module 'apt' is not supported",
      "site.yml:10:24: 'module_defaults' must be a mapping of modules to arguments, and is the text '{{ all }}'",
      "site.yml:12:25: 'module_defaults' must be a mapping of modules to arguments, and is the number 1",
    ]);
  });
});
