import { describe, expect, test } from 'vitest';
import { labAccounts } from '../../src/lab/lab.ts';
import { Secret } from '../../src/shell/redact.ts';
import type { Become } from '../../src/transport/target.ts';
import { say } from '../say.ts';
import { SmallLab } from './small-lab.ts';

const small = new SmallLab();

/** Who one is after becoming another, and where that account is at home; or why not. */
async function whoIs(
  name: string,
  login: string,
  become: Omit<Become, 'password'>,
  password?: string,
): Promise<string> {
  const as = { ...become, password: password === undefined ? undefined : new Secret(password) };
  try {
    return (await say(small.hostOf(name, { user: login }), 'echo "$(id -un) $HOME"', as))?.trim() ?? '';
  } catch (error) {
    return String(error);
  }
}
const { password } = labAccounts.ops;

describe('su', () => {
  test('as root to anybody, with the tools of Debian and of BusyBox, without a password', async () => {
    expect(await whoIs('s1', 'root', { user: 'deploy', method: 'su' })).toBe('deploy /home/deploy');
    expect(await whoIs('busybox', 'root', { user: 'deploy', method: 'su' })).toBe('deploy /home/deploy');
    expect(await whoIs('s1', 'root', { user: 'nobody', method: 'su' })).toMatch(/^nobody /);
  });

  test('with the password of the other account; a wrong one, and none', async () => {
    expect(await whoIs('s1', 'deploy', { user: 'ops', method: 'su' }, password)).toBe('ops /home/ops');
    expect(await whoIs('s1', 'deploy', { user: 'ops', method: 'su' }, 'wrong one')).toMatch(
      /su on s1 did not accept the password of ops from deploy/,
    );
    expect(await whoIs('s1', 'deploy', { user: 'ops', method: 'su' })).toMatch(
      /su on s1 asks deploy for the password of ops/,
    );
  });
});

test('requiretty and doas are told, with what to do', async () => {
  await small.onHost('s1', "echo 'Defaults:deploy requiretty' >/etc/sudoers.d/tty; chmod 440 /etc/sudoers.d/tty");
  expect(await whoIs('s1', 'deploy', { user: 'root', method: 'sudo' })).toMatch(/sudo on s1 ended .*must have a tty/);
  expect(await whoIs('s1', 'deploy', { user: 'root', method: 'doas' })).toMatch(/doas on s1 ended .*not found/);
});
