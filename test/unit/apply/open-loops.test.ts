import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { LocalResult } from './local-hosts.ts';
import { WorkFolder } from './work-folder.ts';

const work = new WorkFolder('open');

function run(rest: string): Promise<LocalResult> {
  return work.run(`- name: Play\n  hosts: h1\n${rest.replace(/^\n/, '')}`);
}

const guarded = `
      shell: touch {{ work }}/{{ item }}
      args: {creates: "{{ work }}/{{ item }}"}
      loop: [one, two, one]`;

it('a plan says of which items of a loop nothing is known until those before them ran', async () => {
  const { events, good, plan } = await run(`
  tasks:
    - name: Makes each${guarded}`);
  expect(good).toBe(true);
  const hosts = plan.plays.flatMap(({ tasks }) => tasks.flatMap((task) => task.hosts));
  expect(hosts.map(({ verdict, items, diff }) => ({ verdict, items, last: diff.at(-1) }))).toEqual([
    {
      verdict: 'change',
      items: [
        { label: 'one', verdict: 'change' },
        { label: 'two', verdict: 'unknown' },
        { label: 'one', verdict: 'unknown' },
      ],
      last: { kind: 'note', text: 'not known until the items before it ran: two, one' },
    },
  ]);
  const ended = events.flatMap((event) => (event.event === 'task' ? [event.items] : []));
  expect(ended).toEqual([
    [
      { label: 'one', status: 'changed' },
      { label: 'two', status: 'changed' },
      { label: 'one', status: 'ok' },
    ],
  ]);
});

it('a handler that loops so is owed until its last item has been done, and then no longer', async () => {
  const { events, good } = await run(`
  tasks:
    - {name: Notifies, copy: {content: x, dest: "{{ work }}/file", mode: "0644"}, notify: Makes each}
  handlers:
    - name: Makes each${guarded}`);
  expect(good).toBe(true);
  expect(events.flatMap((event) => (event.event === 'owed' ? [event.what] : []))).toEqual(['recorded', 'paid']);
  const owed = path.join(work.path, '.state', 'h1', 'owed');
  expect(existsSync(owed) ? readdirSync(owed) : []).toEqual([]);
});

it('what its own first items have recorded is not found as owed by an earlier run', async () => {
  const { events, good } = await run(`
  tasks:
    - name: Makes each${guarded}
      changed_when: false
      notify: Handler
  handlers:
    - {name: Handler, command: echo}`);
  expect(good).toBe(true);
  expect(events.flatMap((event) => (event.event === 'owed' ? [event.what] : []))).toEqual([]);
  const ended = events.flatMap((event) => (event.event === 'task' ? [`${event.status} ${event.task.task}`] : []));
  expect(ended).toEqual(['ok Makes each']);
  const owed = path.join(work.path, '.state', 'h1', 'owed');
  expect(existsSync(owed) ? readdirSync(owed) : []).toEqual([]);
});

it('an item that cannot be done has failed by itself', async () => {
  const { events, good } = await run(`
  tasks:
    - name: Makes each
      shell: touch {{ work }}/{{ item.name }}
      args: {creates: "{{ work }}/{{ item.name }}"}
      loop: [{name: one}, {title: two}, {name: three}]
      ignore_errors: true`);
  expect(good).toBe(true);
  const ended = events.flatMap((event) => (event.event === 'task' ? [event.items?.map(({ status }) => status)] : []));
  expect(ended).toEqual([['changed', 'failed', 'changed']]);
});
