import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LocalResult, type LocalRun, runIn } from './local-hosts.ts';

// Real shells do the work, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const inventory = fileURLToPath(new URL('../../differential/plays/hosts.yml', import.meta.url));
let work: string;
beforeEach(() => {
  work = mkdtempSync(path.join(tmpdir(), 'brokkr-faults-'));
});
afterEach(() => rmSync(work, { recursive: true }));

/** A service whose configuration is a file: the handler notes what it was started with. */
const service = `
- name: Service
  hosts: h1
  gather_facts: false
  vars: {place: "{{ work }}/h1"}
  handlers:
    - name: prepare
      command: touch {{ place }}/prepared
      notify: restart
    - name: restart
      shell: cat {{ place }}/a {{ place }}/b >> {{ place }}/started
  tasks:
    - name: folder
      file: {path: "{{ place }}", state: directory, mode: "0755"}
    - name: a
      copy: {content: "a{{ release }}\\n", dest: "{{ place }}/a", mode: "0644"}
      notify: restart
    - name: items
      copy: {content: "{{ item }}{{ release }}\\n", dest: "{{ place }}/{{ item }}", mode: "0644"}
      loop: [b, c]
      notify: prepare
    - name: judged
      shell: cmp -s {{ place }}/c {{ place }}/d || cp {{ place }}/c {{ place }}/d
      register: r
      changed_when: false
    - name: last
      file: {path: "{{ place }}/last{{ release }}", state: directory, mode: "0755"}
`;

function run(release: number, listen?: LocalRun['listen']): Promise<LocalResult> {
  const playbook = path.join(work, 'play.yml');
  writeFileSync(playbook, service.replaceAll('{{ release }}', String(release)));
  return runIn(work, { playbook, inventory, arguments: [], ...(listen === undefined ? {} : { listen }) });
}

/** What lies around below a folder that should not. */
function leftovers(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.brokkr-|\/lock$|\/owed\/.|\/running$|\/temporary$/.test(name));
}

const read = (name: string) => readFileSync(path.join(work, 'h1', name), 'utf8');

describe('a run that is cut off', () => {
  it('at any step is completed by the next one, which pays the restarts that are owed', async () => {
    const whole = await run(0);
    expect([whole.good, read('started')]).toEqual([true, 'a0\nb0\n']);
    for (let step = 1; ; step++) {
      let seen = 0;
      await run(step, (event, hosts) => {
        if (event.event === 'task-start' && ++seen === step) hosts.get('h1')?.abort();
      });
      if (seen < step) {
        expect(step).toBeGreaterThan(7);
        return;
      }
      const next = await run(step);
      expect(next.good).toBe(true);
      expect([step, read('a'), read('b'), read('c'), read('d')]).toEqual([
        step,
        ...['a', 'b', 'c', 'c'].map((name) => `${name}${step}\n`),
      ]);
      // Whatever was cut off, the service has been started with what is there now.
      expect(read('started').endsWith(`a${step}\nb${step}\n`)).toBe(true);
      expect([step, leftovers(work)]).toEqual([step, []]);
    }
  });

  it('tells which step it was, and which restarts it left', async () => {
    await run(1, (event, hosts) => {
      if (event.event === 'task-start' && event.task.task === 'judged') hosts.get('h1')?.abort();
    });
    const { events } = await run(1);
    const told = events.flatMap((event) =>
      event.event === 'owed' && event.what !== 'recorded' ? [`${event.what} ${event.handler}`] : [],
    );
    expect(told.sort()).toEqual(['found prepare', 'found restart', 'paid prepare', 'paid restart']);
    expect(events.find((event) => event.event === 'interrupted')).toMatchObject({
      text: expect.stringContaining('judged'),
    });
  });
});

describe('two runs at once', () => {
  it('are not made: the second one is told who is at it', async () => {
    const refused: LocalResult[] = [];
    const inner: Promise<void>[] = [];
    const first = await runSlow((event) => {
      if (event.event === 'task-start' && event.task.task === 'slow')
        inner.push(run(2).then((result) => void refused.push(result)));
    });
    await Promise.all(inner);
    expect(first.good).toBe(true);
    const failures = refused[0]?.events.flatMap((event) =>
      event.event === 'task' && event.failure ? [event.failure] : [],
    );
    expect(failures).toMatchObject([{ message: expect.stringMatching(/^h1 is being changed by another run: \S+@/) }]);
    // Nor are the records of the one that is at work taken for those of one that was cut off.
    const told = refused[0]?.events.filter(({ event }) => ['warning', 'interrupted', 'owed'].includes(event));
    expect(told).toEqual([
      {
        event: 'warning',
        message: expect.stringMatching(
          /^h1: another run is at work there now: \S+@\S+ \(run [0-9a-f]+ since \S+Z\), with slow \(.*\)$/,
        ),
      },
    ]);
  });
});

describe('a host that is not as it was', () => {
  it('is left alone, and told so', async () => {
    await run(1);
    let meddled = false;
    const result = await run(2, (event) => {
      // The plan has been made by then, and the first step has not begun.
      if (event.event !== 'batch-start' || meddled) return;
      meddled = true;
      writeFileSync(path.join(work, 'h1/a'), 'by hand\n');
    });
    expect(result.good).toBe(false);
    expect(read('a')).toBe('by hand\n');
    const [failure] = result.events.flatMap((event) =>
      event.event === 'task' && event.failure ? [event.failure] : [],
    );
    expect(failure?.message).toContain('h1 is not as it was when this was decided');
    expect(failure?.message).toContain(path.join(work, 'h1/a'));
  });
});

function runSlow(listen: NonNullable<LocalRun['listen']>): Promise<LocalResult> {
  const playbook = path.join(work, 'slow.yml');
  writeFileSync(playbook, '- hosts: h1\n  gather_facts: false\n  tasks:\n    - {name: slow, command: sleep 8}\n');
  return runIn(work, { playbook, inventory, arguments: [], listen });
}

describe('a host that is lost in the middle, where that is ignored', () => {
  it('goes on with its next task, which reaches it again', async () => {
    const playbook = path.join(work, 'lost.yml');
    writeFileSync(
      playbook,
      `- hosts: h1
  gather_facts: false
  tasks:
    - {name: begun, command: sleep 20, register: begun, ignore_unreachable: true}
    - {name: told, debug: {msg: "{{ begun is unreachable }} {{ begun is failed }}"}}
    - {name: again, command: echo here, register: again, when: begun is unreachable}
    - {name: answer, debug: {msg: "{{ again.stdout }}"}}
`,
    );
    const { events, good, recap } = await runIn(work, {
      playbook,
      inventory,
      arguments: [],
      listen(event, hosts) {
        if (event.event === 'task-start' && event.task.task === 'begun') hosts.get('h1')?.disconnect();
      },
    });
    const ends = events.flatMap((event) =>
      event.event === 'task' ? [`${event.status} ${event.task.task}: ${event.message ?? ''}`] : [],
    );
    expect(ends).toEqual(['ignored begun: ', 'ok told: True False', 'changed again: ', 'ok answer: here']);
    expect(good).toBe(true);
    expect(recap.find(({ host }) => host === 'h1')).toMatchObject({
      ok: 4,
      changed: 1,
      ignored: 1,
      unreachable: 0,
      failed: 0,
    });
  });
});
