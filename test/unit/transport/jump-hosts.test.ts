import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newNonce } from '../../../src/shell/frame.ts';
import { preamble } from '../../../src/shell/program.ts';
import { Host } from '../../../src/transport/host.ts';
import { JumpHosts } from '../../../src/transport/jump-hosts.ts';
import type { Target } from '../../../src/transport/target.ts';
import { knownLine, makeKey, type SshServer, startSshServer, targetAt } from './ssh-server.ts';

const place = mkdtempSync(join(tmpdir(), 'brokkr-jump-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const key = makeKey(join(place, 'mine'));
let count = 0;
let open: (() => Promise<void>)[] = [];
beforeEach(() => void vi.stubEnv('SSH_AUTH_SOCK', ''));
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of open.splice(0).reverse()) await close();
  open = [];
});

async function serverOf(options: { forwards?: boolean } = {}): Promise<SshServer & { readonly name: string }> {
  const name = `${++count}`;
  const server = await startSshServer({ place, name, keys: [key], ...options });
  open.push(() => server.close());
  return Object.assign(server, { name });
}
function hostOf(target: Target, jumps = new JumpHosts()): Host {
  const host = new Host({ ...target, privateKeyFile: key }, { jumps });
  open.push(() => host.close());
  return host;
}
async function say(host: Host, script: string): Promise<string> {
  const nonce = newNonce();
  let said = '';
  await host.run(
    undefined,
    { nonce, text: [preamble(nonce), 's OUT', script, 's END'].join('\n') },
    {
      frame(stream, frame) {
        if (stream === 'stdout' && frame.words[0] === 'OUT') said = frame.payload.toString().trim();
      },
    },
    { onBoth: false },
  );
  return said;
}
const jumpAt = (name: string, port: number, changes: Partial<Target> = {}): Target =>
  targetAt(name, port, { privateKeyFile: key, ...changes });

describe('hosts in between', () => {
  test('one connection to the jump host for all targets, which ends after the last of them', async () => {
    const bastion = await serverOf();
    const inside = await serverOf();
    const jumps = new JumpHosts();
    const jump = jumpAt('bastion', bastion.port);
    const hosts = ['a', 'b', 'c'].map((name) => hostOf(targetAt(name, inside.port, { jump }), jumps));
    expect(await Promise.all(hosts.map((host) => say(host, `echo ${host.target.name}`)))).toEqual(['a', 'b', 'c']);
    expect([bastion.connections, inside.connections]).toEqual([1, 3]);
    await hosts[0]?.close();
    await hosts[1]?.close();
    expect(bastion.open).toBe(1);
    await hosts[2]?.close();
    await expect.poll(() => [bastion.open, inside.open]).toEqual([0, 0]);
  });

  test('several in a row; names are looked up by the last of them', async () => {
    const [first, second, inside] = [await serverOf(), await serverOf(), await serverOf()];
    const jump = jumpAt('second', second.port, { address: 'inside-2', jump: jumpAt('first', first.port) });
    const host = hostOf(targetAt('deep', inside.port, { address: 'inside-3', jump }));
    expect(await say(host, 'echo here')).toBe('here');
    expect(first.dialed).toEqual([`inside-2:${second.port}`]);
    expect(second.dialed).toEqual([`inside-3:${inside.port}`]);
  });

  test('each has to show the key that it is known by, under its own name', async () => {
    const [bastion, inside] = [await serverOf(), await serverOf()];
    const known = join(place, 'known_hosts');
    const checks = { knownHostsFiles: [known], hostKeyChecking: 'yes' } as const;
    writeFileSync(known, knownLine({ place, name: inside.name }, `[inside]:${inside.port}`));
    const jump = jumpAt('bastion', bastion.port, checks);
    const target = targetAt('deep', inside.port, { address: 'inside', jump, ...checks });
    await expect(say(hostOf(target), 'true')).rejects.toThrow(
      /deep is reached through bastion, and the host key of bastion is not known: ssh-ed25519 SHA256:/,
    );
    const withAlias = { ...target, jump: { ...jump, hostKeyAlias: 'the-bastion' } };
    writeFileSync(known, `${readFileSync(known, 'utf8')}${knownLine({ place, name: bastion.name }, 'the-bastion')}`);
    expect(await say(hostOf(withAlias), 'echo yes')).toBe('yes');
    writeFileSync(
      known,
      [
        knownLine({ place, name: bastion.name }, `[inside]:${inside.port}`),
        knownLine({ place, name: bastion.name }, 'the-bastion'),
      ].join(''),
    );
    await expect(say(hostOf(withAlias), 'true')).rejects.toThrow(/the host key of deep has changed/);
  });

  test('a lost connection to the jump host ends those through it; the next program opens all anew', async () => {
    const [bastion, inside] = [await serverOf(), await serverOf()];
    const host = hostOf(targetAt('deep', inside.port, { jump: jumpAt('bastion', bastion.port) }));
    expect(await say(host, 'echo once')).toBe('once');
    const running = say(host, 'sleep 20');
    bastion.drop();
    await expect(running).rejects.toThrow(/the connection to deep was lost/);
    host.disconnect();
    expect(await say(host, 'echo again')).toBe('again');
    expect([bastion.connections, inside.connections]).toEqual([2, 2]);
  });

  test('a target whose server goes away is lost, though the jump host only says that nothing more comes', async () => {
    const [bastion, inside] = [await serverOf(), await serverOf()];
    const host = hostOf(targetAt('deep', inside.port, { jump: jumpAt('bastion', bastion.port) }));
    expect(await say(host, 'echo once')).toBe('once');
    const running = say(host, 'sleep 20');
    inside.vanish();
    await expect(running).rejects.toThrow(/the connection to deep was lost/);
  });

  test('what does not work is told with both names', async () => {
    const bastion = await serverOf();
    const closed = await serverOf({ forwards: false });
    const gone = jumpAt('gone', 1);
    const tell = (target: Target): Promise<string> => say(hostOf(target), 'true').catch(String);
    expect(await tell(targetAt('deep', 1, { jump: gone }))).toMatch(
      /deep is reached through gone, and gone \(127.0.0.1 port 1\) cannot be reached: .*ECONNREFUSED/,
    );
    expect(await tell(targetAt('deep', 1, { jump: jumpAt('bastion', bastion.port) }))).toMatch(
      /deep \(127.0.0.1 port 1\) cannot be reached from bastion: /,
    );
    expect(await tell(targetAt('deep', 1, { jump: jumpAt('closed', closed.port) }))).toMatch(/from closed: /);
  });
});

describe('a command in between', () => {
  const dial = (port: number, also = ''): string =>
    `${process.execPath} -e '${also}const s=require("net").connect(${port},"127.0.0.1");process.stdin.pipe(s).pipe(process.stdout)'`;

  test('its input and output are the connection, and it ends with it', async () => {
    const inside = await serverOf();
    const pidFile = join(place, 'pid');
    const proxyCommand = dial(inside.port, `require("fs").writeFileSync("${pidFile}",String(process.pid));`);
    const host = hostOf(targetAt('deep', 1, { proxyCommand }));
    expect(await say(host, 'echo through')).toBe('through');
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(process.kill(pid, 0)).toBe(true);
    await host.close();
    await expect
      .poll(() => {
        try {
          return process.kill(pid, 0);
        } catch {
          return 'gone';
        }
      })
      .toBe('gone');
  });

  test('one that fails is told with its own words', async () => {
    const host = hostOf(targetAt('deep', 1, { proxyCommand: 'echo no way >&2; exit 3' }));
    await expect(say(host, 'true')).rejects.toThrow(/the SSH handshake with deep over .* failed: .*: no way/);
  });

  test('one that has told why it failed is not run again: each run may be a log-in of its own', async () => {
    const runs = join(place, 'runs');
    const proxyCommand = `sh -c 'echo run >>${runs}; echo me@bastion: Permission denied >&2; exit 255'`;
    const host = hostOf(targetAt('deep', 1, { proxyCommand, timeout: 1 }));
    await expect(say(host, 'true')).rejects.toThrow(/Permission denied/);
    expect(readFileSync(runs, 'utf8')).toBe('run\n');
  });
});

test('a connection that was given up while it was made comes late, and changes nothing for the next one', async () => {
  const server = await serverOf();
  const held: (() => void)[] = [];
  const front = createServer((socket) => {
    const inside = connect(server.port, '127.0.0.1');
    for (const each of [socket, inside]) each.on('error', () => {});
    socket.on('close', () => inside.destroy());
    const pass = (): void => void socket.pipe(inside).pipe(socket);
    if (held.push(pass) > 1) pass();
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const address = front.address();
  const host = hostOf(targetAt('one', typeof address === 'object' ? (address?.port ?? 0) : 0));
  host.beginConnecting();
  await expect.poll(() => held.length).toBe(1);
  host.disconnect();
  expect(await say(host, 'echo here')).toBe('here');
  held[0]?.();
  await expect.poll(() => server.connections).toBe(2);
  await expect.poll(() => server.open).toBe(1);
  await host.close();
  await expect.poll(() => server.open).toBe(0);
  front.close();
});
