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
  test('what the login shell says before it is no question', async () => {
    const banner = String.raw`printf '%s\n' 'printf "Welcome to: "; printf "Beware: " >&2; sleep 1' >/root/.bashrc`;
    await small.onHost('s1', `cp /root/.bashrc /root/kept 2>/dev/null; ${banner}`);
    expect(await whoIs('s1', 'root', { user: 'deploy', method: 'su' })).toBe('deploy /home/deploy');
    await small.onHost('s1', 'rm /root/.bashrc; mv /root/kept /root/.bashrc 2>/dev/null');
  });

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

test('sudo that wants a terminal is given one', async () => {
  await small.onHost('s1', "echo 'Defaults requiretty' >/etc/sudoers.d/tty; chmod 440 /etc/sudoers.d/tty");
  const root = { user: 'root', method: 'sudo' } as const;
  expect(await whoIs('s1', 'deploy', root)).toBe('root /root');
  expect(await whoIs('s1', 'deploy', { user: 'nobody', method: 'sudo' })).toMatch(/^nobody /);
  expect(await whoIs('s1', 'ops', root, password)).toBe('root /root');
  expect(await whoIs('s1', 'ops', root, 'wrong one')).toMatch(/sudo on s1 did not accept the password of ops for root/);
  await small.onHost('s1', 'mv /usr/bin/script /usr/bin/script.away');
  expect(await whoIs('s1', 'deploy', root)).toMatch(/script: not found/);
  await small.onHost('s1', 'mv /usr/bin/script.away /usr/bin/script; rm /etc/sudoers.d/tty');
});

test('doas that is not there is told', async () => {
  expect(await whoIs('s1', 'deploy', { user: 'root', method: 'doas' })).toMatch(/doas on s1 ended .*not found/);
});
