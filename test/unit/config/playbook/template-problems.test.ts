import { describe, expect, it } from 'vitest';
import { play, problemsOf } from './fixture.ts';

/** The place and first words of each problem: what is wrong with a template is said by the template engine. */
function places(task: string): string[] {
  const lines = problemsOf(play(`    - ${task}\n`)).split('\n');
  return lines.filter((line) => !line.startsWith('  →'));
}

describe('templates and conditions are compiled before any host is touched', () => {
  it.each([
    ['{debug: {msg: "{{ a b }}"}}'],
    ['{debug: {msg: "{{ a"}}'],
    ['{debug: {msg: [{deep: "{% if %}"}]}}'],
    ['{debug: {msg: x}, when: "a =="}'],
    ['{debug: {msg: x}, when: [a, "(b"]}'],
    ['{debug: {msg: x}, when: ""}'],
    ['{debug: {msg: x}, failed_when: "a b"}'],
    ['{debug: {msg: x}, changed_when: "a b"}'],
    ['{debug: {msg: x}, until: "a b"}'],
    ['{debug: {msg: x}, loop: "{{ a b }}"}'],
    ['{debug: {msg: x}, loop: ["{{ a b }}"]}'],
    ['{debug: {msg: x}, loop: [a], loop_control: {label: "{{ a b }}"}}'],
    ['{debug: {msg: x}, vars: {v: "{{ a b }}"}}'],
    ['{debug: {msg: x}, environment: {V: "{{ a b }}"}}'],
    ['{debug: {msg: x}, name: "{{ a b }}"}'],
    ['{debug: {msg: x}, become: "{{ a b }}"}'],
    ['{debug: {msg: x}, delegate_to: "{{ a b }}"}'],
    ['{debug: {msg: "{{ a | no_such_filter }}"}}'],
    ['{block: [{debug: {msg: x}}], when: "a b"}'],
  ])('%s', (task) => {
    const problems = places(task);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^site\.yml:3:\d+: /);
  });

  it('leaves alone what is marked unsafe', () => {
    expect(problemsOf(play('    - {debug: {msg: !unsafe "{{ a b }}"}}\n'))).toBe('loaded 1 plays');
  });

  it('says them together with every other problem', () => {
    expect(places('{debug: {mgs: "{{ a b }}"}, whn: x, register: 1x}')).toEqual([
      "site.yml:3:16: unknown argument 'mgs' of module 'debug'",
      expect.stringMatching(/^site\.yml:3:2\d: /),
      "site.yml:3:35: unknown task keyword 'whn'",
      "site.yml:3:53: '1x' cannot be the name of a variable ('register')",
    ]);
  });
});
