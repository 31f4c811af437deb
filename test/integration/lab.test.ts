import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { InterruptedError } from '../../src/errors.ts';
import { labCut, labDown, labKill, labMend, labStart, labStatus, openLab } from '../../src/lab/control.ts';
import { exclusively } from '../../src/lab/exclusive.ts';
import { type Lab, type LabOptions, labAccounts } from '../../src/lab/lab.ts';
import { labProcesses } from '../../src/lab/processes.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { labUp } from '../../src/lab/up.ts';
import { systemClock } from '../../src/poll.ts';

const place = mkdtempSync(join(tmpdir(), 'brokkr-lab-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

function labOptions(name: string, options: LabOptions = {}): LabOptions & { folder: string } {
  return { ...options, folder: join(place, name), inventoryPath: join(place, `${name}.yml`) };
}

/** Everything on this machine that is a lab's: asked of the system, not of the lab. */
async function tracesOf(lab: Lab): Promise<string[]> {
  const links = execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' }).split('\n');
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const processes = execFileSync('ps', ['-eo', 'stat,pid,args'], { encoding: 'utf8' }).split('\n');
  const groups = execFileSync('find', ['/sys/fs/cgroup', '-type', 'd', '-name', `*${lab.id}*`], { encoding: 'utf8' });
  return [
    ...links.filter((line) => line.includes(lab.id)),
    ...mounts.filter((line) => line.includes(lab.folder)),
    ...processes.filter((line) => !line.startsWith('Z') && line.includes(lab.folder)),
    ...(await labProcesses(lab)).map(({ pid }) => `process ${pid}`),
    ...groups.split('\n').filter((line) => line !== ''),
    ...[lab.folder, lab.inventoryPath].filter((path) => existsSync(path)),
  ];
}

async function run(lab: Lab, host: string, command: string, user?: string): Promise<string> {
  const { status, stdout, stderr } = await labExec(lab, host, command, user === undefined ? {} : { user });
  expect({ host, command, status, stderr }).toEqual({ host, command, status: 0, stderr: '' });
  return stdout.trim();
}

/** Whether a TCP connection to a host's sshd opens within a second. */
function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 1000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .on('connect', () => settle(true))
      .on('error', () => settle(false))
      .on('timeout', () => settle(false));
  });
}

describe('a lab of real hosts', () => {
  let lab: Lab;
  const options = labOptions('a', { driver: 'nspawn', busybox: true, withoutSystemd: true });
  beforeAll(async () => {
    lab = await labUp(options);
  });
  afterAll(async () => {
    await labDown(options);
    expect(await tracesOf(lab)).toEqual([]);
  });
  const addressOf = (name: string) => lab.hosts.find((host) => host.name === name)?.address ?? '';

  test('hosts boot systemd, have Java and no Python, know each other and have no way out', async () => {
    for (const host of ['s1', 's2', 's3']) {
      expect(await run(lab, host, 'systemctl is-system-running --wait')).toBe('running');
      expect(await run(lab, host, 'hostname')).toBe(host);
      expect(await run(lab, host, 'ip -o route | wc -l')).toBe('1');
    }
    expect(await run(lab, 's1', 'java -version 2>&1')).toContain('version "17.');
    expect(await run(lab, 's1', 'command -v python3 || echo none')).toBe('none');
    expect(await run(lab, 's1', 'getent ahostsv4 s1 s3 | cut -d" " -f1 | sort -u')).toBe(
      `${addressOf('s1')}\n${addressOf('s3')}`,
    );
    expect(await run(lab, 's1', 'exec 3<>/dev/tcp/s2/22 && head -c 7 <&3')).toBe('SSH-2.0');
  });

  test('each host stops its own units and no other host notices', async () => {
    const unit = 'systemd-run --quiet --unit=twin sh -c "sleep 1000 & exec sleep 1000"';
    await Promise.all(['s1', 's2'].map((host) => run(lab, host, unit)));
    await run(lab, 's1', 'systemctl stop twin');
    expect(await run(lab, 's1', 'pgrep -c sleep || true')).toBe('0');
    expect(await run(lab, 's2', 'pgrep -c sleep; systemctl stop twin')).toBe('2');
  });

  test('ops becomes root with the password only, deploy without', async () => {
    expect(await run(lab, 's1', 'sudo -n id -un', 'deploy')).toBe('root');
    const refused = await labExec(lab, 's1', 'sudo -n id -un', { user: 'ops' });
    expect(refused.stderr).toContain('a password is required');
    const stdin = `${labAccounts.ops.password}\n`;
    const become = await labExec(lab, 's1', 'sudo -S -p "" id -un', { user: 'ops', stdin });
    expect(become).toEqual({ status: 0, stdout: 'root\n', stderr: '' });
  });

  test('bare has no systemd, busybox has nothing but BusyBox for a shell and tools', async () => {
    expect(await run(lab, 'bare', 'ls -d /run/systemd/system /usr/bin/systemctl 2>&1 | grep -c "No such"')).toBe('2');
    const others =
      'for f in $(find /usr/bin /usr/sbin); do case $(readlink -f $f) in */busybox | */*bin) ;; *) basename $f ;; esac; done';
    expect((await run(lab, 'busybox', others)).split('\n').sort()).toEqual(['java', 'sshd', 'sudo', 'unix_chkpwd']);
    expect(await run(lab, 'busybox', 'sudo -n java -version 2>&1', 'deploy')).toContain('version "17.');
  });

  test('the link of a host is cut and mended, and a host is killed and comes back with its disk', async () => {
    await labCut(lab, 's2');
    expect(await answers(addressOf('s2'))).toBe(false);
    expect(await answers(addressOf('s1'))).toBe(true);
    await labMend(lab, 's2');
    expect(await run(lab, 's2', 'echo kept >/root/kept; sync; echo done')).toBe('done');
    await labKill(lab, 's2');
    expect((await labStatus(lab)).map(({ state }) => state)).toEqual(['up', 'down', 'up', 'up', 'up']);
    await labStart(lab, 's2');
    expect(await run(lab, 's2', 'cat /root/kept')).toBe('kept');
  });

  test('up again is the same lab; another shape of it is refused; a second lab lives beside it', async () => {
    expect(await labUp(options)).toEqual(lab);
    await expect(labUp({ ...options, hosts: 2 })).rejects.toThrow('another lab is up');
    const besideOptions = labOptions('b', { driver: 'nspawn', hosts: 1 });
    const beside = await labUp(besideOptions);
    expect(await run(beside, 's1', 'hostname -I')).toBe(`${beside.network}.11`);
    expect(await labDown(besideOptions)).toBe(true);
    expect(await tracesOf(beside)).toEqual([]);
    expect((await labStatus(lab)).every(({ state }) => state === 'up')).toBe(true);
  });
});

describe('an interrupted start', () => {
  afterEach(() => expect(readdirSync(place).filter((name) => name.startsWith('c'))).toEqual([]));

  test.each(['nspawn', 'loopback'] as const)('leaves nothing of a lab of driver %s', async (driver) => {
    const controller = new AbortController();
    let lab: Lab | undefined;
    const options = labOptions(`c-${driver}`, {
      driver,
      signal: controller.signal,
      onProgress: (text) => {
        if (!text.startsWith('starting')) return;
        // The hosts' processes exist by then, and none of them answers yet.
        setTimeout(async () => {
          lab = await openLab(options);
          controller.abort(new Error('Ctrl-C'));
        }, 150);
      },
    });
    await expect(labUp(options)).rejects.toThrow(InterruptedError);
    expect(lab === undefined ? ['no lab was started'] : await tracesOf(lab)).toEqual([]);
  });

  test('what a killed start left is recognised and removed', async () => {
    const options = labOptions('c', { driver: 'nspawn', hosts: 1 });
    const script = `import { labUp } from '${join(import.meta.dirname, '../../src/lab/up.ts')}';
      await labUp({ ...${JSON.stringify(options)}, onProgress: (text) => {
        if (text.startsWith('starting')) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);
      } });`;
    const started = () => execFileSync('npx', ['tsx', '--input-type=module', '-e', script], { stdio: 'pipe' });
    expect(started).toThrow();
    const left = await openLab(options);
    expect(left.ready).toBe(false);
    const said: string[] = [];
    const lab = await labUp({ ...options, onProgress: (text) => said.push(text) });
    expect(said[0]).toContain('removing what is left');
    expect(await run(lab, 's1', 'hostname')).toBe('s1');
    await labDown(options);
    expect(await tracesOf(lab)).toEqual([]);
  });
});

test('what is done exclusively never overlaps, and a failure lets the next one go on', async () => {
  let inside = 0;
  const work = (result: () => string) =>
    exclusively(place, async () => {
      inside++;
      expect(inside).toBe(1);
      await systemClock.sleep(20);
      inside--;
      return result();
    });
  const fail = () => {
    throw new Error('no');
  };
  const outcomes = await Promise.allSettled([work(fail), work(() => 'a'), work(() => 'b')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});

test('a lab of processes: each host has its folder, and what it started ends with it', async () => {
  const options = labOptions('loopback', { driver: 'loopback' });
  const lab = await labUp(options);
  expect(await run(lab, 's2', 'echo $BROKKR_LAB_HOST')).toBe('s2');
  await run(lab, 's1', 'nohup sleep 1000 >/dev/null 2>&1 & echo started');
  await run(lab, 's2', 'nohup sleep 1000 >/dev/null 2>&1 & echo started');
  await labKill(lab, 's2');
  expect((await labStatus(lab)).map(({ state }) => state)).toEqual(['up', 'down', 'up']);
  expect((await labProcesses(lab)).some(({ host }) => host === 's2')).toBe(false);
  await expect(labCut(lab, 's1')).rejects.toThrow('no link to cut');
  await labDown(options);
  expect(await tracesOf(lab)).toEqual([]);
});
