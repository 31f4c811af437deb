import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { WorkFolder } from './work-folder.ts';

const work = new WorkFolder('control');
const read = (name: string) => readFileSync(path.join(work.path, name), 'utf8');

/** The hosts of the test are this machine, so what one of them writes is a file of the control machine. */
it.each([
  [
    'by a task for another host',
    `- hosts: h1
  tasks:
    - copy: {src: wanted.txt, dest: "{{ work }}/made.j2"}
      delegate_to: h2
    - copy: {src: "{{ work }}/made.j2", dest: "{{ work }}/copied.txt"}
    - template: {src: "{{ work }}/made.j2", dest: "{{ work }}/rendered.txt"}
`,
  ],
  [
    'by a play before',
    `- hosts: h2
  tasks:
    - copy: {src: wanted.txt, dest: "{{ work }}/made.j2"}
- hosts: h1
  tasks:
    - copy: {src: "{{ work }}/made.j2", dest: "{{ work }}/copied.txt"}
    - template: {src: "{{ work }}/made.j2", dest: "{{ work }}/rendered.txt"}
`,
  ],
])('what is made on the control machine %s is copied and rendered as it is then', async (_by, playbook) => {
  for (const word of ['one', 'two']) {
    writeFileSync(path.join(work.path, 'wanted.txt'), `${word} {{ inventory_hostname }}\n`);
    const run = await work.run(playbook);
    expect(run.good).toBe(true);
    expect(read('copied.txt')).toBe(`${word} {{ inventory_hostname }}\n`);
    expect(read('rendered.txt')).toBe(`${word} h1\n`);
  }
});

it('an archive that is made on the control machine by a task before is unpacked as it is then', async () => {
  mkdirSync(path.join(work.path, 'app'));
  const playbook = `- hosts: h1
  tasks:
    - file: {path: "{{ work }}/out", state: directory}
    - copy: {src: built.tgz, dest: "{{ work }}/fetched.tgz"}
      delegate_to: h2
    - unarchive: {src: "{{ work }}/fetched.tgz", dest: "{{ work }}/out"}
`;
  for (const word of ['one', 'three']) {
    writeFileSync(path.join(work.path, 'app', 'a'), word);
    execFileSync('tar', ['-czf', path.join(work.path, 'built.tgz'), '-C', work.path, 'app']);
    const run = await work.run(playbook);
    expect(run.good).toBe(true);
    expect(read(path.join('out', 'app', 'a'))).toBe(word);
  }
});
