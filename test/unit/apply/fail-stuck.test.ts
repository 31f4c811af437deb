import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { NotYetKnown } from '../../../src/jinja/value.ts';
import type { Module } from '../../../src/modules/module.ts';
import { ping } from '../../../src/modules/ping.ts';
import { runIn } from './local-hosts.ts';

// Real shells do the work, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const inventory = fileURLToPath(new URL('../../differential/plays/hosts.yml', import.meta.url));

it('a task that nothing makes known fails as a defect of its own, is rescued, and the others go on', async () => {
  const work = mkdtempSync(path.join(tmpdir(), 'brokkr-stuck-'));
  onTestFinished(() => rmSync(work, { recursive: true }));
  const playbook = path.join(work, 'play.yml');
  writeFileSync(
    playbook,
    `
- name: Play
  hosts: here
  tasks:
    - {name: acts, file: {path: "{{ place }}", state: directory, mode: "0755"}}
    - block:
        - {name: never known, ping: {data: "{{ inventory_hostname }}"}, when: inventory_hostname != 'h3'}
      rescue:
        - {name: rescued, debug: {msg: x}, when: inventory_hostname == 'h1'}
        - {name: never known either, ping: {data: other}, when: inventory_hostname == 'h2'}
    - {name: after, copy: {content: x, dest: "{{ place }}/after", mode: "0644"}}
`,
  );
  const known: Module = {
    ...ping,
    decide() {
      throw new NotYetKnown('the moon is full');
    },
  };
  const { events, good } = await runIn(work, {
    playbook,
    inventory,
    arguments: [],
    modules: new Map([['ping', known]]),
  });
  expect(good).toBe(false);
  const ends = (host: string) =>
    events.flatMap((event) =>
      event.event === 'task' && event.host === host ? [`${event.status} ${event.task.task}`] : [],
    );
  expect(ends('h1')).toEqual([
    'changed acts',
    'rescued never known',
    'ok rescued',
    'skipped never known either',
    'changed after',
  ]);
  expect(ends('h2')).toEqual(['changed acts', 'rescued never known', 'skipped rescued', 'failed never known either']);
  expect(ends('h3')).toEqual(['changed acts', 'skipped never known', 'changed after']);
  const failures = events.flatMap((event) => (event.event === 'task' ? (event.failure ?? []) : []));
  expect(failures[0]).toMatchObject({
    message: 'what it does is not known until the moon is full, and nothing is left to do before it',
    hint: 'this is a defect of brokkr: please report it, with the task',
  });
});
