import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askForKey } from '../../../src/transport/shown-key.ts';
import { makeKey, targetAt } from './ssh-server.ts';

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'brokkr-shown-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true, force: true });
});

test('of several keys that ssh-keyscan tells of, the one that is known counts', async () => {
  const known = makeKey(join(place, 'known-key'));
  const other = join(place, 'rsa');
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', other]);
  const server = new ssh2.Server(
    { hostKeys: [readFileSync(known)], algorithms: { kex: ['diffie-hellman-group1-sha1'] } },
    (client) => client.on('error', () => {}),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const lines = [other, known].map((file) => `[127.0.0.1]:${port} ${readFileSync(`${file}.pub`, 'utf8')}`);
  writeFileSync(join(place, 'known_hosts'), lines[1] ?? '');
  writeFileSync(join(place, 'ssh-keyscan'), `#!/bin/sh\ncat <<'END'\n${lines.join('')}END\n`);
  chmodSync(join(place, 'ssh-keyscan'), 0o755);
  vi.stubEnv('PATH', `${place}:${process.env.PATH}`);
  const target = targetAt('one', port, { knownHostsFiles: [join(place, 'known_hosts')], hostKeyChecking: 'yes' });
  const shown = await askForKey(target, () => Promise.reject(new Error('there is no jump host')));
  expect(shown).toMatchObject({ verdict: 'known', shown: expect.stringMatching(/^ssh-ed25519 /) });
  server.close();
});
