import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/apply/events.ts';
import type { LocalResult, LocalRun } from './local-hosts.ts';
import { WorkFolder } from './work-folder.ts';

const work = new WorkFolder('waves');

function run(tasks: string, listen?: LocalRun['listen'], play = ''): Promise<LocalResult> {
  const heading = `- name: Play\n  hosts: here\n${play}`;
  return work.run(`${heading}  tasks:\n${tasks.replace(/^\n/, '')}`, listen);
}

function told(events: readonly Event[], kind: 'task-start' | 'task'): string[] {
  return events.flatMap((event) => (event.event === kind ? [`${event.host} ${event.task.task}`] : []));
}

const programs = (events: readonly Event[], kind: string) =>
  events.flatMap((event) => (event.event === 'program' && event.kind === kind ? [event.host] : [])).sort();

const folders = `
    - {name: base, file: {path: "{{ work }}/{{ inventory_hostname }}", state: directory, mode: "0755"}}
    - name: files
      copy: {content: "{{ item }}", dest: "{{ work }}/{{ inventory_hostname }}/{{ item }}", mode: "0644"}
      loop: "{{ range(1, 30) | list if inventory_hostname == 'h2' else [1] }}"
`;

describe('the order across hosts', () => {
  it('lets nobody begin what others could notice before all have finished what stands before it', async () => {
    const { events, good } = await run(`${folders}
    - {name: noticed, command: echo}
    - {name: after, copy: {content: x, dest: "{{ work }}/{{ inventory_hostname }}/after", mode: "0644"}}
    - {name: noticed again, command: echo}
`);
    expect(good).toBe(true);
    const order = events.flatMap((event) => {
      if (event.event === 'task-start' && event.task.module === 'command') return [`starts ${event.task.task}`];
      return event.event === 'task' ? [`ended ${event.task.task}`] : [];
    });
    const firstStart = order.indexOf('starts noticed');
    expect(order.slice(0, firstStart).filter((each) => each === 'ended files')).toHaveLength(3);
    const secondStart = order.indexOf('starts noticed again');
    expect(order.slice(0, secondStart).filter((each) => each === 'ended after')).toHaveLength(3);
  });

  it('has each host go at its own pace otherwise, in one program', async () => {
    const { events } = await run(folders);
    expect(programs(events, 'apply')).toEqual(['h1', 'h2', 'h3']);
  });

  it('passes a barrier that one host only has to do', async () => {
    const { events, good } = await run(`
    - {name: on one, command: echo, when: inventory_hostname == 'h2'}
    - {name: after, debug: {msg: "{{ inventory_hostname }}"}}
`);
    expect([good, told(events, 'task-start')]).toEqual([true, ['h2 on one']]);
    expect(told(events, 'task').filter((line) => line.endsWith('after'))).toHaveLength(3);
  });

  it('does a throttled task on so many hosts at a time', async () => {
    const { good } = await run(`
    - name: one at a time
      throttle: 1
      shell: mkdir "{{ work }}/only" && sleep 0.2 && rmdir "{{ work }}/only"
`);
    expect(good).toBe(true);
  });

  it('does what is done once before anybody goes on', async () => {
    const { events, good } = await run(`
    - {name: once, file: {path: "{{ work }}/shared", state: directory, mode: "0755"}, run_once: true}
    - {name: below, file: {path: "{{ work }}/shared/{{ inventory_hostname }}", state: directory, mode: "0755"}}
`);
    expect(good).toBe(true);
    expect(told(events, 'task')[0]).toBe('h1 once');
  });
});

describe('a converged run', () => {
  it.each([20, 200])('of %i tasks asks each host once and does nothing', async (count) => {
    const tasks = Array.from(
      { length: count / 4 },
      (_, index) => `
    - {name: "folder ${index}", file: {path: "{{ work }}/{{ inventory_hostname }}-${index}", state: directory, mode: "0755"}}
    - {name: "file ${index}", copy: {content: "${index}", dest: "{{ work }}/{{ inventory_hostname }}-${index}/f", mode: "0644"}, notify: never}
    - {name: "look ${index}", stat: {path: "{{ work }}/{{ inventory_hostname }}-${index}/f"}, register: seen}
    - {name: "judge ${index}", assert: {that: seen.stat.exists}}`,
    ).join('');
    const handlers = '  handlers:\n    - {name: never, command: "false", when: false}\n';
    for (let index = 0; index < count / 4; index++) {
      for (const host of ['h1', 'h2', 'h3']) {
        const folder = path.join(work.path, `${host}-${index}`);
        mkdirSync(folder);
        chmodSync(folder, 0o755);
        writeFileSync(path.join(folder, 'f'), String(index));
        chmodSync(path.join(folder, 'f'), 0o644);
      }
    }
    const again = await run(tasks, undefined, handlers);
    expect(programs(again.events, 'probe')).toEqual(['h1', 'h2', 'h3']);
    expect(programs(again.events, 'apply')).toEqual([]);
    expect(again.recap.slice(0, 3).map(({ ok, changed, programs: all }) => [ok, changed, all])).toEqual([
      [count, 0, 1],
      [count, 0, 1],
      [count, 0, 1],
    ]);
  });
});

describe('a host that is lost', () => {
  it('in the middle of a task is unreachable, and the others go on', async () => {
    const { events, recap, good } = await run(
      `
    - {name: slow, shell: "sleep {{ 20 if inventory_hostname == 'h2' else 0 }}"}
    - {name: after, command: echo}
`,
      (event, hosts) => {
        if (event.event === 'task-start' && event.host === 'h2') hosts.get('h2')?.abort();
      },
    );
    expect(good).toBe(false);
    expect(
      told(events, 'task')
        .filter((line) => line.endsWith('after'))
        .sort(),
    ).toEqual(['h1 after', 'h3 after']);
    expect(recap.map(({ host, ok, unreachable }) => [host, ok, unreachable])).toEqual([
      ['h1', 2, 0],
      ['h2', 0, 1],
      ['h3', 2, 0],
      ['h9', 0, 0],
    ]);
  });

  it('ends the run for all where any error is fatal', async () => {
    const { events } = await run(
      `
    - {name: slow, shell: "sleep {{ 20 if inventory_hostname == 'h2' else 0 }}"}
    - {name: after, command: echo}
`,
      (event, hosts) => {
        if (event.event === 'task-start' && event.host === 'h2') hosts.get('h2')?.abort();
      },
      '  any_errors_fatal: true\n',
    );
    expect(told(events, 'task').filter((line) => line.endsWith('after'))).toEqual([]);
  });
});

describe('what the engine knows', () => {
  it('is asked again after a program, so that what it did is seen', async () => {
    const { events, good } = await run(`
    - {name: touches, shell: "mkdir {{ work }}/{{ inventory_hostname }}"}
    - {name: sees, stat: {path: "{{ work }}/{{ inventory_hostname }}"}, register: seen}
    - {name: judges, assert: {that: seen.stat.exists}}
    - {name: below, copy: {content: x, dest: "{{ work }}/{{ inventory_hostname }}/x", mode: "0644"}}
`);
    expect([good, told(events, 'task')]).toEqual([true, expect.arrayContaining(['h1 below', 'h2 below', 'h3 below'])]);
    expect(readFileSync(path.join(work.path, 'h1/x'), 'utf8')).toBe('x');
  });

  it('reaches conditions that mention a fact for the first time when the task has run', async () => {
    const { good } = await run(`
    - {name: judged, command: echo, changed_when: ansible_facts.kernel == 'nowhere'}
    - {name: judged too, command: echo, register: r, failed_when: r.rc != 0 or ansible_facts.system == 'nowhere'}
`);
    expect(good).toBe(true);
  });

  it('keeps what an item of a loop has done, and no more', async () => {
    const { good, recap } = await run(`
    - name: items
      file: {path: "{{ work }}/{{ inventory_hostname }}{{ item }}", state: directory, mode: "0755"}
      loop: ["", "/missing/x", "/b"]
      ignore_errors: true
    - {name: below, file: {path: "{{ work }}/{{ inventory_hostname }}/b/c", state: directory, mode: "0755"}}
`);
    expect([good, recap[0]]).toMatchObject([true, { ok: 2, failed: 0 }]);
  });
});
