import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../../../src/transport/system-folder.ts';

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'folder-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test('the first that can be used is taken, and nobody else can look into it', () => {
  const [file, long, good] = [join(place, 'file'), join(place, 'long'.repeat(20)), join(place, 'good')];
  writeFileSync(file, '');
  mkdirSync(long);
  const noHome = (): string => {
    throw new Error('there is no home');
  };
  const folder = makeFolder(true, [noHome, () => '', () => file, () => long, () => good]);
  expect(dirname(folder)).toBe(good);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect([readdirSync(folder), readdirSync(long)]).toEqual([[], []]);
});

test('when there is none, each is named with the reason', () => {
  const file = join(place, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(false, [() => file, () => file])).toThrow(
    /^there is no folder for a connection of the system's ssh \(\S+file: [^;]*\)$/,
  );
  expect(existsSync(file)).toBe(true);
});
