import { expect, it } from 'vitest';
import { type PlanView, pendingCount } from '../../../src/plan/plan-view.ts';
import type { LocalResult } from './local-hosts.ts';
import { WorkFolder } from './work-folder.ts';

const work = new WorkFolder('tells');

function run(rest: string): Promise<LocalResult> {
  return work.run(`- name: Play\n  hosts: h1\n${rest.replace(/^\n/, '')}`);
}

/** What each task comes to on the only host. */
function told({ plays }: PlanView): string[] {
  return plays.flatMap(({ tasks }) =>
    tasks.map(({ task, handler, hosts }) => `${hosts[0]?.verdict} ${task}${handler ? ' (handler)' : ''}`),
  );
}

it('of what would fail, what to do about it: of a loop, about the item that fails', async () => {
  const { plan } = await run(`
  tasks:
    - copy: {content: x, dest: "{{ work }}/none/{{ item }}"}
      loop: [a, b]
      when: item == 'b'`);
  const [host] = plan.plays[0]?.tasks[0]?.hosts ?? [];
  expect(host?.verdict).toBe('failed');
  expect(host?.reason).toMatch(/none does not exist/);
  expect(host?.hint).toMatch(/\w/);
});

it('of a handler that a step may notify of which nothing is known yet, that it may run', async () => {
  const { plan, events, good } = await run(`
  tasks:
    - {name: Runs, command: "true"}
    - {name: Writes, copy: {content: x, dest: "{{ work }}/file", mode: "0644"}, notify: Restarts}
  handlers:
    - {name: Restarts, command: echo}`);
  expect(told(plan)).toEqual(['change Runs', 'unknown Writes', 'unknown Restarts (handler)']);
  expect(plan.plays[0]?.tasks[2]?.hosts[0]?.reason).toBe("not known until task 'Writes' ran");
  expect(pendingCount(plan).changes).toBe(3);
  expect(good).toBe(true);
  expect(events.flatMap((event) => (event.event === 'task' ? [`${event.status} ${event.task.task}`] : []))).toEqual([
    'changed Runs',
    'changed Writes',
    'changed Restarts',
  ]);
});

it('of what comes after a program that is said to change nothing, what it comes to; the run looks again', async () => {
  const { plan, events, good } = await run(`
  tasks:
    - {name: Lies, shell: "echo x > {{ work }}/lie", changed_when: false}
    - {name: Looks, command: cat /etc/passwd, changed_when: [false]}
    - {name: Writes, copy: {content: x, dest: "{{ work }}/file", mode: "0644"}}
    - {name: Has to, copy: {content: "x\\n", dest: "{{ work }}/lie"}}`);
  expect(told(plan)).toEqual(['run Lies', 'run Looks', 'change Writes', 'change Has to']);
  expect(good).toBe(true);
  expect(events.flatMap((event) => (event.event === 'task' ? [`${event.status} ${event.task.task}`] : []))).toEqual([
    'ok Lies',
    'ok Looks',
    'changed Writes',
    'ok Has to',
  ]);
});

it.each([
  [
    'what names the file that it makes',
    'shell: "touch {{ work }}/made", args: {creates: "{{ work }}/made"}, changed_when: false',
  ],
  ['a template', 'command: "true", changed_when: "{{ false }}"'],
  ['a condition that only the run can read', 'command: "true", register: r, changed_when: r.rc != 0'],
])('%s is not taken for such a word', async (_, task) => {
  const { plan } = await run(`
  tasks:
    - {name: Runs, ${task}}
    - {name: Writes, copy: {content: x, dest: "{{ work }}/file", mode: "0644"}}`);
  expect(told(plan)).toEqual(['run Runs', 'unknown Writes']);
});
