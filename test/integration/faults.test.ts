import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { labCut, labMend } from '../../src/lab/control.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { pollUntil, systemClock } from '../../src/poll.ts';
import { eventsOf, Project, type Ran, type Watch } from './project.ts';

const byHand = fileURLToPath(new URL('../data/install-by-hand.yml', import.meta.url));

/** A service whose configuration is a file: its handler notes what it was started with. */
const service = (release: string): string => `
- name: Service
  hosts: s1
  gather_facts: false
  become: true
  handlers:
    - name: restart
      shell: cat /etc/service/a >> /etc/service/started
  tasks:
    - name: folder
      file: {path: /etc/service, state: directory, mode: "0755"}
    - name: a
      copy: {content: "${release}", dest: /etc/service/a, mode: "0644"}
      notify: restart
    - name: program
      command: "true"
    - name: b
      copy: {content: "${release}", dest: /etc/service/b, mode: "0644"}
`;

const recapSchema = z.looseObject({
  hosts: z.array(z.looseObject({ host: z.string(), ok: z.number(), unreachable: z.number(), failed: z.number() })),
});
const taskSchema = z.looseObject({ host: z.string(), task: z.string(), status: z.string() });

/** Everything of brokkr's that must not be left on a host when no run is at it. */
const leftovers = `
find / -xdev \\( -name '.brokkr-*' -o -path '*/brokkr/lock' -o -path '*/brokkr/owed/*' -o -path '*/brokkr/running' \\) 2>/dev/null
ps -eo args= | grep '[r]ead -r n; while' || true`;

describe('a run that is killed', () => {
  let project: Project;
  const on = async (host: string, command: string): Promise<string> =>
    (await labExec(project.lab, host, command)).stdout.trim();
  const provision = (playbook: string, watch?: Watch): Promise<Ran> =>
    project.run(['provision', playbook, '--yes', '--json', '--user', 'deploy'], watch);
  const written = (release: string): string => {
    const file = path.join(project.folder, 'service.yml');
    writeFileSync(file, service(release));
    return file;
  };
  /** A host notices that the control machine is gone within seconds; until then its lock is held. */
  const provisionAgain = async (playbook: string): Promise<Ran> => {
    const runs: Ran[] = [];
    await pollUntil(
      async () => {
        const ran = await provision(playbook);
        runs.push(ran);
        return ran.status === 0 ? { done: true, value: undefined } : { done: false, reason: ran.stderr };
      },
      { timeoutMs: 30_000, intervalMs: 1000, clock: systemClock },
    );
    const last = runs.at(-1);
    if (last === undefined) throw new Error('it was not run');
    return last;
  };
  /** What is left on s1. A run that has looked while a killed one was still being ended has left alone what it found. */
  const leftAfter = async (again: () => Promise<unknown>): Promise<string> => {
    if ((await on('s1', leftovers)) === '') return '';
    await sleep(3000);
    await again();
    return on('s1', leftovers);
  };
  /** Kills the run as its n-th step begins. False when it has fewer. */
  const killAt = async (playbook: string, step: number): Promise<boolean> => {
    let seen = 0;
    await provision(playbook, (event, kill) => {
      if (event.event === 'begin' && ++seen === step) kill();
    });
    return seen >= step;
  };

  beforeAll(async () => {
    project = await Project.make({ hosts: 2 });
  });
  afterAll(() => project.remove());

  test('at any step is completed by the next run, which pays the restart that is owed', async () => {
    for (let step = 1, more = true; more && step < 12; step++) {
      const playbook = written(`release ${step}`);
      more = await killAt(playbook, step);
      const next = await provisionAgain(playbook);
      expect({ step, status: next.status, stderr: next.stderr }).toEqual({ step, status: 0, stderr: '' });
      expect([await on('s1', 'cat /etc/service/a'), await on('s1', 'cat /etc/service/b')]).toEqual([
        `release ${step}`,
        `release ${step}`,
      ]);
      expect((await on('s1', 'cat /etc/service/started')).endsWith(`release ${step}`)).toBe(true);
      expect([step, await leftAfter(() => provisionAgain(playbook))]).toEqual([step, '']);
    }
  });

  test('while archives are on their way leaves nothing half unpacked', async () => {
    for (let step = 1, more = true; more && step < 12; step++) {
      await on('s1', 'rm -rf /usr/local/apache-zookeeper-* /usr/local/kafka* /usr/local/zookeeper');
      more = await killAt(byHand, step);
      const next = await provisionAgain(byHand);
      expect({ step, status: next.status, stderr: next.stderr }).toEqual({ step, status: 0, stderr: '' });
      const places = 'ls /usr/local/kafka/libs /usr/local/zookeeper/lib | grep -c jar';
      expect(await on('s1', places)).toBe(await on('s2', places));
      expect([step, await leftAfter(() => provisionAgain(byHand))]).toEqual([step, '']);
    }
  });

  test('a host that is down from the start is told, and the others go on', async () => {
    await labCut(project.lab, 's2');
    try {
      const playbook = path.join(project.folder, 'both.yml');
      writeFileSync(playbook, '- hosts: s1,s2\n  gather_facts: false\n  tasks:\n    - {name: one, command: echo}\n');
      const ran = await project.run(['provision', playbook, '--yes', '--json', '--timeout', '3']);
      expect(ran.status).toBe(1);
      const events = eventsOf(ran);
      const tasks = events.filter(({ event }) => event === 'task').map((event) => taskSchema.parse(event));
      expect(tasks.map(({ host, task, status }) => `${host} ${task} ${status}`).sort()).toEqual([
        's1 one changed',
        's2 one unreachable',
      ]);
      const { hosts } = recapSchema.parse(events.at(-1));
      expect(hosts.map(({ host, ok, unreachable, failed }) => [host, ok, unreachable, failed])).toEqual([
        ['s1', 1, 0, 0],
        ['s2', 0, 1, 0],
      ]);
    } finally {
      await labMend(project.lab, 's2');
    }
  });
});
