import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Secret } from '../../../src/shell/redact.ts';
import { openConnection } from '../../../src/transport/open-connection.ts';
import type { Target } from '../../../src/transport/target.ts';
import { knownLine, makeKey, type SshServer, type SshServerOptions, startSshServer, targetAt } from './ssh-server.ts';

let place = '';
const open: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'system-'));
  vi.stubEnv('SSH_AUTH_SOCK', '');
  vi.stubEnv('TMPDIR', place);
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true, force: true });
});

async function serverOf(name: string, options: Partial<SshServerOptions> = {}): Promise<SshServer> {
  const server = await startSshServer({ place, name, ...options });
  open.push(() => server.close());
  return server;
}
const nobody = (): never => {
  throw new Error('there is no jump host');
};
const connect = (port: number, changes: Partial<Target>) =>
  openConnection(targetAt('one', port, { ssh: 'system', ...changes }), nobody);
const left = (): string[] => readdirSync(place).filter((name) => name.startsWith('brokkr-'));

test('a password is given once: to a question, and a wrong one to no second question', async () => {
  const server = await serverOf('sshd', { password: 'right', asks: true });
  const connection = await connect(server.port, { password: new Secret('right') });
  await connection.end();
  const wrong = connect(server.port, { password: new Secret('wrong'), timeout: 2 });
  await expect(wrong).rejects.toThrow(/Permission denied/);
  expect(left()).toEqual([]);
});

test('the password of a host is not given to an ssh that is the command in between', async () => {
  const bastion = await serverOf('bastion', { password: 'of the bastion' });
  const server = await serverOf('sshd', { password: 'right' });
  const options = '-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR';
  const proxyCommand = `ssh ${options} -p ${bastion.port} -W 127.0.0.1:${server.port} me@127.0.0.1`;
  const refused = connect(server.port, { password: new Secret('right'), proxyCommand, timeout: 2 });
  await expect(refused).rejects.toThrow(/Permission denied/);
  expect(bastion.passwords).not.toContain('right');
});

test("the user's shell may be none", async () => {
  const key = makeKey(join(place, 'key'));
  const server = await serverOf('sshd', { keys: [key] });
  vi.stubEnv('SHELL', '/bin/false');
  const connection = await connect(server.port, { privateKeyFile: key, timeout: 1 });
  await connection.end();
});

test('why a connection was not opened, also after many others', async () => {
  const bin = join(place, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'ssh'),
    `#!/bin/sh
case "$*" in *-W*) echo "channel 1: open failed: connect failed: ${'x'.repeat(2000)}" >>${place}/refusals; exit 255 ;; esac
echo brokkr-connected
exec tail -f ${place}/refusals >&2`,
  );
  chmodSync(join(bin, 'ssh'), 0o755);
  writeFileSync(join(place, 'refusals'), '');
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
  const connection = await connect(22, {});
  open.push(() => connection.end());
  for (let i = 0; i < 10; i++) await expect(connection.dial('h', 9)).rejects.toThrow(/^x{2000}$/);
});

test('a key that is revoked is told as such', async () => {
  const key = makeKey(join(place, 'key'));
  const server = await serverOf('sshd', { keys: [key] });
  const known = join(place, 'known');
  const line = knownLine({ place, name: 'sshd' }, `[127.0.0.1]:${server.port}`);
  writeFileSync(known, `${line}@revoked ${line}`);
  const changes = { privateKeyFile: key, knownHostsFiles: [known], hostKeyChecking: 'accept-new' } as const;
  await expect(connect(server.port, changes)).rejects.toThrow(/the host key of one is revoked: ssh-ed25519 SHA256:/);
});
