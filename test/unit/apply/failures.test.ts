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
