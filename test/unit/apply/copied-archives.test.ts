import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { WorkFolder } from './work-folder.ts';

const work = new WorkFolder('copied');

it('an archive that a task before copies to the host is compared entry by entry, also after a command', async () => {
  mkdirSync(path.join(work.path, 'app'));
  writeFileSync(path.join(work.path, 'app', 'a'), 'one');
  execFileSync('tar', ['-czf', path.join(work.path, 'app.tgz'), '-C', work.path, 'app']);
  const playbook = `- hosts: h1
  tasks:
    - file: {path: "{{ work }}/{{ item }}", state: directory}
      loop: [before, after]
    - copy: {src: app.tgz, dest: "{{ work }}/on-host.tgz"}
    - unarchive: {src: "{{ work }}/on-host.tgz", dest: "{{ work }}/before", copy: no}
    - command: "true"
      changed_when: no
    - unarchive: {src: "{{ work }}/on-host.tgz", dest: "{{ work }}/after", copy: no}
`;
  const run = () => work.run(playbook);
  const first = await run();
  expect(first.recap[0]).toMatchObject({ changed: 4, failed: 0 });
  expect(readFileSync(path.join(work.path, 'after', 'app', 'a'), 'utf8')).toBe('one');
  const second = await run();
  expect(second.recap[0]).toMatchObject({ changed: 0, failed: 0 });
  writeFileSync(path.join(work.path, 'before', 'app', 'a'), 'two');
  const third = await run();
  expect(third.recap[0]).toMatchObject({ changed: 1, failed: 0 });
  expect(readFileSync(path.join(work.path, 'before', 'app', 'a'), 'utf8')).toBe('one');
});
