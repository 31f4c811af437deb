import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { compileApply } from '../../../src/shell/apply-program.ts';
import { STATE_FOLDER } from '../../../src/shell/program.ts';
import { localShells, marks, payloadOf, runLocal } from './local-shell.ts';

/** An account that nobody has. */
const uid = 61_234;
const place = `/tmp/brokkr-${uid}`;
afterEach(() => rmSync(place, { recursive: true, force: true }));

// An account that is not root finds its programs, wherever the other tests write.
const shells = mkdtempSync('/var/tmp/brokkr-shells-');
chmodSync(shells, 0o755);
afterAll(() => rmSync(shells, { recursive: true, force: true }));

describe.each(localShells(shells))('in $name', (shell) => {
  const { path } = shell;
  const [command, ...args] = shell.command;
  const folder = (env: Record<string, string>, as = uid): string =>
    spawnSync(command, [...args, '-c', `${STATE_FOLDER}\necho "$S|$Q"`], {
      env: { PATH: path, ...env },
      uid: as,
      cwd: '/',
      encoding: 'utf8',
    }).stdout.trim();

  test('the state is in the home, or where an account has none, under /tmp', () => {
    expect(folder({}, 0)).toBe('/var/lib/brokkr|');
    expect(folder({ HOME: '/var/tmp' })).toBe('/var/tmp/.local/state/brokkr|');
    expect(folder({ HOME: '/nosuch' })).toBe(`${place}|`);
    mkdirSync(place);
    chownSync(place, uid, uid);
    expect(folder({ HOME: '/nosuch' })).toBe(`${place}|`);
  });

  test('what somebody else has put there is neither read nor written', () => {
    mkdirSync(place);
    expect(folder({})).toBe(`/dev/null/brokkr|${place}`);
    rmSync(place, { recursive: true });
    symlinkSync('/nosuch', place);
    expect(folder({})).toBe(`/dev/null/brokkr|${place}`);
  });

  test('the lock is in no folder and behind no link of somebody else', () => {
    const options = { run: 'aaaaaaaaaaaa', owner: 'me@here', expectations: [], firstStep: 0 };
    const apply = (state: string) => runLocal(shell, compileApply([], options), state).stdout;
    const link = `${place}/link`;
    const state = `${place}/state`;
    mkdirSync(state, { recursive: true });
    symlinkSync(state, link);
    chownSync(state, 1, 1);
    expect(marks(apply(state))).toEqual(['NOSTATE', 'END']);
    expect(payloadOf(apply(state), 'NOSTATE')).toBe(`${state}\ndaemon directory\n\n`);
    chownSync(state, 0, 0);
    expect(marks(apply(link))).toEqual(['END']);
    lchownSync(link, 1, 1);
    expect(payloadOf(apply(link), 'NOSTATE')).toBe(`${link}\ndaemon symbolic link\n\n`);
  });
});
