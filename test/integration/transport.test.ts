import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { BrokkrError, UnreachableError } from '../../src/errors.ts';
import { labDown } from '../../src/lab/control.ts';
import { startDelayProxy } from '../../src/lab/delay-proxy.ts';
import { type Lab, labAccounts } from '../../src/lab/lab.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { labUp } from '../../src/lab/up.ts';
import { pollUntil } from '../../src/poll.ts';
import type { HostAction } from '../../src/shell/action.ts';
import { compileApply, compileReceive, compileStop, compileUnlock, type Step } from '../../src/shell/apply-program.ts';
import { type Frame, newNonce } from '../../src/shell/frame.ts';
import { preamble } from '../../src/shell/program.ts';
import { Secret } from '../../src/shell/redact.ts';
import { dialThrough } from '../../src/transport/dial.ts';
import { Host, type HostOptions } from '../../src/transport/host.ts';
import type { Become, Target } from '../../src/transport/target.ts';

const place = mkdtempSync(join(tmpdir(), 'brokkr-transport-'));
const folder = join(place, 'lab');
let lab: Lab;
beforeAll(async () => {
  lab = await labUp({ folder, inventoryPath: join(place, 'lab.yml'), hosts: 1, busybox: true, driver: 'nspawn' });
});
afterAll(async () => {
  await labDown({ folder });
  rmSync(place, { recursive: true, force: true });
});
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of open.splice(0).reverse()) await close();
});

function targetOf(name: string, changes: Partial<Target> = {}): Target {
  const host = lab.hosts.find((each) => each.name === name);
  if (host === undefined) throw new Error(`no host ${name}`);
  return {
    name,
    connection: 'ssh',
    address: host.address,
    port: host.port,
    user: 'root',
    privateKeyFile: lab.identityFile,
    password: undefined,
    knownHostsFiles: [lab.knownHostsFile],
    hostKeyChecking: 'yes',
    timeout: 5,
    ...changes,
  };
}
function hostOf(name: string, changes: Partial<Target> = {}, options: HostOptions = {}): Host {
  const host = new Host(targetOf(name, changes), options);
  open.push(() => host.close());
  return host;
}
function program(script: string): { nonce: string; text: string } {
  const nonce = newNonce();
  return { nonce, text: [preamble(nonce), 's OUT', script, 's END'].join('\n') };
}
async function say(host: Host, script: string, become?: Become): Promise<string | undefined> {
  const frames: Frame[] = [];
  await host.run(
    become,
    program(script),
    { frame: (stream, frame) => void (stream === 'stdout' && frames.push(frame)) },
    { onBoth: false },
  );
  return frames[0]?.payload.toString();
}
const onHost = async (name: string, command: string): Promise<string> =>
  (await labExec(lab, name, command, { user: 'root' })).stdout.trim();
async function until(name: string, command: string, wanted: string): Promise<string> {
  const outcome = await pollUntil<string>(
    async () => {
      const found = await onHost(name, command);
      return found === wanted ? { done: true, value: found } : { done: false, reason: found };
    },
    { timeoutMs: 15_000, intervalMs: 100 },
  );
  return outcome.done ? outcome.value : outcome.reason;
}
const failureOf = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
const sudo = (password?: string): Become => ({
  user: 'root',
  method: 'sudo',
  password: password === undefined ? undefined : new Secret(password),
});
const run = (script: string): HostAction => ({
  do: 'run',
  command: { kind: 'shell', script, executable: '/bin/sh' },
  environment: new Map(),
});
const stepOf = (action: HostAction): Step => ({ label: 'x', action, continueOnFailure: false, owes: [], pays: [] });
const OPTIONS = { run: 'aaaaaaaaaaaa', owner: 'me@here', expectations: [], firstStep: 0 };
async function marksOf(host: Host, made: { nonce: string; text: string }): Promise<string[]> {
  const marks: string[] = [];
  await host.run(
    undefined,
    made,
    { opened: (stream, words) => void (stream === 'stdout' && marks.push(words.join(' '))), frame: () => {} },
    { onBoth: true },
  );
  return marks;
}

describe('logging in', () => {
  test('with a key: one connection and one channel for many programs, and nothing stays behind', async () => {
    for (const name of ['s1', 'busybox']) {
      const host = hostOf(name);
      for (const word of ['one', 'two', 'three']) expect(await say(host, `echo ${word}`)).toBe(`${word}\n`);
      expect(host.traffic).toMatchObject({ connections: 1, channels: 1, programs: 3 });
      await host.close();
      expect(await until(name, "ps -ef | grep -c '[e]cho brokkr'", '0')).toBe('0');
    }
  });

  test('with a password, and not with a wrong one', async () => {
    const user = 'ops';
    const { password } = labAccounts.ops;
    vi.stubEnv('SSH_AUTH_SOCK', '');
    expect(await say(hostOf('s1', { user, privateKeyFile: undefined, password: new Secret(password) }), 'id -un')).toBe(
      'ops\n',
    );
    const failure = await failureOf(
      say(hostOf('s1', { user, privateKeyFile: join(place, 'none'), password: new Secret('wrong') }), 'id'),
    );
    expect(String(failure)).toContain('s1 does not let ops in; tried');
    expect(String(failure)).toContain('none (no such file), the password');
    expect(JSON.stringify(failure)).not.toContain('wrong');
  });

  test('with an agent that holds a key with a passphrase', async () => {
    const key = join(place, 'locked');
    execFileSync('cp', [lab.identityFile, key]);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'passphrase', '-f', key]);
    const socket = join(place, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      vi.stubEnv('SSH_AUTH_SOCK', '');
      expect(String(await failureOf(say(hostOf('s1', { privateKeyFile: key }), 'id')))).toContain(
        'it has a passphrase',
      );
      await pollUntil(async () => ({ done: agentAnswers(socket), value: true, reason: 'not yet' }), {
        timeoutMs: 5000,
        intervalMs: 20,
      });
      execFileSync('ssh-add', ['-q', lab.identityFile], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'ignore',
      });
      vi.stubEnv('SSH_AUTH_SOCK', socket);
      expect(await say(hostOf('s1', { privateKeyFile: key }), 'id -un')).toBe('root\n');
    } finally {
      agent.kill();
    }
  });

  test('a wrong key and a wrong user are told with what to try', async () => {
    const key = join(place, 'strange');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    for (const changes of [{ privateKeyFile: key }, { user: 'nobody-here' }]) {
      const failure = await failureOf(say(hostOf('s1', changes), 'id'));
      expect(failure).toBeInstanceOf(UnreachableError);
      expect(String(failure)).toContain('does not let');
      expect(failure instanceof BrokkrError && failure.hint).toContain('try: ssh -p 22 -i');
    }
  });

  test('host keys: unknown, kept, changed', async () => {
    const file = join(place, 'known_hosts');
    writeFileSync(file, '');
    expect(String(await failureOf(say(hostOf('s1', { knownHostsFiles: [file] }), 'id')))).toContain(
      'is not known: ssh-ed25519 SHA256:',
    );
    const told: string[] = [];
    const accepting = { knownHostsFiles: [file], hostKeyChecking: 'accept-new' } as const;
    expect(await say(hostOf('s1', accepting, { onNewKey: (...args) => told.push(args.join(' ')) }), 'echo yes')).toBe(
      'yes\n',
    );
    expect(told).toEqual([expect.stringMatching(/^s1 ssh-ed25519 SHA256:/)]);
    const other = readFileSync(lab.knownHostsFile, 'utf8')
      .split('\n')
      .find((line) => line.includes(targetOf('busybox').address) && line.includes('ssh-ed25519'));
    writeFileSync(file, `${targetOf('s1').address} ${other?.split(' ').slice(1).join(' ')}\n`);
    expect(String(await failureOf(say(hostOf('s1', accepting), 'id')))).toMatch(
      /has changed: it shows ssh-ed25519 SHA256:\S+, known is ssh-ed25519 SHA256:/,
    );
  });

  test('an address where nobody listens, and one that does not answer', async () => {
    expect(String(await failureOf(say(hostOf('s1', { port: 9 }), 'id')))).toContain(
      'cannot be reached: connect ECONNREFUSED',
    );
    const silent = targetOf('s1').address.replace(/\d+$/, '250');
    expect(String(await failureOf(say(hostOf('s1', { address: silent, timeout: 1 }), 'id')))).toMatch(
      /cannot be reached: (no answer for 1 s|.*EHOSTUNREACH)/,
    );
  });

  test('a host that is closed while it connects lets go at once', async () => {
    const proxy = await startDelayProxy({ target: { host: targetOf('s1').address, port: 22 } });
    open.push(() => proxy.close());
    proxy.freeze();
    const host = hostOf('s1', { address: '127.0.0.1', port: proxy.port, hostKeyChecking: 'no', timeout: 600 });
    host.beginConnecting();
    const failure = failureOf(say(host, 'id'));
    await pollUntil(async () => (proxy.accepted > 0 ? { done: true, value: 1 } : { done: false, reason: '' }), {
      timeoutMs: 5000,
      intervalMs: 10,
    });
    await host.close();
    expect(String(await failure)).toMatch(/was interrupted|was ended/);
  });
});

function agentAnswers(socket: string): boolean {
  try {
    execFileSync('ssh-add', ['-l'], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
    return true;
  } catch (error) {
    // 1: it answers that it holds no keys; 2: nobody answers.
    return error instanceof Error && 'status' in error && error.status === 1;
  }
}

describe.each(['s1', 'busybox'])('sudo on %s', (name) => {
  test('with the right password; it is in no argument list, and the programs are as well not', async () => {
    const host = hostOf(name, { user: 'ops' });
    const { password } = labAccounts.ops;
    expect(await say(host, 'id -un; echo "$HOME"; ps -ef | grep -v grep', sudo(password))).toMatch(/^root\n\/root\n/);
    const listing =
      (await say(host, 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" " "', sudo(password))) ??
      '';
    expect(listing).toContain('sshd');
    expect(listing).not.toContain(password);
    expect(listing).not.toContain('s OUT');
    expect(host.traffic.channels).toBe(1);
  });

  test('a wrong password is sent once, and never again', async () => {
    const before = Number(
      await onHost(name, "journalctl -q --no-pager -t sudo 2>/dev/null | grep -c 'incorrect password'"),
    );
    const host = hostOf(name, { user: 'ops' });
    for (let i = 0; i < 3; i++) {
      const failure = await failureOf(say(host, 'id', sudo('wrong-password')));
      expect(failure).not.toBeInstanceOf(UnreachableError);
      expect(String(failure)).toContain(`sudo on ${name} did not accept the password of ops for root`);
    }
    expect(host.traffic.channels).toBe(1);
    const after = Number(
      await onHost(name, "journalctl -q --no-pager -t sudo 2>/dev/null | grep -c 'incorrect password'"),
    );
    expect(after - before).toBeLessThanOrEqual(1);
    // The user's own shell is not harmed.
    expect(await say(host, 'id -un')).toBe('ops\n');
  });

  test('a missing password, NOPASSWD, a user that is not there', async () => {
    const failure = await failureOf(say(hostOf(name, { user: 'ops' }), 'id', sudo()));
    expect(String(failure)).toContain('a password is required');
    expect(failure instanceof BrokkrError && failure.hint).toContain('-K');
    const deploy = hostOf(name, { user: 'deploy' });
    for (const password of [undefined, 'not needed'])
      expect(await say(hostOf(name, { user: 'deploy' }), 'id -un', sudo(password))).toBe('root\n');
    expect(String(await failureOf(say(deploy, 'id', { ...sudo(), user: 'no-such-user' })))).toMatch(
      /unknown user:? '?no-such-user/,
    );
  });
});

describe.each(['s1', 'busybox'])('losing %s', (name) => {
  async function behindProxy(options: HostOptions = {}) {
    const { address, port } = targetOf(name);
    const proxy = await startDelayProxy({ target: { host: address, port } });
    open.push(() => proxy.close());
    return { proxy, host: hostOf(name, { address: '127.0.0.1', port: proxy.port, hostKeyChecking: 'no' }, options) };
  }
  // A step that starts others, one of which does not mind being asked to end.
  const STEP = run('trap "" TERM; sleep 7654321 & sh -c "trap \\"\\" TERM; sleep 7654321; sleep 7654321"');
  const SLEEPERS = 'ps -ef | grep -c "[s]leep 7654321"';

  test('a cut connection is a failure, and the whole step ends on the host; the next run takes over', async () => {
    const { proxy, host } = await behindProxy();
    const failure = failureOf(marksOf(host, compileApply([stepOf(STEP)], OPTIONS)));
    expect(await until(name, `[ "$(${SLEEPERS})" -gt 1 ] && echo yes`, 'yes')).toBe('yes');
    const other = hostOf(name);
    expect(await marksOf(other, compileApply([stepOf(run('true'))], { ...OPTIONS, run: 'bbbbbbbbbbbb' }))).toEqual([
      'LOCKED',
    ]);
    proxy.cut();
    const error = await failure;
    expect(error).toBeInstanceOf(UnreachableError);
    expect(String(error)).toContain('was lost');
    expect(await until(name, SLEEPERS, '0')).toBe('0');
    expect(await onHost(name, 'cut -d" " -f1-3 /var/lib/brokkr/running')).toBe('aaaaaaaaaaaa begin 0');
    expect(await marksOf(other, compileApply([stepOf(run('true'))], { ...OPTIONS, run: 'bbbbbbbbbbbb' }))).toEqual([
      'B 0',
      'E 0 0',
    ]);
    await other.run(undefined, compileUnlock('bbbbbbbbbbbb', []), { frame: () => {} }, { onBoth: false });
  });

  test('a frozen peer is noticed, and closing it does not hang', async () => {
    const { proxy, host } = await behindProxy({ keepalive: { intervalMs: 200, count: 3 } });
    const failure = failureOf(say(host, 'sleep 7654321'));
    expect(await until(name, SLEEPERS, '1')).toBe('1');
    proxy.freeze();
    expect(await failure).toBeInstanceOf(UnreachableError);
    await host.close();
    proxy.cut();
    expect(await until(name, SLEEPERS, '0')).toBe('0');
  });

  test('an abort ends what runs, at once and wholly', async () => {
    const host = hostOf(name);
    const failure = failureOf(marksOf(host, compileApply([stepOf(STEP)], OPTIONS)));
    expect(await until(name, `[ "$(${SLEEPERS})" -gt 1 ] && echo yes`, 'yes')).toBe('yes');
    await host.abort();
    expect(await failure).toBeInstanceOf(UnreachableError);
    expect(await until(name, SLEEPERS, '0')).toBe('0');
  });

  test('a stream that is cut leaves nothing, neither file nor temporary one', async () => {
    const { address, port } = targetOf(name);
    const bytes = 3_000_000;
    const proxy = await startDelayProxy({
      target: { host: address, port },
      cutAfter: { direction: 'toTarget', bytes },
    });
    open.push(() => proxy.close());
    const content = join(place, 'content');
    writeFileSync(content, Buffer.alloc(bytes * 2, 'x'));
    const host = hostOf(name, { address: '127.0.0.1', port: proxy.port, hostKeyChecking: 'no' });
    const action: HostAction = {
      do: 'write',
      path: '/srv/streamed',
      content: { from: 'file', file: content, sha256: '0', size: bytes * 2 },
      backup: false,
    };
    const failure = await failureOf(
      host.receive(undefined, compileReceive(stepOf(action), OPTIONS), content, { frame: () => {} }),
    );
    expect(failure).toBeInstanceOf(UnreachableError);
    expect(await until(name, 'ls -A /srv | wc -l', '0')).toBe('0');
  });
});

describe('what hosts do to programs', () => {
  test('a noisy and slow start-up file, a banner, and a login shell that never starts', async () => {
    await onHost(
      's1',
      'cp /root/.bashrc /root/.bashrc.kept; sed -i "1i echo Welcome; echo oops >&2; printf no-newline; sleep 0.3" /root/.bashrc',
    );
    try {
      expect(await say(hostOf('s1'), 'echo yes')).toBe('yes\n');
      await onHost('s1', 'sed -i "1i echo Hanging; sleep 20" /root/.bashrc');
      expect(String(await failureOf(say(hostOf('s1', {}, { startTimeoutMs: 500 }), 'echo')))).toContain(
        's1 has not started a shell for 0.5 s: Hanging',
      );
    } finally {
      // Its own start-up file would hold up the shell that mends it.
      await labExec(lab, 's1', 'sudo mv /root/.bashrc.kept /root/.bashrc', { user: 'deploy' });
    }
    expect(
      await onHost(
        's1',
        'mkdir -p ~daemon/.ssh; cp /root/.ssh/authorized_keys ~daemon/.ssh/; chown -R daemon ~daemon/.ssh; echo done',
      ),
    ).toBe('done');
    expect(String(await failureOf(say(hostOf('s1', { user: 'daemon' }), 'echo')))).toContain(
      'This account is currently not available',
    );
  });

  test('more sessions than the host opens are refused with what to set; dialled connections do not count', async () => {
    const host = hostOf('s1');
    await say(host, 'true');
    const beside = Array.from({ length: 12 }, () =>
      failureOf(host.runBeside(undefined, program('sleep 1'), { frame: () => {} })),
    );
    const failures = (await Promise.all(beside)).filter((each) => each !== 'it succeeded');
    expect(failures.length).toBeGreaterThanOrEqual(3);
    expect(String(failures[0])).toContain('s1 opens no more sessions');
    const client = await host.client();
    if (client === undefined) throw new Error('no client');
    const channels = await Promise.all(Array.from({ length: 15 }, () => dialThrough(client, '127.0.0.1', 22)));
    for (const channel of channels) channel.destroy();
    await expect(dialThrough(client, '127.0.0.1', 9)).rejects.toThrow(/Connection refused/);
    expect(await say(host, 'echo yes')).toBe('yes\n');
  });

  test('a stop is heard between the steps of a program that runs', async () => {
    const host = hostOf('s1');
    const marks = marksOf(
      host,
      compileApply(
        [stepOf(run('while [ ! -e /var/lib/brokkr/stop ]; do sleep 0.1; done')), stepOf(run('echo no'))],
        OPTIONS,
      ),
    );
    await until('s1', '[ -e /var/lib/brokkr/running ] && echo yes', 'yes');
    await host.runBeside(undefined, compileStop(), { frame: () => {} });
    expect(await marks).toEqual(['B 0', 'E 0 0', 'STOPPED 1']);
    await host.run(undefined, compileUnlock(OPTIONS.run, []), { frame: () => {} }, { onBoth: false });
  });

  test('a flood does not take the memory', async () => {
    const frames: Frame[] = [];
    await hostOf('s1').run(
      undefined,
      program('yes | head -c 50000000'),
      { keepBytes: 1000, frame: (_, frame) => void frames.push(frame) },
      { onBoth: false },
    );
    expect([frames[0]?.payload.length, frames[0]?.dropped]).toEqual([1000, 50_000_000 - 1000]);
  });

  test('an account without a home keeps its lock elsewhere', async () => {
    const host = hostOf('s1', { user: 'deploy' });
    const marks: string[] = [];
    await host.run(
      { ...sudo(), user: 'nobody' },
      compileApply([stepOf(run('echo yes'))], OPTIONS),
      { opened: (stream, words) => void (stream === 'stdout' && marks.push(words.join(' '))), frame: () => {} },
      { onBoth: true },
    );
    expect(marks).toEqual(['B 0', 'E 0 0']);
  });

  test('many hosts at once', async () => {
    const hosts = Array.from({ length: 20 }, () => hostOf('s1'));
    expect(await Promise.all(hosts.map((host, index) => say(host, `echo ${index}`)))).toEqual(
      hosts.map((_, index) => `${index}\n`),
    );
  });
});
