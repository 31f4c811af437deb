import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UnreachableError } from '../../../src/errors.ts';
import { beyondLibrary, neededFromStart } from '../../../src/transport/beyond-library.ts';
import { HostKeyCheck } from '../../../src/transport/host-key.ts';
import { readKeyFile } from '../../../src/transport/key-file.ts';
import { NothingToShow } from '../../../src/transport/library-connection.ts';
import { carryingCommand, masterArguments } from '../../../src/transport/system-arguments.ts';
import type { Target } from '../../../src/transport/target.ts';
import { makeKey, targetAt } from './ssh-server.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'brokkr-beyond-'));
  mkdirSync(join(home, '.ssh'));
  for (const [name, value] of Object.entries({ HOME: home, SSH_AUTH_SOCK: '', KRB5CCNAME: '' }))
    vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const at = (name: string): string => join(home, name);
const target = (changes: Partial<Target> = {}): Target => targetAt('s1', 22, changes);
const string = (text: string | Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, Buffer.from(text)]);
};
/** What `ssh-keygen -t ed25519-sk` writes, as far as it is read without the device (PROTOCOL.key of OpenSSH). */
function deviceKey(name: string): string {
  const blob = Buffer.concat([string('sk-ssh-ed25519@openssh.com'), string(Buffer.alloc(32, 7)), string('ssh:')]);
  const secret = Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]), blob, Buffer.alloc(8)]);
  const parts = [string('none'), string('none'), string(''), Buffer.from([0, 0, 0, 1]), string(blob), string(secret)];
  const body = Buffer.concat([Buffer.from('openssh-key-v1\0'), ...parts]).toString('base64');
  writeFileSync(at(name), `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`);
  return at(name);
}

const needed = (of: Target): string | undefined => neededFromStart(of, new HostKeyCheck(of));

describe('known before anything is dialed', () => {
  test('a plain key needs nothing else', () => {
    expect(needed(target({ privateKeyFile: makeKey(at('plain')) }))).toBeUndefined();
    expect(needed(target({ certificateFiles: [at('no-such-cert.pub')] }))).toBeUndefined();
  });

  test('a certificate that is named, or that stands beside a key', () => {
    writeFileSync(at('mine-cert.pub'), 'x');
    const shown = `the certificate ${at('mine-cert.pub')} is to be shown`;
    expect(needed(target({ certificateFiles: [at('mine-cert.pub')] }))).toBe(shown);
    expect(needed(target({ privateKeyFile: at('mine') }))).toBe(shown);
    expect(needed(target({ identityFiles: [at('other'), at('mine')] }))).toBe(shown);
    writeFileSync(at('.ssh/id_ed25519-cert.pub'), 'x');
    expect(needed(target())).toContain('.ssh/id_ed25519-cert.pub is to be shown');
    expect(needed(target({ identityFiles: [] }))).toBeUndefined();
  });

  test('the key of a security device', () => {
    const file = deviceKey('touch');
    expect(readKeyFile(file)).toEqual({ kind: 'device' });
    expect(needed(target({ identityFiles: [file] }))).toBe(`${file} is the key of a security device`);
  });

  test('a host that certificates vouch for, and that is known by no key of its own', () => {
    const authority = execFileSync('cut', ['-d', ' ', '-f', '1,2', `${makeKey(at('authority'))}.pub`], {
      encoding: 'utf8',
    });
    writeFileSync(at('known'), `@cert-authority *.example.com ${authority}`);
    const inside = { address: 's1.example.com', knownHostsFiles: [at('known')], hostKeyChecking: 'yes' } as const;
    expect(needed(target(inside))).toContain('the authority of its certificate');
    expect(needed(target({ ...inside, address: 's1.example.org' }))).toBeUndefined();
    expect(needed(target({ ...inside, hostKeyChecking: 'no' }))).toBeUndefined();
    writeFileSync(at('known'), `@cert-authority *.example.com ${authority}s1.example.com ${authority}`);
    expect(needed(target(inside))).toBeUndefined();
  });
});

describe('known after the library has failed', () => {
  const nothing = new NothingToShow('s1', 'there is nothing to log in to s1 with');

  test('no algorithm in common', async () => {
    const failed = (message: string) =>
      beyondLibrary(target(), new UnreachableError('s1', `the SSH handshake with s1 failed: ${message}`));
    expect(await failed('Handshake failed: no matching key exchange algorithm')).toBe(
      'the SSH library has no key exchange algorithm in common with the host',
    );
    expect(await failed('Handshake failed: no matching C->S cipher')).toContain('no C->S cipher');
    expect(await failed('Connection lost before handshake')).toBeUndefined();
    expect(await beyondLibrary(target(), new Error('no matching key exchange algorithm'))).toBeUndefined();
  });

  test('nothing to show but a ticket, or a security device', async () => {
    expect(await beyondLibrary(target({ gssapi: true }), nothing)).toContain('GSSAPI');
    vi.stubEnv('KRB5CCNAME', 'FILE:/run/ticket');
    expect(await beyondLibrary(target(), nothing)).toContain('GSSAPI');
    deviceKey('.ssh/id_ed25519_sk');
    expect(await beyondLibrary(target(), nothing)).toContain('id_ed25519_sk is the key of a security device');
    expect(await beyondLibrary(target(), new UnreachableError('s1', 's1 does not let me in'))).toBeUndefined();
  });
});

test('what brokkr has settled on stands before what the user has said, and a per cent sign is no token', () => {
  const call = {
    arguments: ['-o', 'User=other', '-o', 'CertificateFile=x'],
    host: 'alias',
    configFile: undefined,
    required: true,
  };
  const words = masterArguments(
    target({ address: '::1', call, knownHostsFiles: ['/a b', '/100%'] }),
    '/run/%/s',
    undefined,
  );
  expect(words.slice(0, 3)).toEqual(['-N', '-S', '/run/%%/s']);
  expect(words.slice(-2)).toEqual(['--', 'alias']);
  expect(words.indexOf('User=me')).toBeLessThan(words.indexOf('User=other'));
  expect(words).toContain('ProxyCommand=none');
  const strict = masterArguments(target({ knownHostsFiles: ['/a b', '/100%'], hostKeyChecking: 'yes' }), '/s', 'nc x');
  expect(strict).toContain('UserKnownHostsFile="/a b" "/100%%"');
  expect(strict).toContain('ProxyCommand=nc x');
  expect(carryingCommand('/run/%/s')).toMatch(/^ssh -F none -S \/run\/%%%%\/s .* -W '\[%h\]:%p' x$/);
});
