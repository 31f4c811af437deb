import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { within } from '../../src/deadline.ts';
import { dialFailure } from '../../src/modules/dialing.ts';
import { serverDialer } from '../../src/server-dialer.ts';
import { Host } from '../../src/transport/host.ts';
import { JumpHosts } from '../../src/transport/jump-hosts.ts';
import type { Target } from '../../src/transport/target.ts';
import { fourLetter } from '../../src/zookeeper/four-letter.ts';
import { makeKey, type SshServer, startSshServer, targetAt } from './transport/ssh-server.ts';
import { fourLetterServer } from './zookeeper/four-letter-server.ts';

const place = mkdtempSync(join(tmpdir(), 'brokkr-dialer-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const key = makeKey(join(place, 'mine'));
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Says its name to whoever comes. */
async function namedServer(name: string): Promise<number> {
  const server = createServer((socket) => void socket.on('error', () => {}).end(name));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(async () => void server.close());
  return (server.address() as AddressInfo).port;
}
let count = 0;
async function sshd(options: { forwards?: boolean } = {}): Promise<SshServer> {
  const server = await startSshServer({ place, name: `${++count}`, keys: [key], ...options });
  open.push(() => server.close());
  return server;
}
function hostsOf(...targets: readonly Target[]): Map<string, Host> {
  const jumps = new JumpHosts();
  return new Map(
    targets.map((target) => {
      const host = new Host({ ...target, privateKeyFile: key }, { jumps });
      open.push(() => host.close());
      return [target.name, host];
    }),
  );
}
async function hear(hosts: Map<string, Host>, host: string, port: number, ms = 5000): Promise<string> {
  try {
    const connection = await serverDialer(() => hosts).connect(host, port, within(ms));
    const chunks: Buffer[] = [];
    for await (const chunk of connection) chunks.push(chunk);
    const way = connection instanceof Socket ? 'straight' : 'through SSH';
    return `${way}: ${Buffer.concat(chunks).toString()}`;
  } catch (error) {
    return dialFailure(error);
  }
}

describe('a server of a host', () => {
  test('is dialed straight where nothing stands in between', async () => {
    const [port, ssh] = [await namedServer('one'), await sshd()];
    const hosts = hostsOf(targetAt('s1', ssh.port));
    expect(await hear(hosts, 's1', port)).toBe('straight: one');
    expect(await hear(hosts, '127.0.0.1', port)).toBe('straight: one');
    expect(await hear(hosts, '127.0.0.1', 1)).toBe('connection refused');
    expect(await hear(new Map(), '127.0.0.1', port)).toBe('straight: one');
    expect(ssh.connections).toBe(0);
  });

  test('behind a jump host its own host dials, by address and by name', async () => {
    const [port, bastion, ssh, other] = [await namedServer('two'), await sshd(), await sshd(), await sshd()];
    const jump = targetAt('bastion', bastion.port, { privateKeyFile: key });
    const hosts = hostsOf(
      targetAt('s1', other.port, { address: 'inside-1', jump }),
      targetAt('s2', ssh.port, { address: 'inside-2', jump }),
    );
    expect(await hear(hosts, 's2', port)).toBe('through SSH: two');
    expect(await hear(hosts, 'inside-2', port)).toBe('through SSH: two');
    expect(ssh.dialed).toEqual([`inside-2:${port}`, `s2:${port}`, `inside-2:${port}`]);
    // One that is no host of the inventory: whoever is connected asks.
    expect(await hear(hosts, 'inside-advertised', port)).toBe('through SSH: two');
    expect(ssh.dialed.at(-1)).toBe(`inside-advertised:${port}`);
    expect([bastion.connections, other.connections]).toEqual([1, 0]);
    const never = hostsOf(targetAt('s1', ssh.port, { jump, serversThroughSsh: 'never' }));
    expect(await hear(never, 's1', port)).toBe('straight: two');
  });

  test('is dialed through SSH when its name is not known here, or when that is wanted', async () => {
    const [port, ssh] = [await namedServer('three'), await sshd()];
    const hosts = hostsOf(targetAt('s1', ssh.port));
    expect(await hear(hosts, 'inside.invalid', port)).toBe('through SSH: three');
    expect(await hear(hosts, 'nobody.invalid', port)).toBe('its name is not known here');
    const always = hostsOf(targetAt('s1', ssh.port, { serversThroughSsh: 'always' }));
    expect(await hear(always, 's1', port)).toBe('through SSH: three');
    const local = hostsOf(targetAt('s1', ssh.port, { connection: 'local', serversThroughSsh: 'always' }));
    expect(await hear(local, 's1', port)).toBe('straight: three');
  });

  test('another host asks when its own cannot; that nobody listens is an answer', async () => {
    const [port, first, second] = [await namedServer('four'), await sshd(), await sshd()];
    const hosts = hostsOf(
      targetAt('s1', first.port, { address: '127.0.0.1', serversThroughSsh: 'always' }),
      targetAt('s2', second.port, { address: 'localhost', serversThroughSsh: 'always' }),
    );
    expect(await hear(hosts, 'localhost', port)).toBe('through SSH: four');
    expect(await hear(hosts, 's1', 1)).toMatch(/asked from s1$/);
    first.drop();
    await expect.poll(() => hear(hosts, 's1', port)).toBe('through SSH: four');
    expect(second.dialed.at(-1)).toBe(`s1:${port}`);
  });

  test('where the hosts forward nothing, the host before them dials', async () => {
    const [port, bastion, ssh] = [await namedServer('five'), await sshd(), await sshd({ forwards: false })];
    const jump = targetAt('bastion', bastion.port, { privateKeyFile: key });
    const hosts = hostsOf(targetAt('s1', ssh.port, { address: 'inside-1', jump }));
    expect(await hear(hosts, 's1', port)).toBe('through SSH: five');
    expect([bastion.connections, ssh.connections]).toEqual([1, 1]);
    const alone = hostsOf(targetAt('s1', ssh.port, { serversThroughSsh: 'always' }));
    expect(await hear(alone, 's1', port)).toMatch(/^its sshd forwards no connections \(.*\), asked from s1$/);
  });

  test('ZooKeeper answers through it as it does straight', async () => {
    const ssh = await sshd();
    const server = await fourLetterServer(() => 'Zookeeper version: 3.7.0\n');
    const hosts = hostsOf(targetAt('s1', ssh.port, { serversThroughSsh: 'always' }));
    const answer = await fourLetter({ host: 's1', port: server.port }, 'srvr', {
      dialer: serverDialer(() => hosts),
      signal: new AbortController().signal,
      timeoutMs: 5000,
    });
    expect(answer).toMatchObject({ kind: 'text' });
  });
});
