import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labDown } from '../../src/lab/control.ts';
import { type Lab, labAccounts } from '../../src/lab/lab.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { labUp } from '../../src/lab/up.ts';
import { newNonce } from '../../src/shell/frame.ts';
import { preamble } from '../../src/shell/program.ts';
import { Secret } from '../../src/shell/redact.ts';
import { Host } from '../../src/transport/host.ts';
import type { Become } from '../../src/transport/target.ts';

const place = mkdtempSync(join(tmpdir(), 'brokkr-become-'));
const folder = join(place, 'lab');
let lab: Lab;
beforeAll(async () => {
  lab = await labUp({ folder, inventoryPath: join(place, 'lab.yml'), hosts: 1, busybox: true, driver: 'nspawn' });
});
afterAll(async () => {
  await labDown({ folder });
  rmSync(place, { recursive: true, force: true });
});

async function say(name: string, login: string, become: Omit<Become, 'password'>, password?: string): Promise<string> {
  const at = lab.hosts.find((each) => each.name === name);
  const host = new Host({
    name,
    connection: 'ssh',
    address: at?.address ?? '',
    port: at?.port ?? 22,
    user: login,
    privateKeyFile: lab.identityFile,
    password: undefined,
    knownHostsFiles: [lab.knownHostsFile],
    hostKeyChecking: 'yes',
    timeout: 5,
  });
  const nonce = newNonce();
  let said = '';
  try {
    await host.run(
      { ...become, password: password === undefined ? undefined : new Secret(password) },
      { nonce, text: [preamble(nonce), 's OUT', 'id -un; echo $HOME', 's END'].join('\n') },
      {
        frame(stream, frame) {
          if (stream === 'stdout') said += frame.payload.toString();
        },
      },
      { onBoth: false },
    );
    return said.trim().replace('\n', ' ');
  } catch (error) {
    return String(error);
  } finally {
    await host.close();
  }
}
const { password } = labAccounts.ops;

describe('su', () => {
  test('as root to anybody, with the tools of Debian and of BusyBox, without a password', async () => {
    expect(await say('s1', 'root', { user: 'deploy', method: 'su' })).toBe('deploy /home/deploy');
    expect(await say('busybox', 'root', { user: 'deploy', method: 'su' })).toBe('deploy /home/deploy');
    expect(await say('s1', 'root', { user: 'nobody', method: 'su' })).toMatch(/^nobody /);
  });

  test('with the password of the other account; a wrong one, and none', async () => {
    expect(await say('s1', 'deploy', { user: 'ops', method: 'su' }, password)).toBe('ops /home/ops');
    expect(await say('s1', 'deploy', { user: 'ops', method: 'su' }, 'wrong one')).toMatch(
      /su on s1 did not accept the password of ops from deploy/,
    );
    expect(await say('s1', 'deploy', { user: 'ops', method: 'su' })).toMatch(
      /su on s1 asks deploy for the password of ops/,
    );
  });
});

test('requiretty and doas are told, with what to do', async () => {
  await labExec(lab, 's1', "echo 'Defaults:deploy requiretty' >/etc/sudoers.d/tty; chmod 440 /etc/sudoers.d/tty", {
    user: 'root',
  });
  expect(await say('s1', 'deploy', { user: 'root', method: 'sudo' })).toMatch(/sudo on s1 ended .*must have a tty/);
  expect(await say('s1', 'deploy', { user: 'root', method: 'doas' })).toMatch(/doas on s1 ended .*not found/);
});
