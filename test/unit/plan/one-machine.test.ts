import { describe, expect, it } from 'vitest';
import { tryPass } from './fixture.ts';

const tasks = `
  tasks:
    - {name: shared, make: {path: /shared}}
    - {name: own, make: {path: "/own-{{ me }}"}}
`;
const hosts = ['zk1', 'kafka1'];
const free = { '/shared': false, '/own-zk1': false, '/own-kafka1': false };

describe('two names of one machine', () => {
  it('see in a plan what the other one would have made', () => {
    const { lines } = tryPass(tasks, { hosts, isOneMachine: true, paths: { zk1: free } });
    expect(lines).toEqual({
      zk1: ['change shared', 'change own'],
      kafka1: ['unchanged shared', 'change own'],
    });
  });

  it('wait for each other in a run: no two programs meet there', () => {
    const { lines, passes } = tryPass(tasks, { hosts, isOneMachine: true, paths: { zk1: free }, mode: 'apply' });
    expect(lines).toEqual({ zk1: ['change shared', 'change own'], kafka1: [] });
    expect(passes.map(({ stoppedAt, waits }) => [stoppedAt, waits?.until])).toEqual([
      [undefined, undefined],
      [0, "task 'shared' ran on zk1, which is the same machine"],
    ]);
  });

  it('go together where nothing has to be done, and where they are machines of their own', () => {
    const there = { '/shared': true, '/own-zk1': true, '/own-kafka1': true };
    const whole = tryPass(tasks, { hosts, isOneMachine: true, paths: { zk1: there }, mode: 'apply' });
    expect(whole.passes.map(({ stoppedAt }) => stoppedAt)).toEqual([undefined, undefined]);
    const apart = tryPass(tasks, { hosts, paths: { zk1: free, kafka1: free }, mode: 'apply' });
    expect(apart.lines).toEqual({ zk1: ['change shared', 'change own'], kafka1: ['change shared', 'change own'] });
  });
});
