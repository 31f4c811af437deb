import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { localFacts, localFactsScript } from '../../../src/shell/facts-local.ts';
import { compileProbe } from '../../../src/shell/probe-program.ts';
import type { HostQuestion } from '../../../src/shell/question.ts';
import { localShells, marks, payloadOf, probeLocal, runLocal, temporaryFolder } from './local-shell.ts';

const place = temporaryFolder();
const state = join(place, 'state');

describe.each(localShells(place))('a probe of the machine in $name', (shell) => {
  const probe = <Q extends HostQuestion>(...questions: Q[]) => probeLocal(shell, state, questions);

  test('accounts: by name, by number, missing ones, and no patterns', () => {
    const [root, none, pattern, byNumber] = probe(
      ...['root', 'nobody-here', 'r..t', '1'].map((name) => ({ ask: 'passwd', name }) as const),
    );
    expect(root).toEqual({
      name: 'root',
      uid: 0,
      gid: 0,
      gecos: 'root',
      home: '/root',
      shell: '/bin/bash',
      primaryGroup: 'root',
      groups: [],
    });
    expect([none, pattern, byNumber?.name]).toEqual([null, null, 'daemon']);
    const groups = probe(...['root', '1', 'nope', 'r..t'].map((name) => ({ ask: 'group', name }) as const));
    expect(groups.map((group) => group?.name ?? null)).toEqual(['root', 'daemon', null, null]);
  });

  test('accounts: all groups, and entries in the order of the names when none is missing', () => {
    const names = ['daemon', 'root', 'nobody'];
    const accounts = probe(...names.map((name) => ({ ask: 'passwd', name }) as const));
    const idOf = (option: string, name: string) => execFileSync('id', [option, name], { encoding: 'utf8' }).trim();
    expect(accounts.map((each) => [each?.name, each?.primaryGroup])).toEqual(
      names.map((name) => [name, idOf('-gn', name)]),
    );
    const groups = probe(...['daemon', 'root'].map((name) => ({ ask: 'group', name }) as const));
    expect(groups.map((group) => group?.name)).toEqual(['daemon', 'root']);
    expect(probe({ ask: 'passwd', name: 'nobody-here' }, { ask: 'group', name: 'nobody-here' })).toEqual([null, null]);
  });

  test('commands, ports, identity', async () => {
    expect(probe({ ask: 'command', name: 'sleep' }, { ask: 'command', name: 'no such' })).toEqual([
      expect.stringMatching(/^(.*\/)?sleep$/),
      null,
    ]);
    const server = createServer();
    const port = await new Promise<number>((resolve, reject) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
    expect(probe({ ask: 'listening', port })).toEqual([true]);
    await new Promise((resolve) => server.close(resolve));
    expect(probe({ ask: 'listening', port })).toEqual([false]);
    expect(probe({ ask: 'identity' })).toEqual([{ user: 'root', uid: 0, home: '/root', umask: 0o22 }]);
  });

  test("facts of one's own are read, and programs of them run", () => {
    const folder = join(place, `facts of ${shell.name}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'j.fact'), '{"a":\n 1}');
    writeFileSync(join(folder, 'e.fact'), '#!/bin/sh\necho \'{"run": true}\'\n', { mode: 0o755 });
    writeFileSync(join(folder, 'other'), 'x');
    const [answer] = probe({ ask: 'output', about: 'x', script: localFactsScript(folder) });
    expect(localFacts(answer?.stdout ?? '')).toEqual({ j: { a: 1 }, e: { run: true } });
  });

  test('facts tell what the machine is', () => {
    const [facts] = probe({ ask: 'facts' });
    expect(facts?.get('nodename')).toBe(execFileSync('uname', ['-n'], { encoding: 'utf8' }).trim());
    expect(facts?.get('kernel')).toBe(execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim());
    expect(facts?.get('user_uid')).toBe(0);
    expect(Number(facts?.get('memtotal_mb'))).toBeGreaterThan(100);
    expect(facts?.get('cmdline')).not.toEqual({});
    expect(Object.keys(z.record(z.string(), z.json()).parse(facts?.get('devices'))).sort()).toEqual(
      readdirSync('/sys/block').sort(),
    );
    const mounts = z.array(z.looseObject({ mount: z.string() })).parse(facts?.get('mounts'));
    expect(mounts.every((mount) => 'size_total' in mount || /\s/.test(mount.mount))).toBe(true);
    expect(facts?.get('env')).not.toHaveProperty('LC_ALL');
  });

  test('tells the handlers that are owed and the step that was cut off', () => {
    mkdirSync(join(state, 'owed'), { recursive: true });
    writeFileSync(join(state, 'owed/abc'), ' restart  kafka \\n\n');
    writeFileSync(join(state, 'running'), 'aaaa begin 3 a task\n');
    const { stdout } = runLocal(shell, compileProbe([]), state);
    expect(payloadOf(stdout, 'owed')).toBe(' restart  kafka \\n\n');
    expect(payloadOf(stdout, 'running')).toBe('aaaa begin 3 a task\n');
    expect(payloadOf(stdout, 'holder')).toBe('');
  });

  test('tells who is at work, of several that have taken the lock the last one, and nobody who is gone', () => {
    const holder = (): string | undefined => payloadOf(runLocal(shell, compileProbe([]), state).stdout, 'holder');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const born = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
    const alive = `bbbb ${process.pid} ${born} ${boot} 1 them@there`;
    rmSync(state, { recursive: true, force: true });
    mkdirSync(state);
    writeFileSync(join(state, 'running'), 'bbbb begin 3 a task\n');
    symlinkSync('aaaa 999999 12345 boot 1 them@there', join(state, 'holder'));
    expect(holder()).toBe('');
    symlinkSync(alive, join(state, 'holder-after-aaaa-999999'));
    expect(holder()).toBe(`${alive}\n`);
    rmSync(join(state, 'running'));
    expect(holder()).toBe('');
    for (const of of [alive.replace(boot, 'another'), alive.replace(` ${born} `, ' 7 '), 'bbbb']) {
      rmSync(state, { recursive: true });
      mkdirSync(state);
      writeFileSync(join(state, 'running'), 'bbbb begin 3 a task\n');
      symlinkSync(of, join(state, 'holder'));
      expect(holder()).toBe('');
    }
    rmSync(state, { recursive: true });
  });

  test('a program that is cut short has no END', () => {
    const program = compileProbe([{ ask: 'stat', path: place, follow: false }]);
    const lines = program.text.split('\n');
    for (let length = 0; length < lines.length; length++) {
      const { stdout } = runLocal(shell, { ...program, text: lines.slice(0, length).join('\n') }, state);
      expect(marks(stdout)).not.toContain('END');
    }
  });
});
