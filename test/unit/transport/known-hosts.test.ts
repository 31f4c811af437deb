import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { HostKeyCheck } from '../../../src/transport/host-key.ts';
import {
  appendKnownHost,
  checkHostKey,
  fingerprint,
  hostKeyAlgorithms,
  keyType,
  knownHostName,
  parseKnownHosts,
  readKnownHosts,
} from '../../../src/transport/known-hosts.ts';
import type { Target } from '../../../src/transport/target.ts';
import { targetAt } from './ssh-server.ts';

const place = mkdtempSync(join(tmpdir(), 'brokkr-known-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

function makeKey(name: string, type: string): { line: string; blob: Buffer; file: string } {
  const file = join(place, name);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file]);
  const [kind = '', base64 = ''] = readFileSync(`${file}.pub`, 'utf8').split(' ');
  return { line: `${kind} ${base64}`, blob: Buffer.from(base64, 'base64'), file };
}
const ed = makeKey('ed', 'ed25519');
const ed2 = makeKey('ed2', 'ed25519');
const ec = makeKey('ec', 'ecdsa');
const rsa = makeKey('rsa', 'rsa');

const verdict = (text: string, name: string, key = ed.blob): string =>
  checkHostKey(parseKnownHosts(text, 'known_hosts'), name, key).verdict;

describe('the verdict on a key', () => {
  test.each([
    ['a plain name', `s1 ${ed.line}`, 's1', 'known'],
    ['one of several names', `s0,s1,10.0.0.1 ${ed.line} comment here`, '10.0.0.1', 'known'],
    ['another name', `s2 ${ed.line}`, 's1', 'unknown'],
    ['a part of a name', `s1.example.com ${ed.line}`, 's1', 'unknown'],
    ['a dot is a dot', `s1xexample.com ${ed.line}`, 's1.example.com', 'unknown'],
    ['upper case', `S1.Example.COM ${ed.line}`, 's1.example.com', 'known'],
    ['a wildcard', `*.example.com ${ed.line}`, 's1.example.com', 'known'],
    ['one character', `s? ${ed.line}`, 's1', 'known'],
    ['a negated name', `*.example.com,!s1.example.com ${ed.line}`, 's1.example.com', 'unknown'],
    ['a negated name first', `!s1.example.com,*.example.com ${ed.line}`, 's1.example.com', 'unknown'],
    ['a port of its own', `[s1]:2222 ${ed.line}`, '[s1]:2222', 'known'],
    ['another port', `[s1]:2223 ${ed.line}`, '[s1]:2222', 'unknown'],
    ['a port, known by the plain name', `s1 ${ed.line}`, '[s1]:2222', 'known'],
    ['a port, another key by the plain name', `s1 ${ed2.line}`, '[s1]:2222', 'unknown'],
    ['the plain port, known by another', `[s1]:2222 ${ed.line}`, 's1', 'unknown'],
    ['another key of the type', `s1 ${ed2.line}`, 's1', 'changed'],
    ['one of two keys of the type', `s1 ${ed2.line}\ns1 ${ed.line}`, 's1', 'known'],
    ['a key of another type', `s1 ${rsa.line}`, 's1', 'other-type'],
    ['revoked', `@revoked * ${ed.line}`, 's1', 'revoked'],
    ['revoked, although known', `s1 ${ed.line}\n@revoked s1 ${ed.line}`, 's1', 'revoked'],
    ['revoked for others', `s1 ${ed.line}\n@revoked s2 ${ed.line}`, 's1', 'known'],
    ['a certificate authority is no key of the host', `@cert-authority * ${ed.line}`, 's1', 'unknown'],
    ['a marker nobody knows', `@strange s1 ${ed.line}`, 's1', 'unknown'],
    ['a comment', `# s1 ${ed.line}`, 's1', 'unknown'],
    ['rubbish', 's1\nssh-ed25519\n\n\0\n|1|x s1\n', 's1', 'unknown'],
    ['blanks and carriage returns', `  s1\t${ed.line}\r\n`, 's1', 'known'],
    ['IPv6', `2001:db8::1 ${ed.line}`, '2001:db8::1', 'known'],
  ])('%s', (_, text, name, expected) => {
    expect(verdict(text, name)).toBe(expected);
  });

  test('hashed names, as ssh-keygen writes them', () => {
    const file = join(place, 'hashed');
    writeFileSync(file, `s1 ${ed.line}\n[s2.example.com]:2222 ${ed.line}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('s1 ');
    expect(['s1', '[s2.example.com]:2222', 's3', 's2.example.com'].map((name) => verdict(text, name))).toEqual([
      'known',
      'known',
      'unknown',
      'unknown',
    ]);
  });

  test('finds what ssh-keygen -F finds', () => {
    const file = join(place, 'compared');
    const lines = [`*.a.b,!x.a.b ${ed.line}`, `[h]:22 ${ed.line}`, `[h]:23,k ${ed.line}`, `q?? ${ed.line}`];
    writeFileSync(file, `${lines.join('\n')}\n`);
    for (const name of ['y.a.b', 'x.a.b', 'a.b', '[h]:23', 'k', 'q12', 'q1', 'Y.A.B']) {
      let found = '';
      try {
        found = execFileSync('ssh-keygen', ['-F', name, '-f', file], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        });
      } catch {
        // ssh-keygen fails when there is no such host.
      }
      expect([name, verdict(readFileSync(file, 'utf8'), name.toLowerCase())]).toEqual([
        name,
        found === '' ? 'unknown' : 'known',
      ]);
    }
  });
});

test('the name of a host has its port unless that is 22', () => {
  expect([knownHostName('S1', 22), knownHostName('S1', 2222), knownHostName('::1', 2222)]).toEqual([
    's1',
    '[s1]:2222',
    '[::1]:2222',
  ]);
});

test('types that are known are offered first, all others after them', () => {
  const known = parseKnownHosts(`s1 ${rsa.line}\n[s1]:2222 ${ec.line}\n@revoked s1 ${ed.line}\nother ${ed.line}`, 'f');
  expect(hostKeyAlgorithms(known, 's1').slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
  expect(hostKeyAlgorithms(known, '[s1]:2222').slice(0, 3)).toEqual([
    'ecdsa-sha2-nistp256',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ]);
  expect(hostKeyAlgorithms(known, 's3')[0]).toBe('ssh-ed25519');
  for (const name of ['s1', '[s1]:2222', 's3']) expect(hostKeyAlgorithms(known, name).length).toBe(6);
});

test('fingerprints are those of ssh-keygen', () => {
  for (const key of [ed, ec, rsa]) {
    expect(execFileSync('ssh-keygen', ['-lf', `${key.file}.pub`], { encoding: 'utf8' })).toContain(
      ` ${fingerprint(key.blob)} `,
    );
  }
  expect([ed, ec, rsa].map((key) => keyType(key.blob))).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa']);
  expect(keyType(Buffer.from([1, 2]))).toBe('');
});

test('a file that is not there is empty; one that cannot be read is an error', () => {
  expect(readKnownHosts([join(place, 'none')], 's1')).toEqual([]);
  const folder = join(place, 'folder');
  mkdirSync(folder);
  expect(() => readKnownHosts([join(place, 'none'), folder], 's1')).toThrow(/known hosts in .*folder cannot be read/);
});

test('a new key is appended on a line of its own, in a folder of the user alone', () => {
  const file = join(place, 'new/ssh/known_hosts');
  appendKnownHost(file, 's1', ed.blob);
  expect([statSync(file).mode & 0o777, statSync(join(place, 'new/ssh')).mode & 0o777]).toEqual([0o600, 0o700]);
  writeFileSync(file, `s1 ${ed.line}`);
  appendKnownHost(file, '[s2]:23', rsa.blob);
  expect(readFileSync(file, 'utf8')).toBe(`s1 ${ed.line}\n[s2]:23 ${rsa.line}\n`);
});

describe('what is done about a key', () => {
  const file = join(place, 'check');
  const target = (hostKeyChecking: Target['hostKeyChecking'], files = [file]): Target =>
    targetAt('one', 22, { address: 's1', knownHostsFiles: files, hostKeyChecking });
  test('yes: an unknown one is refused, with what to do', () => {
    writeFileSync(file, '');
    const check = new HostKeyCheck(target('yes'));
    expect(check.accept(ed.blob)).toBe(false);
    expect(check.refusal?.message).toBe(`the host key of one is not known: ssh-ed25519 ${fingerprint(ed.blob)}`);
    expect(check.refusal?.hint).toContain('brokkr hosts trust');
    expect(readFileSync(file, 'utf8')).toBe('');
  });
  test('accept-new: an unknown one is kept and told, once', () => {
    writeFileSync(file, '');
    const told: string[] = [];
    expect(new HostKeyCheck(target('accept-new'), (...args) => told.push(args.join(' '))).accept(ed.blob)).toBe(true);
    expect(new HostKeyCheck(target('accept-new'), (...args) => told.push(args.join(' '))).accept(ed.blob)).toBe(true);
    expect(told).toEqual([`one ssh-ed25519 ${fingerprint(ed.blob)}`]);
    expect(readFileSync(file, 'utf8')).toBe(`s1 ${ed.line}\n`);
  });
  test.each(['yes', 'accept-new'] as const)(
    '%s: a changed one is refused with both fingerprints and the place',
    (checking) => {
      writeFileSync(file, `# mine\ns1 ${ed2.line}\n`);
      const check = new HostKeyCheck(target(checking));
      expect(check.accept(ed.blob)).toBe(false);
      expect(check.refusal?.message).toContain(fingerprint(ed.blob));
      expect(check.refusal?.message).toContain(`${fingerprint(ed2.blob)} (${file}:2)`);
      expect(check.refusal?.hint).toContain("ssh-keygen -R 's1'");
    },
  );
  test('accept-new: a key of a type that the host is not known by is not new', () => {
    writeFileSync(file, `s1 ${rsa.line}\n`);
    const check = new HostKeyCheck(target('accept-new'));
    expect(check.accept(ed.blob)).toBe(false);
    expect(check.refusal?.message).toContain('of a type it is not known by');
  });
  test('accept-new: a key that cannot be kept is refused', () => {
    symlinkSync(join(place, 'no-folder/known_hosts'), join(place, 'dangling'));
    const check = new HostKeyCheck(target('accept-new', [join(place, 'dangling')]));
    expect(check.accept(ed.blob)).toBe(false);
    expect(check.refusal?.message).toContain('cannot be kept');
  });
  test('no: nothing is read and nothing is asked', () => {
    writeFileSync(file, `s1 ${ed2.line}\n`);
    expect(new HostKeyCheck(target('no', [place])).accept(ed.blob)).toBe(true);
  });
});
