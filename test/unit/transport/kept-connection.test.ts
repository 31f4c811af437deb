import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Secret } from '../../../src/shell/redact.ts';
import { Host } from '../../../src/transport/host.ts';
import { JumpHosts } from '../../../src/transport/jump-hosts.ts';
import type { Target } from '../../../src/transport/target.ts';
import { startDelayProxy } from '../../proxy/delay-proxy.ts';
import { say } from '../../say.ts';
import { makeKey, type SshServer, type SshServerOptions, startSshServer, targetAt } from './ssh-server.ts';

// Not the folder for temporary files, whose name may be long: a socket's name has an end.
let place = '';
let key = '';
const open: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  place = mkdtempSync('/tmp/kept-');
  key = makeKey(join(place, 'key'));
  vi.stubEnv('SSH_AUTH_SOCK', '');
  vi.stubEnv('XDG_RUNTIME_DIR', place);
});
afterEach(async () => {
  // One that goes through another may have ended with it.
  for (const socket of sockets()) spawnSync('ssh', ['-F', 'none', '-O', 'exit', '-S', socket, 'x'], { stdio: 'pipe' });
  for (const close of open.splice(0).reverse()) await close();
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true, force: true });
});

async function serverOf(name = 'sshd', options: Partial<SshServerOptions> = {}): Promise<SshServer> {
  const server = await startSshServer({ place, name, keys: [key], ...options });
  open.push(() => server.close());
  return server;
}

const folders = (): string[] => {
  const all = join(place, 'brokkr');
  return existsSync(all) ? readdirSync(all).map((name) => join(all, name)) : [];
};
const sockets = (): string[] =>
  folders().flatMap((folder) => (existsSync(join(folder, 's')) ? [join(folder, 's')] : []));

function hostAt(port: number, changes: Partial<Target> = {}): Host {
  return new Host(targetAt('one', port, { privateKeyFile: key, hostKeyChecking: 'no', keptSeconds: 60, ...changes }), {
    jumps: new JumpHosts(),
  });
}

/** One run: what a command says, and how many connections it took. */
async function runOn(host: Host, command = 'echo here'): Promise<[string, number]> {
  try {
    return [(await say(host, command)) ?? '', host.traffic.connections];
  } finally {
    await host.close();
  }
}

describe('a connection that is kept', () => {
  test('is used by the next run, and by two at the same time', async () => {
    const server = await serverOf();
    expect(await runOn(hostAt(server.port))).toEqual(['here\n', 1]);
    expect(await runOn(hostAt(server.port))).toEqual(['here\n', 0]);
    const both = [hostAt(server.port), hostAt(server.port)];
    expect(await Promise.all(both.map((host) => runOn(host)))).toEqual([
      ['here\n', 0],
      ['here\n', 0],
    ]);
    expect([server.connections, server.open]).toEqual([1, 1]);
  });

  test('ends by itself some time after the last run', async () => {
    const server = await serverOf();
    await runOn(hostAt(server.port, { keptSeconds: 3 }));
    await expect.poll(() => server.open, { timeout: 20_000 }).toBe(0);
    expect(sockets()).toEqual([]);
    expect(await runOn(hostAt(server.port, { keptSeconds: 3 }))).toEqual(['here\n', 1]);
    await expect.poll(() => server.open, { timeout: 20_000 }).toBe(0);
  });

  test('is made anew when it was cut, or the process that held it was killed', async () => {
    const server = await serverOf();
    await runOn(hostAt(server.port));
    server.vanish();
    await expect.poll(() => server.open).toBe(0);
    expect(await runOn(hostAt(server.port))).toEqual(['here\n', 1]);
    execFileSync('pkill', ['-KILL', '-f', `^ssh -f -E ${place}/`]);
    await expect.poll(() => server.open).toBe(0);
    expect(await runOn(hostAt(server.port))).toEqual(['here\n', 1]);
    expect(sockets()).toHaveLength(1);
  });

  test('is made anew when it leads nowhere, which shows only when it is used', async () => {
    const server = await serverOf();
    const proxy = await startDelayProxy({ target: { host: '127.0.0.1', port: server.port } });
    open.push(() => proxy.close());
    await runOn(hostAt(proxy.port));
    proxy.freeze();
    const next = hostAt(proxy.port);
    const running = runOn(next);
    await expect.poll(() => next.isConnected).toBe(true);
    proxy.cut();
    proxy.thaw();
    expect(await running).toEqual(['here\n', 1]);
    expect(server.connections).toBe(2);
  });

  test('is used no more when the host is to be connected to anew, and ends when others have done with it', async () => {
    const server = await serverOf();
    const [host, other] = [hostAt(server.port), hostAt(server.port)];
    await runOn(hostAt(server.port));
    const last = runOn(other, 'sleep 1; echo there');
    await expect.poll(() => other.traffic.programs).toBe(1);
    await host.connection();
    host.disconnect();
    expect(await runOn(host)).toEqual(['here\n', 1]);
    expect(await last).toEqual(['there\n', 0]);
    expect(server.connections).toBe(2);
    await expect.poll(() => server.open, { timeout: 5000 }).toBe(1);
  });

  test('two that begin at the same time each make one, of which none is left alone', async () => {
    const server = await serverOf();
    const both = [hostAt(server.port, { keptSeconds: 3 }), hostAt(server.port, { keptSeconds: 3 })];
    await Promise.all(both.map((host) => runOn(host)));
    expect(server.connections).toBe(2);
    await expect.poll(() => server.open, { timeout: 20_000 }).toBe(0);
  });

  test('is not for whoever logs in as another, or checks more', async () => {
    const server = await serverOf();
    await runOn(hostAt(server.port));
    expect(await runOn(hostAt(server.port, { user: 'another' }))).toEqual(['here\n', 1]);
    await expect(
      runOn(hostAt(server.port, { hostKeyChecking: 'yes', knownHostsFiles: ['/dev/null'] })),
    ).rejects.toThrow(/is not known/);
    expect(folders()).toHaveLength(2);
  });

  test('a password is asked for once, and stands nowhere', async () => {
    const server = await serverOf('sshd', { keys: [], password: 'let me in' });
    const password = new Secret('let me in');
    const target = { privateKeyFile: undefined, password };
    expect(await runOn(hostAt(server.port, target))).toEqual(['here\n', 1]);
    expect(await runOn(hostAt(server.port, target))).toEqual(['here\n', 0]);
    expect(server.passwords).toEqual(['let me in']);
    const everything = execFileSync(
      'sh',
      ['-c', `cat ${place}/brokkr/*/log; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '`],
      {
        encoding: 'utf8',
      },
    );
    expect(everything).toContain('ControlPersist=60');
    expect(everything).not.toContain('let me in');
  });

  test('goes through a jump host whose connection is kept as well', async () => {
    const bastion = await serverOf('bastion');
    const server = await serverOf();
    const jump = targetAt('bastion', bastion.port, { privateKeyFile: key, hostKeyChecking: 'no' });
    expect(await runOn(hostAt(server.port, { jump }))).toEqual(['here\n', 1]);
    expect(await runOn(hostAt(server.port, { jump }))).toEqual(['here\n', 0]);
    expect([bastion.connections, server.connections]).toEqual([1, 1]);
  });

  test('tells why the host opened no connection to another', async () => {
    const server = await serverOf('sshd', { forwards: false });
    for (let run = 0; run < 2; run += 1) {
      const host = hostAt(server.port);
      await expect((await host.connection())?.dial('127.0.0.1', 9)).rejects.toThrow(/prohibited/);
      await host.close();
    }
  });

  test('stands in no folder that others can enter', async () => {
    const server = await serverOf();
    mkdirSync(join(place, 'brokkr'), { mode: 0o755 });
    await expect(runOn(hostAt(server.port))).rejects.toThrow(/can be kept: .* can be entered by others/);
    chmodSync(join(place, 'brokkr'), 0o700);
    vi.stubEnv('XDG_RUNTIME_DIR', '');
    vi.stubEnv('XDG_CACHE_HOME', join(place, 'x'.repeat(60)));
    await expect(runOn(hostAt(server.port))).rejects.toThrow(/is longer than 60 characters/);
    expect(server.connections).toBe(0);
  });

  test('leaves nothing when the host cannot be logged in to', async () => {
    const server = await serverOf('sshd', { keys: [] });
    await expect(runOn(hostAt(server.port))).rejects.toThrow(/Permission denied/);
    expect(folders()).toEqual([]);
  });
});
