import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BrokkrError, UnreachableError } from '../../src/errors.ts';
import { labAccounts } from '../../src/lab/lab.ts';
import type { HostAction } from '../../src/shell/action.ts';
import { compileApply, compileReceive, compileUnlock } from '../../src/shell/apply-program.ts';
import type { HostOptions } from '../../src/transport/host-options.ts';
import { startDelayProxy } from '../proxy/delay-proxy.ts';
import { say } from '../say.ts';
import { failureOf, marksOf, OPTIONS, run, SmallLab, stepOf, sudo } from './small-lab.ts';

const small = new SmallLab();

describe.each(['s1', 'busybox'])('sudo on %s', (name) => {
  test('with the right password; it is in no argument list, and the programs are as well not', async () => {
    const host = small.hostOf(name, { user: 'ops' });
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
      await small.onHost(name, "journalctl -q --no-pager -t sudo 2>/dev/null | grep -c 'incorrect password'"),
    );
    const host = small.hostOf(name, { user: 'ops' });
    for (let i = 0; i < 3; i++) {
      const failure = await failureOf(say(host, 'id', sudo('wrong-password')));
      expect(failure).not.toBeInstanceOf(UnreachableError);
      expect(String(failure)).toContain(`sudo on ${name} did not accept the password of ops for root`);
    }
    expect(host.traffic.channels).toBe(1);
    const after = Number(
      await small.onHost(name, "journalctl -q --no-pager -t sudo 2>/dev/null | grep -c 'incorrect password'"),
    );
    expect(after - before).toBeLessThanOrEqual(1);
    // The user's own shell is not harmed.
    expect(await say(host, 'id -un')).toBe('ops\n');
  });

  test('a missing password, NOPASSWD, a user that is not there', async () => {
    const failure = await failureOf(say(small.hostOf(name, { user: 'ops' }), 'id', sudo()));
    expect(String(failure)).toContain('a password is required');
    expect(failure instanceof BrokkrError && failure.hint).toContain('-K');
    const deploy = small.hostOf(name, { user: 'deploy' });
    for (const password of [undefined, 'not needed'])
      expect(await say(small.hostOf(name, { user: 'deploy' }), 'id -un', sudo(password))).toBe('root\n');
    expect(String(await failureOf(say(deploy, 'id', { ...sudo(), user: 'no-such-user' })))).toMatch(
      /unknown user:? '?no-such-user/,
    );
  });
});

describe.each(['s1', 'busybox'])('losing %s', (name) => {
  async function behindProxy(options: HostOptions = {}) {
    const { address, port } = small.targetOf(name);
    const proxy = await startDelayProxy({ target: { host: address, port } });
    small.later(() => proxy.close());
    return {
      proxy,
      host: small.hostOf(name, { address: '127.0.0.1', port: proxy.port, hostKeyChecking: 'no' }, options),
    };
  }
  // A step that starts others, one of which does not mind being asked to end.
  const STEP = run('trap "" TERM; sleep 7654321 & sh -c "trap \\"\\" TERM; sleep 7654321; sleep 7654321"');
  const SLEEPERS = 'ps -ef | grep -c "[s]leep 7654321"';

  test('a cut connection is a failure, and the whole step ends on the host; the next run takes over', async () => {
    const { proxy, host } = await behindProxy();
    const failure = failureOf(marksOf(host, compileApply([stepOf(STEP)], OPTIONS)));
    expect(await small.until(name, `[ "$(${SLEEPERS})" -gt 1 ] && echo yes`, 'yes')).toBe('yes');
    const other = small.hostOf(name);
    expect(await marksOf(other, compileApply([stepOf(run('true'))], { ...OPTIONS, run: 'bbbbbbbbbbbb' }))).toEqual([
      'LOCKED',
    ]);
    proxy.cut();
    const error = await failure;
    expect(error).toBeInstanceOf(UnreachableError);
    expect(String(error)).toContain('was lost');
    expect(await small.until(name, SLEEPERS, '0')).toBe('0');
    expect(await small.onHost(name, 'cut -d" " -f1-3 /var/lib/brokkr/running')).toBe('aaaaaaaaaaaa begin 0');
    // It is told which step was cut off.
    expect(await marksOf(other, compileApply([stepOf(run('true'))], { ...OPTIONS, run: 'bbbbbbbbbbbb' }))).toEqual([
      'LEFT',
      'B 0',
      'E 0 0',
    ]);
    await other.run(undefined, compileUnlock('bbbbbbbbbbbb', []), { frame: () => {} }, { onBoth: false });
  });

  test('a frozen peer is noticed, and closing it does not hang', async () => {
    const { proxy, host } = await behindProxy({ keepalive: { intervalMs: 200, count: 3 } });
    const failure = failureOf(say(host, 'sleep 7654321'));
    expect(await small.until(name, SLEEPERS, '1')).toBe('1');
    proxy.freeze();
    expect(await failure).toBeInstanceOf(UnreachableError);
    await host.close();
    proxy.cut();
    expect(await small.until(name, SLEEPERS, '0')).toBe('0');
  });

  test('an abort ends what runs, at once and wholly', async () => {
    const host = small.hostOf(name);
    const failure = failureOf(marksOf(host, compileApply([stepOf(STEP)], OPTIONS)));
    expect(await small.until(name, `[ "$(${SLEEPERS})" -gt 1 ] && echo yes`, 'yes')).toBe('yes');
    await host.abort();
    expect(await failure).toBeInstanceOf(UnreachableError);
    expect(await small.until(name, SLEEPERS, '0')).toBe('0');
  });

  test('a stream that is cut leaves nothing, neither file nor temporary one', async () => {
    const { address, port } = small.targetOf(name);
    const bytes = 3_000_000;
    const proxy = await startDelayProxy({
      target: { host: address, port },
      cutAfter: { direction: 'toTarget', bytes },
    });
    small.later(() => proxy.close());
    const content = join(small.place, 'content');
    writeFileSync(content, Buffer.alloc(bytes * 2, 'x'));
    const host = small.hostOf(name, { address: '127.0.0.1', port: proxy.port, hostKeyChecking: 'no' });
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
    expect(await small.until(name, 'ls -A /srv | wc -l', '0')).toBe('0');
  });
});
