import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type LocalResult, runIn } from './local-hosts.ts';

const inventory = fileURLToPath(new URL('../../differential/plays/hosts.yml', import.meta.url));
// Real shells do the work, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });
let work: string;
beforeEach(() => {
  work = mkdtempSync(path.join(tmpdir(), 'brokkr-copied-'));
});
afterEach(() => rmSync(work, { recursive: true }));

function run(): Promise<LocalResult> {
  return runIn(work, { playbook: path.join(work, 'play.yml'), inventory, arguments: [] });
}

it('an archive that a task before copies to the host is compared entry by entry, also after a command', async () => {
  mkdirSync(path.join(work, 'app'));
  writeFileSync(path.join(work, 'app', 'a'), 'one');
  execFileSync('tar', ['-czf', path.join(work, 'app.tgz'), '-C', work, 'app']);
  writeFileSync(
    path.join(work, 'play.yml'),
    `- hosts: h1
  tasks:
    - file: {path: "{{ work }}/{{ item }}", state: directory}
      loop: [before, after]
    - copy: {src: app.tgz, dest: "{{ work }}/on-host.tgz"}
    - unarchive: {src: "{{ work }}/on-host.tgz", dest: "{{ work }}/before", copy: no}
    - command: "true"
      changed_when: no
    - unarchive: {src: "{{ work }}/on-host.tgz", dest: "{{ work }}/after", copy: no}
`,
  );
  const first = await run();
  expect(first.recap[0]).toMatchObject({ changed: 4, failed: 0 });
  expect(readFileSync(path.join(work, 'after', 'app', 'a'), 'utf8')).toBe('one');
  const second = await run();
  expect(second.recap[0]).toMatchObject({ changed: 0, failed: 0 });
  writeFileSync(path.join(work, 'before', 'app', 'a'), 'two');
  const third = await run();
  expect(third.recap[0]).toMatchObject({ changed: 1, failed: 0 });
  expect(readFileSync(path.join(work, 'before', 'app', 'a'), 'utf8')).toBe('one');
});
