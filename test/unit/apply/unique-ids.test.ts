import { expect, it } from 'vitest';
import { sharedIds } from '../../../src/apply/unique-ids.ts';
import { formatProblem } from '../../../src/errors.ts';
import { layer, world } from '../config/variables/fixture.ts';
import { entriesOf, playOf } from '../plan/fixture.ts';

const play = playOf(`
  tasks:
    - look: {path: "{{ broker_id }}"}
    - make: {path: "{{ broker_id }}"}
`);

function problemsOf(hosts: Readonly<Record<string, string>>): string[] {
  const { scope } = world({
    hosts: Object.fromEntries(Object.entries(hosts).map(([host, text]) => [host, [layer('host', text)]])),
    play: play.vars,
  });
  const moduleOf = (name: string) => ({ aliases: {}, ...(name === 'look' ? { uniqueArgument: 'path' } : {}) });
  return sharedIds(entriesOf(play), { names: Object.keys(hosts), scopeOf: scope, moduleOf }).map(formatProblem);
}

it('is told at the second host, and names the first; what else a module is given may be the same', () => {
  expect(problemsOf({ s1: 'broker_id: 1', s2: 'broker_id: 2', s3: 'broker_id: "1"' })).toEqual([
    expect.stringMatching(/^host:1:12: s3 has the broker_id 1, which s1 has already \(host:1:12\)/),
  ]);
});

it('is none where ids differ, or where the host is to tell them', () => {
  expect(problemsOf({ s1: 'broker_id: 1', s2: 'broker_id: 2' })).toEqual([]);
  expect(problemsOf({ s1: 'broker_id: "{{ nowhere }}"', s2: 'broker_id: "{{ nowhere }}"' })).toEqual([]);
});
