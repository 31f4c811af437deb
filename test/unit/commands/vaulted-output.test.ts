import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { encryptVault } from '../../../src/config/vault.ts';
import { project, runCli } from './run-cli.ts';

const password = { id: undefined, secret: 'pw' };
const secrets = ['of-vars-files', 'of-a-role', 'of-include-vars', 'of-a-group-of-tasks', 'of-a-lookup'];

it('no value that came out of a vault is printed, from wherever it was read', async () => {
  const folder = project();
  const put = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  const vaulted = (file: string, text: string) => put(file, encryptVault(text, password));
  put('pw', 'pw\n');
  vaulted('files.yml', 'a: of-vars-files\n');
  vaulted('roles/r/vars/main.yml', 'b: of-a-role\n');
  vaulted('later.yml', 'c: of-include-vars\n');
  vaulted('group_vars/made.yml', 'd: of-a-group-of-tasks\n');
  vaulted('text', 'of-a-lookup\n');
  put('roles/r/tasks/main.yml', '- debug: {msg: "{{ b }}"}\n');
  put(
    'site.yml',
    `
- hosts: localhost
  connection: local
  gather_facts: false
  vars_files: [files.yml]
  roles: [r]
  tasks:
    - include_vars: later.yml
    - group_by: {key: made}
    - debug: {msg: "{{ a }} {{ c }} {{ lookup('file', 'text') }}"}
    - copy: {content: "{{ a }} {{ c }}", dest: ${path.join(folder, 'written')}}
- hosts: made
  connection: local
  gather_facts: false
  tasks:
    - debug: {msg: "{{ d }}"}
`,
  );
  const args = ['provision', 'site.yml', '-i', 'localhost,', '--vault-password-file', 'pw', '--yes', '--no-verify'];
  for (const more of [['--diff', '-vvv'], ['--json']]) {
    const { status, stdout, stderr } = await runCli(folder, [...args, ...more]);
    expect(status).toBe(0);
    expect(stdout).toContain('<redacted>');
    expect(secrets.filter((secret) => `${stdout}${stderr}`.includes(secret))).toEqual([]);
  }
}, 60_000);
