import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConnection } from '../../../src/transport/open-connection.ts';
import { makeKey, type SshServer, type SshServerOptions, startSshServer, targetAt } from './ssh-server.ts';

let place = '';
const open: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'brokkr-ssh-channel-'));
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  rmSync(place, { recursive: true, force: true });
});

/** How a session ended that runs a command. */
async function endOf(command: string, options: Partial<SshServerOptions>, whileOpen?: (server: SshServer) => void) {
  const key = makeKey(join(place, 'key'));
  const server = await startSshServer({ place, name: 'sshd', keys: [key], ...options });
  open.push(() => server.close());
  const target = targetAt('one', server.port, { privateKeyFile: key });
  const connection = await openConnection(target, () => Promise.reject(new Error('there is no jump host')));
  open.push(() => connection.end());
  const channel = await connection.exec(command);
  channel.stdout.resume();
  channel.stderr.resume();
  const ended = new Promise((resolve) => channel.onClose((rc, signal) => resolve({ rc, signal })));
  whileOpen?.(server);
  return ended;
}

test('a session that has ended tells its exit status', async () => {
  expect(await endOf('exit 3', {})).toEqual({ rc: 3, signal: null });
});

test('one that was closed without a word is no lost connection', async () => {
  expect(await endOf('exit 3', { hidesStatus: true })).toEqual({ rc: 255, signal: null });
});

test('of one whose connection is gone nothing is known', async () => {
  expect(await endOf('cat', {}, (server) => server.vanish())).toEqual({ rc: null, signal: null });
});
