import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { runIn } from './local-hosts.ts';

// Real shells do the work, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const inventory = fileURLToPath(new URL('../../differential/plays/hosts.yml', import.meta.url));

async function told(tasks: string) {
  const work = mkdtempSync(path.join(tmpdir(), 'brokkr-failures-'));
  onTestFinished(() => rmSync(work, { recursive: true }));
  const playbook = path.join(work, 'play.yml');
  writeFileSync(playbook, `- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks}`);
  const { events } = await runIn(work, { playbook, inventory, arguments: [] });
  return events.flatMap((event) => (event.event === 'task' ? [event] : []));
}

it('a failed assertion has the message as Ansible registers it, and is told once', async () => {
  const [assertion, registered] = await told(
    '    - assert: {that: 1 == 2, fail_msg: Not so}\n      register: r\n      ignore_errors: true\n' +
      '    - debug: {msg: "{{ r.msg }}, {{ r.assertion }}"}\n',
  );
  expect(assertion?.failure?.message).toBe('Not so\nwhat does not hold: 1 == 2');
  expect(assertion?.message).toBeUndefined();
  expect(registered?.message).toBe('Not so, 1 == 2');
});

it.each([
  ['ignored', 'ignore_errors: true', 'ignored'],
  ['none', 'failed_when: false', 'ok'],
])(
  'what was decided as if a task had been done is decided again when its failure is %s',
  async (_, keyword, status) => {
    const file = '{{ playbook_dir }}/file';
    const tasks = await told(
      `    - copy: {dest: "${file}", content: x, validate: "false %s"}\n      ${keyword}\n` +
        `    - copy: {dest: "${file}", content: x}\n` +
        `    - stat: {path: "${file}"}\n      register: s\n` +
        '    - debug: {msg: "{{ s.stat.exists }}"}\n',
    );
    expect(tasks.map((task) => task.status)).toEqual([status, 'changed', 'ok', 'ok']);
    expect(tasks.at(-1)?.message).toBe('True');
  },
);

it('what a loop did not come to, since it ended early, is not taken for done', async () => {
  const tasks = await told(
    '    - copy: {dest: "{{ playbook_dir }}/{{ item }}", content: x}\n      loop: [a, b, c]\n      register: r\n' +
      '      loop_control: {break_when: r is changed}\n' +
      '    - copy: {dest: "{{ playbook_dir }}/c", content: x}\n',
  );
  expect(tasks.map(({ status }) => status)).toEqual(['changed', 'changed']);
});

it('tells where it keeps a file as it was, also of two within one second', async () => {
  const file = '{{ playbook_dir }}/file';
  const tasks = await told(
    ['one', 'two', 'three']
      .map(
        (content) => `    - copy: {dest: "${file}", content: ${content}, backup: true}\n      register: ${content}\n`,
      )
      .join('') +
      '    - debug:\n        msg: "{{ [one.backup_file is defined, two.backup_file != three.backup_file] }}"\n' +
      `    - debug:\n        msg: "{{ [lookup('file', two.backup_file), lookup('file', three.backup_file)] }}"\n`,
  );
  expect(tasks.slice(3).map(({ message }) => message)).toEqual(['[False, True]', "['one', 'two']"]);
});

it('finds what was kept in a folder that the same run has made', async () => {
  const folder = '{{ playbook_dir }}/new';
  const tasks = await told(
    `    - file: {path: "${folder}", state: directory}\n` +
      ['one', 'two'].map((text) => `    - copy: {dest: "${folder}/f", content: ${text}, backup: true}\n`).join('') +
      '      register: kept\n    - file: {path: "{{ kept.backup_file }}", state: absent}\n',
  );
  expect(tasks.at(-1)?.status).toBe('changed');
});

it('a loop ends early where break_when holds, which is told by what an item came to', async () => {
  const loop = (condition: string, name: string) =>
    `      loop: [1, 2, 3]\n      loop_control: {break_when: ${condition}}\n      register: ${name}\n`;
  const count = (name: string) => `    - debug: {msg: "{{ ${name}.results | length }}"}\n`;
  const tasks = await told(
    `    - debug: {msg: x}\n      when: item != 1\n${loop('item == 1', 'a')}${count('a')}` +
      `    - command: test {{ item }} = 2\n      failed_when: false\n${loop('b.rc == 0', 'b')}${count('b')}` +
      `    - command: echo {{ item }}\n${loop('[]', 'c')}${count('c')}` +
      `    - command: echo {{ item }}\n${loop('["d.rc == 0", item == 1]', 'd')}${count('d')}` +
      `    - command: test {{ item }} = 2\n      ignore_errors: true\n${loop('e.failed', 'e')}${count('e')}` +
      `    - command: echo {{ item }}\n      ignore_errors: true\n${loop('f.nope', 'f')}${count('f')}`,
  );
  const counts = tasks.filter((_, index) => index % 2 === 1).map(({ message }) => message);
  expect(counts).toEqual(['1', '2', '3', '1', '1', '1']);
  expect(tasks.map(({ status }) => status).filter((_, index) => index % 2 === 0)).toEqual([
    'skipped',
    'changed',
    'changed',
    'changed',
    'ignored',
    'ignored',
  ]);
});
