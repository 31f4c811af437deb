import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { labExec } from '../../src/lab/ssh.ts';
import { Bastion } from './bastion.ts';
import { eventsOf, Project, type Ran } from './project.ts';

const recapSchema = z.object({
  hosts: z.array(z.object({ host: z.string(), changed: z.number(), failed: z.number(), unreachable: z.number() })),
});
const PLAYBOOK = `
- hosts: all
  gather_facts: false
  tasks:
    - copy: { dest: /srv/marker, content: "{{ inventory_hostname }}", mode: "0644" }
    - command: cat /etc/hostname
      register: said
      changed_when: false
    - assert: { that: said.stdout == inventory_hostname }
`;

describe('hosts behind a bastion', () => {
  let project: Project;
  let bastion: Bastion;
  const through = ([verb = '', ...rest]: readonly string[], common = `-F ${bastion.config}`): Promise<Ran> =>
    project.run([verb, '-e', JSON.stringify({ ansible_ssh_common_args: common }), ...rest], undefined, bastion.before);

  beforeAll(async () => {
    project = await Project.make({ hosts: 3 });
    bastion = await Bastion.start(project.lab, path.join(path.dirname(project.folder), 'bastion'));
    writeFileSync(path.join(project.folder, 'small.yml'), PLAYBOOK);
  });
  afterAll(async () => {
    bastion.remove();
    await project.remove();
  });

  test('are not reached without it', async () => {
    const ran = await project.run(['exec', 's1', 'true'], undefined, bastion.before);
    expect(ran.status).toBe(1);
    expect(ran.stdout).toMatch(/s1 \(.* port 22\) cannot be reached: connect ENETUNREACH/);
    const [program = '', ...rest] = [...bastion.before, 'ip', 'route'];
    expect(execFileSync(program, rest, { encoding: 'utf8' }).trim().split('\n')).toHaveLength(1);
  });

  test('a playbook runs on all of them over one connection to it, and changes nothing the second time', async () => {
    const run = ['provision', 'small.yml', '--yes', '--json', '--no-verify'];
    const first = await through(run);
    expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: '' });
    expect(bastion.logIns()).toBe(1);
    const { hosts } = recapSchema.parse(eventsOf(first).findLast(({ event }) => event === 'recap'));
    expect(hosts.map(({ host, changed }) => `${host} ${changed}`)).toEqual(
      expect.arrayContaining(['s1 1', 's2 1', 's3 1']),
    );
    expect((await labExec(project.lab, 's3', 'cat /srv/marker')).stdout).toBe('s3');
    const second = await through(['plan', 'small.yml', '--json']);
    expect(eventsOf(second).filter(({ event, status }) => event === 'task' && status === 'change')).toEqual([]);
  });

  test('each by its own way: named on the command line, a chain, a command', async () => {
    const known = path.join(path.dirname(bastion.config), 'known_hosts');
    const ways = [
      `-F ${bastion.config} -J bastion`,
      `-F ${bastion.config} -o ProxyJump=root@${bastion.address}:2222 -o UserKnownHostsFile=${known}`,
      `-F ${bastion.config} -o ProxyCommand="ssh -F ${bastion.config} -W %h:%p bastion"`,
    ];
    for (const way of ways) {
      const ran = await through(['exec', 's1', 'echo $SSH_CONNECTION'], way);
      // The second one does not use the name that the bastion's key is known by.
      if (way.includes('root@')) expect(ran.stdout).toMatch(/the host key of 198\.18\..* is not known: ssh-ed25519/);
      else expect(ran.stdout).toMatch(/s1: ok\n {2}10\.\d+\.\d+\.1 \d+ 10\.\d+\.\d+\.11 22/);
    }
    const chain = await through(['exec', 's3', 'echo $SSH_CONNECTION']);
    expect(chain.stdout).toMatch(/s3: ok\n {2}10\.\d+\.\d+\.11 \d+ 10\.\d+\.\d+\.13 22/);
  });

  test('what is wrong with the way is told before any host is touched, or with both names', async () => {
    const unknown = await through(['exec', 's1', 'true'], `-F ${bastion.config} -o ProxyJmp=bastion`);
    expect(unknown.status).toBe(4);
    expect(unknown.stderr).toMatch(/s1: the ssh option ProxyJmp is not supported[\s\S]*did you mean proxyjump/);
    const gone = await through(['exec', 's2', 'true'], `-F ${bastion.config} -J nobody@bastion:2223`);
    expect(gone.stdout).toMatch(/s2 is reached through bastion, and bastion \(.* port 2223\) cannot be reached/);
    const outsider = await through(['exec', 's2', 'true'], `-F ${bastion.config} -J nobody@bastion`);
    expect(outsider.stdout).toMatch(/bastion does not let nobody in; tried .*id_ed25519 \(refused\)/);
  });
});
