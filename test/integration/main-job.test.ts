import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { labExec } from '../../src/lab/ssh.ts';
import { Bastion } from './bastion.ts';
import { eventsOf, Project, type Ran } from './project.ts';

const recapSchema = z.object({
  failed: z.boolean(),
  hosts: z.array(
    z.object({
      host: z.string(),
      ok: z.number(),
      changed: z.number(),
      failed: z.number(),
      unreachable: z.number(),
      connections: z.number(),
      channels: z.number(),
      programs: z.number(),
    }),
  ),
});

const taskEndSchema = z.object({ host: z.string(), time: z.string(), seconds: z.number() });

function recapOf(events: readonly unknown[]) {
  return recapSchema.parse(events.at(-1));
}

/** The tests build on one another, as a user's first hour does. */
describe('from bare hosts to a proven cluster', () => {
  let project: Project;
  const on = async (host: string, command: string): Promise<string> => {
    const { status, stdout, stderr } = await labExec(project.lab, host, command);
    expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: '' });
    return stdout;
  };

  beforeAll(async () => {
    project = await Project.make();
  });
  afterAll(() => project.remove());

  test('a plan for bare hosts is whole: nothing in it fails, and it exits with 2', async () => {
    const plan = await project.run(['plan']);
    expect(plan.status).toBe(2);
    expect(plan.stdout).toContain('+++ /etc/kafka/server.properties');
    expect(plan.stdout).not.toMatch(/^ *! /m);
  });

  test('provision starts ZooKeeper on all hosts before any broker, and proves the cluster', async () => {
    const ran = await project.run(['provision', '--yes', '--json']);
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
    const ends = eventsOf(ran).filter(({ event }) => event === 'task');
    const at = (task: string): number[] =>
      ends.flatMap((end, index) => (end.task === task && end.status !== 'skipped' ? [index] : []));
    expect(at('Restart ZooKeeper')).toHaveLength(3);
    expect(Math.max(...at('Restart ZooKeeper'))).toBeLessThan(Math.min(...at('The ensemble has a quorum')));
    expect(Math.min(...at('The ensemble has a quorum'))).toBeLessThan(Math.min(...at('Restart Kafka')));
    expect(at('Messages come back as they were sent').length).toBeGreaterThan(0);
    expect(recapOf(eventsOf(ran)).failed).toBe(false);
  });

  test('again: nothing to change, one connection and one program a host', async () => {
    const ran = await project.run(['provision', '--json']);
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
    const { hosts } = recapOf(eventsOf(ran));
    expect(
      hosts.map(({ host, changed, connections, channels, programs }) => ({
        host,
        changed,
        connections,
        channels,
        programs,
      })),
    ).toEqual(['s1', 's2', 's3'].map((host) => ({ host, changed: 0, connections: 1, channels: 1, programs: 1 })));
    expect((await project.run(['provision'])).stdout).toContain('nothing to change');
    expect((await project.run(['plan'])).status).toBe(0);
  });

  test('what stands on the hosts belongs to root, is not for everybody, and holds the id and nothing else', async () => {
    expect(await on('s2', 'cat /var/lib/zookeeper/myid')).toBe('2');
    expect(await on('s3', "stat -c '%a %U:%G' /etc/kafka/server.properties /etc/systemd/system/kafka.service")).toBe(
      '640 root:kafka\n644 root:root\n',
    );
    expect(await on('s1', 'readlink /usr/local/kafka')).toBe('/usr/local/kafka_2.13-2.8.1\n');
    expect(await on('s1', 'systemctl show -p TimeoutStopUSec -p Result kafka')).toContain('TimeoutStopUSec=5min');
    expect(await on('s1', 'find /var/lib/brokkr -not -type d')).toBe('/var/lib/brokkr/journal\n');
    expect(await on('s1', 'find / -xdev -name ".brokkr-*"')).toBe('');
  });

  test('a saved plan is refused when a host has moved, and nothing is changed', async () => {
    expect((await project.run(['plan', '-e', 'kafka_heap=260m', '-o', 'p.json'])).status).toBe(2);
    const text = readFileSync(path.join(project.folder, 'p.json'), 'utf8');
    expect(text).not.toContain('260m');
    await on('s2', 'echo "# by hand" >> /etc/kafka/kafka.env');
    const refused = await project.run(['apply', 'p.json', '-e', 'kafka_heap=260m']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/s2: Configuration .*(would do something else|was: )/);
    expect(await on('s2', 'tail -n 1 /etc/kafka/kafka.env')).toBe('# by hand\n');
    expect(await on('s1', 'grep -c Xmx256m /etc/kafka/kafka.env')).toBe('1\n');
  });

  test('drift on one host is mended on that host only, and its broker restarts while the others serve', async () => {
    const ran = await project.run(['provision', '--yes', '--json', '--no-verify']);
    expect(ran.status).toBe(0);
    const changed = eventsOf(ran).filter((event) => event.event === 'task' && event.status === 'changed');
    expect(changed.map(({ task, host }) => `${String(task)} ${String(host)}`)).toEqual([
      'Configuration s2',
      'Restart Kafka s2',
    ]);
  });

  test('a changed setting that brokers take while they run restarts nobody, and the plan says so', async () => {
    const pids = () => Promise.all(['s1', 's2', 's3'].map((host) => on(host, 'systemctl show -p MainPID kafka')));
    const before = await pids();
    const changed = ['-e', 'kafka_io_threads=12'];
    const plan = await project.run(['plan', ...changed]);
    expect(plan.stdout).toContain('num.io.threads: 16 → 12: live');
    expect(plan.stdout).toContain('no restart: it takes this while it runs');
    const ran = await project.run(['provision', '--yes', '--json', '--no-verify', ...changed]);
    const altered = eventsOf(ran).filter(({ status }) => status === 'altered');
    expect({ status: ran.status, altered: altered.length }).toEqual({ status: 0, altered: 3 });
    const again = await project.run(['provision', '--yes', '--json', '--no-verify', ...changed]);
    expect(eventsOf(again).filter(({ event, status }) => event === 'task' && status === 'changed')).toEqual([]);
    expect(await pids()).toEqual(before);
    const refused = await project.run(['plan', '-e', 'kafka_io_threads=50']);
    expect(refused.stdout).toMatch(/value should not be greater than double .*\n +restarted in its turn/);
    const moved = await project.run(['plan', '-e', 'kafka_port=9099']);
    expect(moved.stdout).toMatch(
      /no broker answers: .*:9099 .*\n +as it stands the gate would not let it be restarted/,
    );
    const forbidden = await project.run(['plan', '-e', 'kafka_zookeeper_chroot=/other']);
    expect(forbidden.status).toBe(4);
    expect(forbidden.stderr).toContain('forbidden on a cluster that has data');
  });

  test('a changed setting restarts all brokers one by one, never two at once', async () => {
    const ran = await project.run(['provision', '--yes', '--json', '--no-verify', '-e', 'kafka_heap=260m']);
    expect(ran.status).toBe(0);
    const restarts = eventsOf(ran)
      .filter(({ event, task }) => event === 'task' && task === 'Restart Kafka')
      .map((event) => taskEndSchema.parse(event));
    expect(restarts).toHaveLength(3);
    // The inventory of a lab asks for a canary.
    expect(ran.stdout).toMatch(/0 lost, 0 duplicated, 0 out of order/);
    const down = new Set<string>();
    for (const { event, status, host } of eventsOf(ran)) {
      if (event === 'server' && status === 'stopping') down.add(String(host));
      expect(down.size).toBeLessThanOrEqual(1);
      if (event === 'server' && status === 'back') down.delete(String(host));
    }
    restarts.forEach((restart, index) => {
      const before = restarts[index - 1];
      // Each begins after the one before it has ended.
      if (before !== undefined)
        expect(Date.parse(restart.time) - restart.seconds * 1000).toBeGreaterThan(Date.parse(before.time));
    });
  });

  test('behind a bastion: verify proves it, and leaves no topic behind; status and diff answer', async () => {
    const bastion = await Bastion.start(project.lab, path.join(path.dirname(project.folder), 'bastion'));
    const through = (verb: string): Promise<Ran> =>
      project.run([verb, '-e', `ansible_ssh_common_args='-F ${bastion.config}'`], undefined, bastion.before);
    try {
      const ran = await through('verify');
      expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
      expect(ran.stdout).toMatch(/messages, acks=all: all read back/);
      expect(bastion.logIns()).toBe(1);
      expect((await through('status')).stdout).toMatch(/3 of 3 serve.*\n.*3 of 3 answer/);
      expect((await through('diff')).stdout).toContain('as rendered');
    } finally {
      bastion.remove();
    }
    const topics = await on('s1', '/usr/local/kafka/bin/kafka-topics.sh --bootstrap-server localhost:9092 --list');
    expect(topics.split('\n').filter((topic) => topic.startsWith('brokkr-'))).toEqual([]);
    expect(topics).toContain('logs');
  });

  test('render gives the same bytes twice, without a connection', async () => {
    for (const folder of ['one', 'two']) expect((await project.run(['render', '--out', folder])).status).toBe(0);
    const read = (folder: string, file: string): string =>
      readFileSync(path.join(project.folder, folder, file), 'utf8');
    expect(read('one', 'manifest.json')).toBe(read('two', 'manifest.json'));
    expect(read('one', 's1/etc/kafka/server.properties')).toBe(await on('s1', 'cat /etc/kafka/server.properties'));
  });

  test('a host that is down is told, and the others go on as in Ansible', async () => {
    await on('s1', 'true');
    const { labKill, labStart } = await import('../../src/lab/control.ts');
    await labKill(project.lab, 's3');
    const plan = await project.run(['plan']);
    expect(plan.status).toBe(1);
    expect(plan.stderr + plan.stdout).toMatch(/s3 \(.*\) cannot be reached/);
    await labStart(project.lab, 's3');
  });
});
