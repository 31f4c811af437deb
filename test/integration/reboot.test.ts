import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labExec } from '../../src/lab/ssh.ts';
import { eventsOf, Project } from './project.ts';

const playbook = `
- hosts: s1
  gather_facts: false
  tasks:
    - copy: {content: "here before", dest: /run/of-this-boot}
    - copy: {content: "here for good", dest: /var/tmp/of-the-disk}
    - reboot: {reboot_timeout: 120}
      register: restarted
    - assert:
        that: restarted.rebooted
    - stat: {path: /run/of-this-boot}
      register: volatile
    - assert:
        that: not volatile.stat.exists
    - copy: {content: "here for good", dest: /var/tmp/of-the-disk}
`;

describe('a host that is rebooted by a task', () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.make({ hosts: 1 });
  });
  afterAll(() => project.remove());

  test('comes back, is looked at anew, and the run goes on', async () => {
    writeFileSync(path.join(project.folder, 'reboot.yml'), playbook);
    const before = await labExec(project.lab, 's1', 'systemctl show -p UserspaceTimestampMonotonic');
    const ran = await project.run(['provision', 'reboot.yml', '--yes', '--json']);
    const tasks = eventsOf(ran).filter(({ event }) => event === 'task');
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
    expect(tasks.map(({ status }) => status)).toEqual(['changed', 'changed', 'changed', 'ok', 'ok', 'ok', 'ok']);
    const after = await labExec(project.lab, 's1', 'systemctl show -p UserspaceTimestampMonotonic');
    expect(after.stdout).not.toBe(before.stdout);
  });
});
