import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Secret } from '../../../src/shell/redact.ts';
import type { OpenedKeys } from '../../../src/transport/credentials.ts';
import { openConnection } from '../../../src/transport/open-connection.ts';
import { askPassphrases as askInto, type KeyRing } from '../../../src/transport/passphrases.ts';
import type { Target } from '../../../src/transport/target.ts';
import { makeKey, type SshServer, startSshServer, targetAt } from './ssh-server.ts';

let home = '';
const open: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'brokkr-log-in-'));
  mkdirSync(join(home, '.ssh'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('SSH_AUTH_SOCK', '');
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

async function serverOf(keys: readonly string[], password?: string): Promise<SshServer> {
  const server = await startSshServer({
    place: home,
    name: 'sshd',
    keys,
    ...(password === undefined ? {} : { password }),
  });
  open.push(() => server.close());
  return server;
}
async function agentWith(...files: string[]): Promise<string> {
  const socket = join(home, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  open.push(() => void agent.kill());
  await expect.poll(() => existsSync(socket)).toBe(true);
  for (const file of files) {
    execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
  }
  return socket;
}
/** What the server was shown, or the words of the failure. */
async function logIn(server: SshServer, changes: Partial<Target>, openedKeys?: OpenedKeys): Promise<unknown> {
  const nobody = (): never => {
    throw new Error('there is no jump host');
  };
  try {
    const client = await openConnection(targetAt('one', server.port, changes), nobody, {
      ...(openedKeys === undefined ? {} : { openedKeys }),
    });
    await client.end();
    return server.attempts.splice(0);
  } catch (error) {
    server.attempts.splice(0);
    return String(error);
  }
}
async function askPassphrases(targets: readonly Target[], ask: Parameters<typeof askInto>[1]): Promise<OpenedKeys> {
  const known: KeyRing = new Map();
  await askInto(targets, ask, known);
  return known;
}
const named = (name: string): string => join(home, name);
/** A key of which the server sees whether it was shown; a bare offer of a key is none. */
const locked = (name: string): string => makeKey(named(name), '-N', 'the secret');

describe('the ways, one after the other', () => {
  test("the keys that ssh's configuration names, in their order, then the agent", async () => {
    const [first, second, held] = ['first', 'second', 'held'].map((name) => makeKey(named(name)));
    if (first === undefined || second === undefined || held === undefined) throw new Error('no keys');
    const agent = await agentWith(held);
    const server = await serverOf([second]);
    expect(await logIn(server, { identityFiles: [named('none'), first, second], agent })).toEqual([
      'publickey',
      'publickey',
    ]);
    const inAgent = await startSshServer({ place: home, name: 'other', keys: [held] });
    open.push(() => inAgent.close());
    expect(await logIn(inAgent, { identityFiles: [first], agent })).toEqual(['publickey', 'publickey']);
    expect(await logIn(inAgent, { identityFiles: [first], identitiesOnly: true, agent })).toBe(
      `NotLetIn: one does not let me in; tried ${first} (refused)`,
    );
  });

  test('an agent that hangs is given up, and named', async () => {
    const socket = join(home, 'hangs');
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(socket, resolve));
    open.push(() => void silent.close());
    const server = await serverOf([]);
    expect(await logIn(server, { agent: socket })).toContain(
      `the agent (it does not answer at ${socket}: no answer within 3 s`,
    );
  });

  test('a public key names the one that the agent may use', async () => {
    const [held, other] = [makeKey(named('held')), makeKey(named('other'))];
    const agent = await agentWith(other, held);
    rmSync(held);
    const server = await serverOf([held]);
    const only = { identitiesOnly: true, agent };
    expect(await logIn(server, { identityFiles: [held], ...only })).toEqual(['publickey']);
    expect(await logIn(server, { privateKeyFile: `${held}.pub`, ...only })).toEqual(['publickey']);
    rmSync(other);
    expect(await logIn(server, { identityFiles: [other], ...only })).toBe(
      `NotLetIn: one does not let me in; tried ${other} (it is a public key; the private one is wanted), the agent (refused)`,
    );
  });

  test('each that was tried is named, with what came of it', async () => {
    const wrong = makeKey(named('wrong'));
    writeFileSync(named('rubbish'), 'rubbish');
    const server = await serverOf([], 'right');
    const told = await logIn(server, {
      identityFiles: [named('none'), named('rubbish'), wrong, locked('locked')],
      certificateFiles: ['/my/cert.pub'],
      agent: named('no-agent'),
      password: new Secret('not this one'),
    });
    expect(told).toBe(
      `NotLetIn: one does not let me in; tried ${[
        `${named('none')} (no such file)`,
        `${named('rubbish')} (Unsupported key format)`,
        `${wrong} (refused)`,
        `${named('locked')} (it has a passphrase; add it to an ssh-agent: ssh-add ${named('locked')})`,
        `the agent (it does not answer at ${named('no-agent')}: Failed to connect to agent, refused)`,
        '/my/cert.pub (certificates cannot be shown)',
        'the password (refused)',
      ].join(', ')}`,
    );
    expect(await logIn(server, { password: new Secret('right') })).toEqual(['password']);
    const keysOnly = await startSshServer({ place: home, name: 'keys-only' });
    open.push(() => keysOnly.close());
    expect(await logIn(keysOnly, { privateKeyFile: wrong, password: new Secret('right') })).toContain(
      'the password (the server takes no password)',
    );
  });
});

test('a wrong password is offered once: not as a question, too, and not by what is tried after the library', async () => {
  const server = await startSshServer({ place: home, name: 'counts', password: 'right', asks: true });
  open.push(() => server.close());
  const [mine, authority] = [makeKey(named('certified')), makeKey(named('authority'))];
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'me', `${mine}.pub`]);
  const agent = await agentWith(mine);
  vi.stubEnv('TMPDIR', home);
  const told = await logIn(server, { agent, password: new Secret('wrong'), timeout: 2 });
  expect(told).toContain("the system's ssh, asked since the agent holds certificates");
  expect({ offered: server.passwords, asked: server.asked }).toEqual({ offered: ['wrong'], asked: 0 });
});

test('who waits to be let in at a crowded door can be interrupted', async () => {
  const door = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  open.push(() => void door.close());
  vi.spyOn(Math, 'random').mockReturnValue(1000);
  open.push(() => void vi.restoreAllMocks());
  const interruption = new AbortController();
  door.once('connection', (socket) => socket.once('close', () => setTimeout(() => interruption.abort(), 50)));
  const address = door.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const opening = openConnection(
    targetAt('one', port, { password: new Secret('x') }),
    () => Promise.reject(new Error('there is no jump host')),
    { signal: interruption.signal },
  );
  await expect(opening).rejects.toThrow(/interrupted/);
});

describe('passphrases', () => {
  const asker = (...answers: string[]) => {
    const questions: string[] = [];
    return {
      questions,
      ask: async (question: string) => {
        questions.push(question);
        return new Secret(answers.shift() ?? 'none is left');
      },
    };
  };

  test('are not asked for where ssh itself logs in, which cannot be told', async () => {
    const [file, certified] = [locked('mine'), locked('certified')];
    writeFileSync(`${certified}-cert.pub`, 'x');
    const { ask, questions } = asker();
    const system = targetAt('a', 1, { privateKeyFile: file, ssh: 'system' });
    expect(await askPassphrases([system, targetAt('b', 1, { privateKeyFile: certified })], ask)).toEqual(new Map());
    expect(questions).toEqual([]);
  });

  test('are asked for once, for all hosts and jump hosts that need them, and again when they were wrong', async () => {
    const file = locked('mine');
    const server = await serverOf([file]);
    const { ask, questions } = asker('wrong', 'the secret');
    const jump = targetAt('jump', 1, { identityFiles: [file] });
    const targets = ['a', 'b'].map((name) => targetAt(name, 1, { privateKeyFile: file, jump }));
    const opened = await askPassphrases(targets, ask);
    expect(questions).toEqual([`Passphrase of ${file}: `, `Passphrase of ${file}: `]);
    expect(await logIn(server, { privateKeyFile: file }, opened)).toEqual(['publickey']);
    // It was opened once and for all: the file is not needed to be decrypted again.
    expect(opened.get(file)?.isPrivateKey()).toBe(true);
    expect(await askPassphrases(targets, undefined)).toEqual(new Map());
  });

  test('are not asked for when there is another way: a key, the agent that holds it, a password', async () => {
    const [file, plain] = [locked('mine'), makeKey(named('plain'))];
    const { ask, questions } = asker();
    const target = (changes: Partial<Target>): Target => targetAt('a', 1, changes);
    await askPassphrases([target({ identityFiles: [file, plain] })], ask);
    await askPassphrases([target({ privateKeyFile: file, password: new Secret('x') })], ask);
    await askPassphrases([target({ privateKeyFile: file, connection: 'local' })], ask);
    const agent = await agentWith(plain);
    await askPassphrases([target({ agent })], ask);
    expect(questions).toEqual([]);
    // It holds another one.
    await askPassphrases([target({ privateKeyFile: file, agent })], asker('the secret').ask);
    const helper = join(home, 'askpass');
    writeFileSync(helper, '#!/bin/sh\necho the secret\n', { mode: 0o755 });
    const environment = { SSH_AUTH_SOCK: agent, SSH_ASKPASS: helper, SSH_ASKPASS_REQUIRE: 'force' };
    execFileSync('ssh-add', ['-q', file], { env: { ...process.env, ...environment }, stdio: 'pipe' });
    await askPassphrases([target({ privateKeyFile: file, agent })], ask);
    expect(questions).toEqual([]);
    const server = await serverOf([file]);
    expect(await logIn(server, { privateKeyFile: file, agent })).toEqual(['publickey']);
  });

  test('three wrong ones, and the key stays closed', async () => {
    const { ask, questions } = asker('a', 'b', 'c', 'd');
    const file = locked('mine');
    expect(await askPassphrases([targetAt('a', 1, { privateKeyFile: file })], ask)).toEqual(new Map());
    expect(questions).toHaveLength(3);
  });
});
