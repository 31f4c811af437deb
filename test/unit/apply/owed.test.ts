import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
