import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { labCut, labMend } from '../../src/lab/control.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { packageFolder } from '../../src/package-folder.ts';
import { eventsOf, type LineEvent, Project, type Ran } from './project.ts';

const serverSchema = z.object({
  event: z.literal('server'),
  cluster: z.string(),
  host: z.string(),
  status: z.string(),
  text: z.string().optional(),
});
type ServerEvent = z.infer<typeof serverSchema>;

function serverEvents(ran: Ran): ServerEvent[] {
  return eventsOf(ran).flatMap((line: LineEvent) => {
    const read = serverSchema.safeParse(line);
    return read.success && read.data.status !== 'waiting' ? [read.data] : [];
  });
}

const kafka = '/usr/local/kafka/bin';
const bootstrap = '--bootstrap-server "$(hostname -I | cut -d" " -f1):9092"';

describe('rolling restarts', () => {
  let project: Project;
  const on = async (host: string, command: string): Promise<string> => {
    const { status, stdout, stderr } = await labExec(project.lab, host, command);
    expect({ host, command, status, said: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({
      host,
      command,
      status: 0,
      said: '',
    });
    return stdout.trim();
  };
  const pidsOf = (unit: string): Promise<string[]> =>
    Promise.all(['s1', 's2', 's3'].map((host) => on(host, `systemctl show -p MainPID ${unit}`)));

  beforeAll(async () => {
    project = await Project.make();
    const ran = await project.run(['provision', '--yes', '--no-verify']);
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
  });
  afterAll(() => project.remove());

  test('with --if-needed nobody is touched where nothing has changed', async () => {
    const before = await pidsOf('kafka');
    const ran = await project.run(['restart', 'all', '--if-needed', '--yes', '--json']);
    expect(ran.status).toBe(0);
    expect(serverEvents(ran).map(({ status }) => status)).toEqual(Array(6).fill('skipped'));
    expect(await pidsOf('kafka')).toEqual(before);
  });

  test('a setting that is dynamic is altered while the broker runs; one that says who a broker is, is refused', async () => {
    const before = await pidsOf('kafka');
    const file = '/etc/kafka/server.properties';
    await on('s2', `sleep 1; sed -i 's/^num.io.threads=.*/num.io.threads=12/' ${file}`);
    const ran = await project.run(['restart', 'kafka', '--if-needed', '--yes', '--json']);
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
    const altered = serverEvents(ran).find(({ status }) => status === 'altered');
    expect(altered).toMatchObject({ host: 's2', text: expect.stringContaining('num.io.threads=12') });
    const described = `${kafka}/kafka-configs.sh ${bootstrap} --describe --entity-type brokers --entity-name 2`;
    expect(await on('s1', described)).toContain('num.io.threads=12');
    await on('s2', `sed -i 's/^broker.id=2/broker.id=7/' ${file}`);
    const refused = await project.run(['restart', 'kafka', '--yes']);
    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain('broker.id: 2 → 7: forbidden on a cluster that has data');
    await on('s2', `sed -i 's/^broker.id=7/broker.id=2/' ${file}`);
    expect(await pidsOf('kafka')).toEqual(before);
  });

  test('nobody is stopped whose disk is full', async () => {
    const before = await pidsOf('kafka');
    await on('s2', 'mount -t tmpfs -o size=50m full /var/log/kafka');
    const ran = await project.run(['restart', 'kafka', '--yes', '-l', 's2']);
    await on('s2', 'umount /var/log/kafka');
    expect(ran.status).toBe(1);
    expect(ran.stdout).toContain('the disk is full: /var/log/kafka (50 MB left)');
    expect(await pidsOf('kafka')).toEqual(before);
  });

  test('all servers, one at a time, and a canary notices nothing', async () => {
    const before = [...(await pidsOf('zookeeper')), ...(await pidsOf('kafka'))];
    const ran = await project.run(['restart', 'all', '--yes', '--json', '--canary', '--canary-rate', '500']);
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
    const down = new Set<string>();
    for (const { cluster, host, status } of serverEvents(ran)) {
      if (status === 'stopping') down.add(`${cluster} on ${host}`);
      expect(down.size).toBeLessThanOrEqual(1);
      if (status === 'back') down.delete(`${cluster} on ${host}`);
    }
    expect(down.size).toBe(0);
    expect(serverEvents(ran).filter(({ status }) => status === 'back')).toHaveLength(6);
    expect(ran.stdout.match(/0 lost, 0 duplicated, 0 out of order/g)).toHaveLength(2);
    expect(/"event":"recap".*/.exec(ran.stdout)?.[0]).not.toMatch(/"seconds":0[,}]/);
    const after = [...(await pidsOf('zookeeper')), ...(await pidsOf('kafka'))];
    for (const [index, pid] of after.entries()) expect(pid).not.toBe(before[index]);
    expect(await on('s1', `${kafka}/kafka-topics.sh ${bootstrap} --list | grep -c brokkr || true`)).toBe('0');
  });

  test('a topic with one replica is named, and its broker is left alone until it is accepted', async () => {
    await on('s1', `${kafka}/kafka-topics.sh ${bootstrap} --create --topic one --replica-assignment 2`);
    await on(
      's1',
      `${kafka}/kafka-topics.sh ${bootstrap} --create --topic tight --replica-assignment 1:3 --config min.insync.replicas=2`,
    );
    const dry = await project.run(['restart', 'kafka', '--dry-run', '--json']);
    expect(dry.status).toBe(0);
    const verdicts = new Map(serverEvents(dry).map(({ host, status, text }) => [host, { status, text }]));
    expect(verdicts.get('s2')).toMatchObject({
      status: 'blocked',
      text: expect.stringContaining('one-0 has its only'),
    });
    expect(verdicts.get('s1')).toMatchObject({ status: 'free', text: expect.stringContaining('tight-0') });
    const before = await pidsOf('kafka');
    const refused = await project.run(['restart', 'kafka', '--yes', '-l', 's2']);
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain('--accept-unavailability one');
    expect(await pidsOf('kafka')).toEqual(before);
    // Its unit's stop is a signal that no server heeds.
    const unit = '/etc/systemd/system/kafka.service.d';
    await on(
      's2',
      `mkdir ${unit}; printf '[Service]\\nKillSignal=SIGWINCH\\n' > ${unit}/x.conf; systemctl daemon-reload`,
    );
    const yes = ['restart', 'kafka', '--yes', '-l', 's2', '--accept-unavailability', 'one'];
    const stuck = await project.run([...yes, '--samples', '1', '-e', 'kafka_stop_timeout=3']);
    expect(stuck.status).toBe(1);
    expect(stuck.stdout).toMatch(/process \d+ has not ended after 3 seconds; --force-after SECONDS would kill it/);
    expect(await pidsOf('kafka')).toEqual(before);
    // The killed one is registered until its session has ended.
    const accepted = await project.run([...yes, '--resume', '--force-after', '1']);
    await on('s2', `rm -r ${unit}; systemctl daemon-reload`);
    expect({ status: accepted.status, out: accepted.stdout.slice(-500) }).toMatchObject({ status: 0 });
    expect((await pidsOf('kafka')).filter((pid, index) => pid !== before[index])).toHaveLength(1);
    await on('s1', `${kafka}/kafka-topics.sh ${bootstrap} --delete --topic one`);
  });

  test('nobody is stopped while partitions are being reassigned', async () => {
    const plan = JSON.stringify({ version: 1, partitions: [{ topic: 'tight', partition: 0, replicas: [1, 2] }] });
    await on(
      's1',
      `${kafka}/kafka-producer-perf-test.sh --topic tight --num-records 5000 --record-size 1000 --throughput -1 --producer-props bootstrap.servers=$(hostname -I | cut -d' ' -f1):9092 acks=all`,
    );
    await on('s1', `echo '${plan}' > /tmp/move.json`);
    const reassign = `${kafka}/kafka-reassign-partitions.sh ${bootstrap} --reassignment-json-file /tmp/move.json`;
    await on('s1', `${reassign} --execute --throttle 1000`);
    const before = await pidsOf('kafka');
    const ran = await project.run(['restart', 'kafka', '--yes', '--gate-timeout', '4', '--no-canary']);
    expect(ran.status).toBe(1);
    expect(ran.stdout).toContain('partitions are being reassigned: tight-0');
    expect(await pidsOf('kafka')).toEqual(before);
    await on('s1', `${reassign} --cancel`);
  });

  test('a broker that does not come back ends the roll, with the end of its log; the rest is not touched', async () => {
    const before = await pidsOf('kafka');
    const bad = (line: string) => on('s1', `sleep 1; echo ${line} >> /etc/kafka/server.properties`);
    const without = (key: string) => on('s1', `sed -i /^${key}=/d /etc/kafka/server.properties`);
    // What no broker takes is refused while they all run.
    await bad('background.threads=none');
    const refused = await project.run(['restart', 'kafka', '--if-needed', '--yes', '--no-canary']);
    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain('none is not a whole number; the broker would not start');
    expect(await pidsOf('kafka')).toEqual(before);
    await without('background.threads');
    await bad('compression.type=none');
    const ran = await project.run(['restart', 'kafka', '--if-needed', '--yes', '--json', '--no-canary']);
    expect(ran.status).toBe(1);
    const failed = serverEvents(ran).find(({ status }) => status === 'failed');
    expect(failed).toMatchObject({ host: 's1', text: expect.stringContaining('compression.type : none is not valid') });
    expect((await pidsOf('kafka')).slice(1)).toEqual(before.slice(1));
    const other = await project.run(['restart', 'kafka', '--yes', '-l', 's2', '--gate-timeout', '4']);
    expect(other.status).toBe(1);
    expect(other.stdout).toContain('broker 1 is not registered');
    expect((await pidsOf('kafka')).slice(1)).toEqual(before.slice(1));
    await without('compression.type');
    const mended = await project.run(['restart', 'kafka', '--yes', '-l', 's1']);
    expect({ status: mended.status, out: mended.stdout.slice(-800) }).toMatchObject({ status: 0 });
  });

  test('its link cut in the middle: the roll ends and says what is not known; --resume repairs it', async () => {
    const before = await pidsOf('kafka');
    let host = '';
    const ran = await project.run(['restart', 'kafka', '--yes', '--json', '-l', 's2'], (event) => {
      if (event.status !== 'stopping' || host !== '') return;
      host = String(event.host);
      void labCut(project.lab, host);
    });
    expect(ran.status).toBe(1);
    expect(host).not.toBe('');
    expect(serverEvents(ran).find(({ status }) => status === 'failed')).toMatchObject({
      host,
      text: expect.stringContaining(`${host}: whether it runs is not known: nobody could look`),
    });
    await labMend(project.lab, host);
    // The broker was cut off from ZooKeeper as it stopped: its session of 18 s is still there, and has to be waited for.
    const resumed = await project.run(['restart', 'kafka', '--resume', '--yes', '--json', '-l', 's2']);
    const end = resumed.status === 0 ? '' : resumed.stdout.slice(-3000);
    expect({ status: resumed.status, stderr: resumed.stderr, end }).toEqual({ status: 0, stderr: '', end: '' });
    expect((await pidsOf('kafka')).map((pid, index) => pid === before[index])).toEqual([true, false, true]);
  });

  test('killed in the middle: --resume starts whoever is down, and leaves out who is done', async () => {
    const before = await pidsOf('kafka');
    const cli = path.join(packageFolder(), 'dist', 'cli.js');
    const args = [cli, 'restart', 'kafka', '-i', 'inventory/lab.yml', '--yes', '--json', '--no-canary'];
    const child = spawn(process.execPath, args, { cwd: project.folder, stdio: ['ignore', 'pipe', 'ignore'] });
    let heard = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk) => {
        heard += chunk;
        // The second stop: one broker is done, one is on its way down.
        if ((heard.match(/"status":"stopping"/g) ?? []).length === 2) setTimeout(() => child.kill('SIGKILL'), 1000);
      });
      child.on('close', () => resolve());
    });
    const stops = eventsOf({ status: 0, stdout: heard.slice(0, heard.lastIndexOf('\n') + 1), stderr: '' }).flatMap(
      (line) => (line.status === 'stopping' ? [String(line.host)] : []),
    );
    const [done, half] = stops;
    expect(existsSync(path.join(project.folder, '.brokkr', 'restart-kafka.json'))).toBe(true);
    const ran = await project.run(['restart', 'kafka', '--resume', '--yes', '--json']);
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
    const events = serverEvents(ran);
    const skipped = events.filter(({ status }) => status === 'skipped').map(({ host }) => host);
    // A host may have ended the step that it had begun, stop and start, before its watchdog did.
    expect([[done], [done, half]]).toContainEqual(skipped);
    if (half !== undefined && !skipped.includes(half))
      expect(events.find(({ status }) => status !== 'skipped')?.host).toBe(half);
    expect(events.filter(({ status }) => status === 'back')).toHaveLength(3 - skipped.length);
    expect((await pidsOf('kafka')).filter((pid) => before.includes(pid))).toEqual([]);
    expect(existsSync(path.join(project.folder, '.brokkr', 'restart-kafka.json'))).toBe(false);
  });
});
