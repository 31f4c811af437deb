import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runLocally } from './local-hosts.ts';

it('refuses a host that is added and reached in no way that is supported, before anything is done', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'brokkr-added-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const made = path.join(folder, 'made');
  writeFileSync(path.join(folder, 'hosts.yml'), 'all: {hosts: {h1: {ansible_connection: local}}}\n');
  writeFileSync(
    path.join(folder, 'site.yml'),
    `- hosts: h1
  gather_facts: false
  tasks:
    - file: {path: ${made}, state: directory}
    - add_host: {name: n1, ansible_connection: docker}
- hosts: n1
  gather_facts: false
  tasks:
    - command: echo
`,
  );
  const run = { playbook: path.join(folder, 'site.yml'), inventory: path.join(folder, 'hosts.yml'), arguments: [] };
  await expect(runLocally(run)).rejects.toMatchObject({
    problems: [{ message: 'n1: ansible_connection: docker is not supported' }],
  });
  expect(() => rmSync(made, { recursive: true })).toThrow('ENOENT');
});
