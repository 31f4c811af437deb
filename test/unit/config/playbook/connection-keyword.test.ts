import { describe, expect, it } from 'vitest';
import { load, problemsOf } from './fixture.ts';

describe('connection and collections', () => {
  it('are accepted where they are supported, and told of once where they do nothing', () => {
    const text = `- hosts: all
  connection: smart
  collections: [ansible.builtin, ansible.posix]
  tasks:
    - {debug: , connection: ansible.builtin.local, collections: ansible.legacy}
    - {debug: , connection: "{{ how }}"}
`;
    const playbook = load({ 'site.yml': text });
    expect(playbook.plays).toHaveLength(1);
    expect(playbook.warnings).toEqual([
      {
        message: "'collections' has no effect: modules are found by their short name in any case",
        at: { file: 'site.yml', line: 3, column: 16 },
      },
    ]);
  });

  it('are refused at their place where they are not', () => {
    const text = `- hosts: all
  connection: lcoal
  collections: [ansible.posxi, "{{ x }}"]
  tasks:
    - {debug: , connection: community.docker.docker, collections: [amazon.aws]}
`;
    const lines = problemsOf({ 'site.yml': text }).split('\n');
    expect(lines).toEqual([
      "site.yml:2:15: the connection 'lcoal' is not supported",
      "  → did you mean 'local'? known: local, smart, ssh",
      'site.yml:3:17: the modules of the collection ansible.posxi are not supported',
      "  → did you mean 'ansible.posix'? known: ansible.builtin, ansible.legacy, ansible.posix",
      expect.stringContaining("site.yml:3:32: 'collections' must be a list of names that are written out"),
      "site.yml:5:29: the connection 'community.docker.docker' is not supported",
      '  → known: local, smart, ssh',
      'site.yml:5:68: the modules of the collection amazon.aws are not supported',
      '  → known: ansible.builtin, ansible.legacy, ansible.posix',
    ]);
  });
});
