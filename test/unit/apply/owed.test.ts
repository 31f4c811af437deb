import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { runIn } from './local-hosts.ts';

// Real shells do the work, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const inventory = fileURLToPath(new URL('../../differential/plays/hosts.yml', import.meta.url));

it('a handler that had nothing to do is owed no longer, also when the next step fails', async () => {
  const work = mkdtempSync(path.join(tmpdir(), 'brokkr-owed-'));
  onTestFinished(() => rmSync(work, { recursive: true }));
  const playbook = path.join(work, 'play.yml');
  writeFileSync(
    playbook,
    `- hosts: h1
  gather_facts: false
  handlers:
    - name: with systemd
      debug: {msg: restarted}
      listen: restart
    - name: without systemd
      command: "false"
      when: false
      listen: restart
  tasks:
    - copy: {content: new, dest: "{{ work }}/configuration", mode: "0644"}
      notify: restart
    - meta: flush_handlers
    - command: "false"
`,
  );
  const { good } = await runIn(work, { playbook, inventory, arguments: [] });
  expect(good).toBe(false);
  const owed = path.join(work, '.state', 'h1', 'owed');
  expect(existsSync(owed)).toBe(true);
  expect(readdirSync(owed)).toEqual([]);
});

/** Runs tasks that notify a handler of h1. @returns what each task of the host came to, and what is still owed there */
async function owedBy(tasks: string): Promise<{ good: boolean; told: string[]; work: string; owed: string[] }> {
  const work = mkdtempSync(path.join(tmpdir(), 'brokkr-owed-'));
  onTestFinished(() => rmSync(work, { recursive: true }));
  const playbook = path.join(work, 'play.yml');
  const handlers = '[{name: restart, command: "touch {{ work }}/restarted"}]';
  writeFileSync(playbook, `- {hosts: h1, gather_facts: false, handlers: ${handlers}, tasks: [${tasks}]}\n`);
  const { good, events } = await runIn(work, { playbook, inventory, arguments: [] });
  const told = events.flatMap((event) => (event.event === 'task' ? [`${event.task.task}: ${event.status}`] : []));
  return { good, told, work, owed: readdirSync(path.join(work, '.state', 'h1', 'owed')) };
}
const seen = (work: string, name: string): string => readFileSync(path.join(work, name), 'utf8');
const LOOK = 'ls {{ work }}/.state/h1/owed | wc -l | tr -d " " > {{ work }}/during';

it('what is judged is recorded before it is done, and taken back when it has changed nothing', async () => {
  const task = (rest: string): string => `{name: judged, shell: '${LOOK}; exit 3', notify: restart, ${rest}}`;
  const changed = await owedBy(task('changed_when: true, failed_when: false'));
  expect([changed.good, seen(changed.work, 'during'), changed.owed]).toEqual([true, '1\n', []]);
  expect(changed.told).toEqual(['judged: changed', 'restart: changed']);
  const unchanged = await owedBy(task('changed_when: false, failed_when: false'));
  expect([unchanged.good, seen(unchanged.work, 'during'), unchanged.owed]).toEqual([true, '1\n', []]);
  expect(unchanged.told).toEqual(['judged: ok']);
  // It stays when another task owes the same, and when what comes between fails.
  const again = `{name: certain, command: "touch {{ work }}/certain", notify: restart}`;
  const lost = await owedBy([task('changed_when: false, failed_when: false'), again, '{command: "false"}'].join(', '));
  expect([lost.good, lost.owed.length]).toEqual([false, 1]);
  const judgedLast = [again, task('changed_when: false, failed_when: false'), '{command: "false"}'].join(', ');
  expect((await owedBy(judgedLast)).owed).toHaveLength(1);
  const failing = [task('changed_when: true, failed_when: false'), '{command: "false"}'].join(', ');
  expect((await owedBy(failing)).owed).toHaveLength(1);
});

it('what is done on another host is recorded on the own one before, and survives a failure', async () => {
  const before = '{command: "true"}, ';
  const task = `${before}{name: elsewhere, shell: '${LOOK}', delegate_to: h2, notify: restart}`;
  const lost = await owedBy(`${task}, {command: "false"}`);
  expect([lost.good, seen(lost.work, 'during'), lost.owed.length]).toEqual([false, '1\n', 1]);
  const paid = await owedBy(task);
  expect([paid.good, existsSync(path.join(paid.work, 'restarted')), paid.owed]).toEqual([true, true, []]);
});

it('what an earlier run left owed is found, also where nothing is asked', async () => {
  const work = mkdtempSync(path.join(tmpdir(), 'brokkr-owed-'));
  onTestFinished(() => rmSync(work, { recursive: true }));
  const playbook = path.join(work, 'play.yml');
  const once = 'test -e {{ work }}/once || { touch {{ work }}/once; echo made; }';
  const tasks = `[{shell: "${once}", register: r, changed_when: "'made' in r.stdout", notify: restart}, {shell: exit CODE}]`;
  const text = `- {hosts: h1, gather_facts: false, handlers: [{name: restart, command: "touch {{ work }}/restarted"}], tasks: ${tasks}}\n`;
  writeFileSync(playbook, text.replace('CODE', '3'));
  expect((await runIn(work, { playbook, inventory, arguments: [] })).good).toBe(false);
  writeFileSync(playbook, text.replace('CODE', '0'));
  expect(existsSync(path.join(work, 'restarted'))).toBe(false);
  const { good, events } = await runIn(work, { playbook, inventory, arguments: [] });
  expect([good, existsSync(path.join(work, 'restarted'))]).toEqual([true, true]);
  expect(events.filter(({ event }) => event === 'owed')).toMatchObject([{ what: 'found' }, { what: 'paid' }]);
  expect(readdirSync(path.join(work, '.state', 'h1', 'owed'))).toEqual([]);
});

it('that an earlier run was cut off is told, also where nothing is asked', async () => {
  const work = mkdtempSync(path.join(tmpdir(), 'brokkr-owed-'));
  onTestFinished(() => rmSync(work, { recursive: true }));
  const playbook = path.join(work, 'play.yml');
  writeFileSync(playbook, '- {hosts: h1, gather_facts: false, tasks: [{command: "true"}, {command: "true"}]}\n');
  mkdirSync(path.join(work, '.state', 'h1'), { recursive: true });
  writeFileSync(path.join(work, '.state', 'h1', 'running'), '0123456789ab begin 7 nap (site.yml:6)\n');
  const { events } = await runIn(work, { playbook, inventory, arguments: [] });
  expect(events.filter(({ event }) => event === 'interrupted')).toMatchObject([
    { host: 'h1', text: '0123456789ab begin 7 nap (site.yml:6)' },
  ]);
});

it('a handler that was left out since its change is in effect leaves no debt of another that would do the same', async () => {
  const work = mkdtempSync(path.join(tmpdir(), 'brokkr-owed-'));
  onTestFinished(() => rmSync(work, { recursive: true }));
  const playbook = path.join(work, 'play.yml');
  const handler = (name: string, topics: string) => `    - {name: ${name}, command: "false", listen: ${topics}}`;
  writeFileSync(
    playbook,
    [
      '- hosts: h1',
      '  gather_facts: false',
      '  handlers:',
      handler('restart a', 'changed'),
      handler('restart b', 'changed'),
      handler('reload', 'changed'),
      handler('restart c', '[changed, more]'),
      '  tasks:',
      '    - {copy: {content: new, dest: "{{ work }}/a", mode: "0644"}, notify: changed}',
      '    - {copy: {content: new, dest: "{{ work }}/b", mode: "0644"}, notify: more}',
    ].join('\n'),
  );
  let isStopped = false;
  const run = runIn(work, {
    ...{ playbook, inventory, arguments: [] },
    stopRequested: () => isStopped,
    gates: {
      restartOf: () => ({ cluster: 'kafka', unit: undefined, stays: false }),
      startOf: () => 'kafka',
      foresee: async () => ({ notes: new Map(), problems: [] }),
      roll: async ({ hosts }) => {
        await hosts[0]?.leaveOut('no restart', (name) => name.startsWith('restart'));
        isStopped = true;
        return new Map();
      },
    },
  });
  await expect(run).rejects.toThrow('stopped');
  const folder = path.join(work, '.state', 'h1', 'owed');
  const owed = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8').trim());
  expect(owed.toSorted()).toEqual(['reload', 'restart c']);
});
