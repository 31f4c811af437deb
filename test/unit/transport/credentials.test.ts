import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Secret } from '../../../src/shell/redact.ts';
import { LogIn, waysToLogIn } from '../../../src/transport/credentials.ts';
import type { Target } from '../../../src/transport/target.ts';
import { targetAt } from './ssh-server.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'brokkr-home-'));
  mkdirSync(join(home, '.ssh'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('SSH_AUTH_SOCK', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

function key(name: string, ...options: string[]): string {
  const file = join(home, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', ...options, '-f', file]);
  return file;
}
const methodsOf = (changes: Partial<Target>): { types: string[]; tried: readonly string[] } => {
  const ways = waysToLogIn(targetAt('one', 22, changes));
  return { types: ways.flatMap(({ method }) => method?.type ?? []), tried: new LogIn(ways).tried };
};

describe('the order', () => {
  test('a configured key that can be used is the only one', () => {
    key('.ssh/id_ed25519');
    vi.stubEnv('SSH_AUTH_SOCK', '/run/agent');
    const file = key('mine');
    expect(methodsOf({ privateKeyFile: file })).toEqual({ types: ['publickey'], tried: [file] });
  });
  test('without one: the agent, the default keys, the password, also when it is asked for as a question', () => {
    const file = key('.ssh/id_ed25519');
    vi.stubEnv('SSH_AUTH_SOCK', '/run/agent');
    expect(methodsOf({ password: new Secret('pass') })).toEqual({
      types: ['agent', 'publickey', 'password', 'keyboard-interactive'],
      tried: ['the agent', file, 'the password'],
    });
  });
  test('nothing at all', () => {
    expect(methodsOf({})).toEqual({ types: [], tried: [] });
  });
});

describe('a key that cannot be used', () => {
  test('with a passphrase: the agent may hold it', () => {
    const file = key('locked', '-N', 'secret');
    expect(methodsOf({ privateKeyFile: file }).tried).toEqual([
      `${file} (it has a passphrase; add it to an ssh-agent: ssh-add ${file})`,
    ]);
    vi.stubEnv('SSH_AUTH_SOCK', '/run/agent');
    expect(methodsOf({ privateKeyFile: file }).types).toEqual(['agent']);
  });
  test.each([
    ['plain', { type: 'pkcs8', format: 'pem' } as const],
    ['encrypted', { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const],
  ])('PKCS#8, %s', (_, format) => {
    const file = join(home, 'pkcs8');
    writeFileSync(file, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(format));
    expect(methodsOf({ privateKeyFile: file })).toEqual({
      types: [],
      tried: [`${file} (it is in PKCS#8 format; write it as OpenSSH does: ssh-keygen -p -f ${file})`],
    });
  });
  test.each([0o644, 0o640, 0o602])('one that others may read or write (%o) is not used, as with ssh', (mode) => {
    const file = key('mine');
    chmodSync(file, mode);
    expect(methodsOf({ privateKeyFile: file })).toEqual({
      types: [],
      tried: [
        `${file} (others may read or write it (mode 0${mode.toString(8)}), so it is not used: chmod 600 ${file})`,
      ],
    });
  });
  test('a public key, rubbish, a folder, none', () => {
    const file = key('mine');
    writeFileSync(join(home, 'rubbish'), 'rubbish');
    const told = [`${file}.pub`, join(home, 'rubbish'), home, join(home, 'none')].map((each) =>
      methodsOf({ privateKeyFile: each }).tried[0]?.replace(each, ''),
    );
    expect(told).toEqual([
      ' (it is a public key; the private one is wanted)',
      ' (Unsupported key format)',
      ' (cannot be read)',
      ' (no such file)',
    ]);
  });
});

test('the password is given once, to a question that hides its answer', () => {
  const ways = waysToLogIn(targetAt('one', 22, { password: new Secret('pass') }));
  const method = ways.map((way) => way.method).find((each) => each?.type === 'keyboard-interactive');
  if (method?.type !== 'keyboard-interactive') throw new Error('no such method');
  const answers: string[][] = [];
  const ask = (...prompts: { prompt: string; echo: boolean }[]): void =>
    method.prompt('', '', '', prompts, (given) => answers.push([...given]));
  ask({ prompt: 'Your name: ', echo: true });
  ask({ prompt: 'Password: ', echo: false }, { prompt: 'Code: ', echo: false });
  ask({ prompt: 'Password: ', echo: false });
  ask({ prompt: 'Password: ', echo: false });
  expect(answers).toEqual([[], [], ['pass'], []]);
});
