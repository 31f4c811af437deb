import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { BrokkrError, UnreachableError } from '../../src/errors.ts';
import { labAccounts } from '../../src/lab/lab.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { placedScript } from '../../src/modules/script-place.ts';
import { pollUntil } from '../../src/poll.ts';
import { compileApply, compileStop, compileUnlock } from '../../src/shell/apply-program.ts';
import type { Frame } from '../../src/shell/frame.ts';
import { Secret } from '../../src/shell/redact.ts';
import { startDelayProxy } from '../proxy/delay-proxy.ts';
import { program, say } from '../say.ts';
import { failureOf, marksOf, OPTIONS, run, SmallLab, stepOf, sudo } from './small-lab.ts';

const small = new SmallLab();

describe('logging in', () => {
  test('with a key: one connection and one channel for many programs, and nothing stays behind', async () => {
    for (const name of ['s1', 'busybox']) {
      const host = small.hostOf(name);
      for (const word of ['one', 'two', 'three']) expect(await say(host, `echo ${word}`)).toBe(`${word}\n`);
      expect(host.traffic).toMatchObject({ connections: 1, channels: 1, programs: 3 });
      await host.close();
      expect(await small.until(name, "ps -ef | grep -c '[e]cho brokkr'", '0')).toBe('0');
    }
  });

  test('with a password, and not with a wrong one', async () => {
    const user = 'ops';
    const { password } = labAccounts.ops;
    vi.stubEnv('SSH_AUTH_SOCK', '');
    expect(
      await say(small.hostOf('s1', { user, privateKeyFile: undefined, password: new Secret(password) }), 'id -un'),
    ).toBe('ops\n');
    const failure = await failureOf(
      say(small.hostOf('s1', { user, privateKeyFile: join(small.place, 'none'), password: new Secret('wrong') }), 'id'),
    );
    expect(String(failure)).toContain('s1 does not let ops in; tried');
    expect(String(failure)).toContain('none (no such file), the password');
    expect(JSON.stringify(failure)).not.toContain('wrong');
  });

  test('with an agent that holds a key with a passphrase', async () => {
    const key = join(small.place, 'locked');
    execFileSync('cp', [small.lab.identityFile, key]);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'passphrase', '-f', key]);
    const socket = join(small.place, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      vi.stubEnv('SSH_AUTH_SOCK', '');
      expect(String(await failureOf(say(small.hostOf('s1', { privateKeyFile: key }), 'id')))).toContain(
        'it has a passphrase',
      );
      await pollUntil(async () => ({ done: agentAnswers(socket), value: true, reason: 'not yet' }), {
        timeoutMs: 5000,
        intervalMs: 20,
      });
      execFileSync('ssh-add', ['-q', small.lab.identityFile], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'ignore',
      });
      vi.stubEnv('SSH_AUTH_SOCK', socket);
      expect(await say(small.hostOf('s1', { privateKeyFile: key }), 'id -un')).toBe('root\n');
    } finally {
      agent.kill();
    }
  });

  test('a wrong key and a wrong user are told with what to try', async () => {
    const key = join(small.place, 'strange');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    for (const changes of [{ privateKeyFile: key }, { user: 'nobody-here' }]) {
      const failure = await failureOf(say(small.hostOf('s1', changes), 'id'));
      expect(failure).toBeInstanceOf(UnreachableError);
      expect(String(failure)).toContain('does not let');
      expect(failure instanceof BrokkrError && failure.hint).toContain('try: ssh -p 22 -i');
    }
  });

  test('host keys: unknown, kept, changed', async () => {
    const file = join(small.place, 'known_hosts');
    writeFileSync(file, '');
    expect(String(await failureOf(say(small.hostOf('s1', { knownHostsFiles: [file] }), 'id')))).toContain(
      'is not known: ssh-ed25519 SHA256:',
    );
    const told: string[] = [];
    const accepting = { knownHostsFiles: [file], hostKeyChecking: 'accept-new' } as const;
    expect(
      await say(small.hostOf('s1', accepting, { onNewKey: (...args) => told.push(args.join(' ')) }), 'echo yes'),
    ).toBe('yes\n');
    expect(told).toEqual([expect.stringMatching(/^s1 ssh-ed25519 SHA256:/)]);
    const other = readFileSync(small.lab.knownHostsFile, 'utf8')
      .split('\n')
      .find((line) => line.includes(small.targetOf('busybox').address) && line.includes('ssh-ed25519'));
    writeFileSync(file, `${small.targetOf('s1').address} ${other?.split(' ').slice(1).join(' ')}\n`);
    expect(String(await failureOf(say(small.hostOf('s1', accepting), 'id')))).toMatch(
      /has changed: it shows ssh-ed25519 SHA256:\S+, known is ssh-ed25519 SHA256:/,
    );
  });

  test('an address where nobody listens, and one that does not answer', async () => {
    expect(String(await failureOf(say(small.hostOf('s1', { port: 9 }), 'id')))).toContain(
      'cannot be reached: connect ECONNREFUSED',
    );
    const silent = small.targetOf('s1').address.replace(/\d+$/, '250');
    expect(String(await failureOf(say(small.hostOf('s1', { address: silent, timeout: 1 }), 'id')))).toMatch(
      /cannot be reached: (no answer for 1 s|.*EHOSTUNREACH)/,
    );
  });

  test('a host that is closed while it connects lets go at once', async () => {
    const proxy = await startDelayProxy({ target: { host: small.targetOf('s1').address, port: 22 } });
    small.later(() => proxy.close());
    proxy.freeze();
    const host = small.hostOf('s1', { address: '127.0.0.1', port: proxy.port, hostKeyChecking: 'no', timeout: 600 });
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

describe('what hosts do to programs', () => {
  test('a noisy and slow start-up file, a banner, and a login shell that never starts', async () => {
    await small.onHost(
      's1',
      'cp /root/.bashrc /root/.bashrc.kept; sed -i "1i echo Welcome; echo oops >&2; printf no-newline; sleep 0.3" /root/.bashrc',
    );
    try {
      expect(await say(small.hostOf('s1'), 'echo yes')).toBe('yes\n');
      await small.onHost('s1', 'sed -i "1i echo Hanging; sleep 20" /root/.bashrc');
      expect(String(await failureOf(say(small.hostOf('s1', {}, { startTimeoutMs: 500 }), 'echo')))).toContain(
        's1 has not started a shell for 0.5 s: Hanging',
      );
    } finally {
      // Its own start-up file would hold up the shell that mends it.
      await labExec(small.lab, 's1', 'sudo mv /root/.bashrc.kept /root/.bashrc', { user: 'deploy' });
    }
    expect(
      await small.onHost(
        's1',
        'mkdir -p ~daemon/.ssh; cp /root/.ssh/authorized_keys ~daemon/.ssh/; chown -R daemon ~daemon/.ssh; echo done',
      ),
    ).toBe('done');
    expect(String(await failureOf(say(small.hostOf('s1', { user: 'daemon' }), 'echo')))).toContain(
      'This account is currently not available',
    );
  });

  test('more sessions than the host opens on a connection go over further ones; dialled connections do not count', async () => {
    const host = small.hostOf('s1');
    await say(host, 'true');
    const beside = Array.from({ length: 12 }, () => host.runBeside(undefined, program('sleep 1'), { frame: () => {} }));
    await Promise.all(beside);
    expect(host.traffic.connections).toBe(2);
    const connection = await host.connection();
    if (connection === undefined) throw new Error('no connection');
    const channels = await Promise.all(Array.from({ length: 15 }, () => connection.dial('127.0.0.1', 22)));
    for (const channel of channels) channel.destroy();
    await expect(connection.dial('127.0.0.1', 9)).rejects.toThrow(/Connection refused/);
    expect(await say(host, 'echo yes')).toBe('yes\n');
  });

  test('a script stands where it can be executed', async () => {
    const host = small.hostOf('s1');
    await small.onHost('s1', 'mkdir /run/noexec && mount -t tmpfs -o noexec tmpfs /run/noexec');
    const script = placedScript('where.sh', '#!/bin/sh\necho "$0" >/run/where', [], undefined);
    const action = { ...run(script), environment: new Map([['TMPDIR', '/run/noexec']]) };
    expect(await marksOf(host, compileApply([stepOf(action)], OPTIONS))).toContain('E 0 0');
    expect(await small.onHost('s1', 'cat /run/where')).toMatch(/^\/root\/\.brokkr-\w+\/where\.sh$/);
    expect(await small.onHost('s1', 'ls -A /run/noexec; ls -A /root | grep brokkr- ; umount /run/noexec')).toBe('');
  });

  test('a stop is heard between the steps of a program that runs', async () => {
    const host = small.hostOf('s1');
    const marks = marksOf(
      host,
      compileApply(
        [stepOf(run('while [ ! -e /var/lib/brokkr/stop ]; do sleep 0.1; done')), stepOf(run('echo no'))],
        OPTIONS,
      ),
    );
    await small.until('s1', '[ -e /var/lib/brokkr/running ] && echo yes', 'yes');
    await host.runBeside(undefined, compileStop(), { frame: () => {} });
    expect(await marks).toEqual(['B 0', 'E 0 0', 'STOPPED 1']);
    await host.run(undefined, compileUnlock(OPTIONS.run, []), { frame: () => {} }, { onBoth: false });
  });

  test('a flood does not take the memory', async () => {
    const frames: Frame[] = [];
    await small
      .hostOf('s1')
      .run(
        undefined,
        program('yes | head -c 50000000'),
        { keepBytes: 1000, frame: (_, frame) => void frames.push(frame) },
        { onBoth: false },
      );
    expect([frames[0]?.payload.length, frames[0]?.dropped]).toEqual([1000, 50_000_000 - 1000]);
  });

  test('an account without a home keeps its lock elsewhere', async () => {
    const host = small.hostOf('s1', { user: 'deploy' });
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
    const hosts = Array.from({ length: 20 }, () => small.hostOf('s1'));
    expect(await Promise.all(hosts.map((host, index) => say(host, `echo ${index}`)))).toEqual(
      hosts.map((_, index) => `${index}\n`),
    );
  });
});
