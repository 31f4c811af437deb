import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultCacheFolder } from '../../../src/cache-folder.ts';
import { lookUp, store } from '../../../src/distributions/cache.ts';

let cache: string;
beforeEach(() => {
  cache = join(mkdtempSync(join(tmpdir(), 'brokkr-cache-')), 'cache');
});
afterEach(() => rmSync(join(cache, '..'), { recursive: true }));

const write = (content: string) => async (target: string) => writeFileSync(target, content);

describe('the cache', () => {
  test('keeps what was stored', async () => {
    expect(await lookUp(cache, 'key', 'a.tgz')).toBeUndefined();
    const stored = await store(cache, 'key', 'a.tgz', 'somewhere', write('content'));
    expect(stored).toMatchObject({ bytes: 7, source: 'somewhere', file: join(cache, 'key/a.tgz') });
    expect(await lookUp(cache, 'key', 'a.tgz')).toEqual(stored);
  });

  test('does not trust a file that was touched: it hashes it again', async () => {
    const stored = await store(cache, 'key', 'a.tgz', 'somewhere', write('content'));
    utimesSync(stored.file, 1, 1);
    expect(await lookUp(cache, 'key', 'a.tgz')).toEqual(stored);
    writeFileSync(stored.file, 'CONTENT');
    utimesSync(stored.file, 1, 1);
    expect(await lookUp(cache, 'key', 'a.tgz')).toBeUndefined();
  });

  test('replaces what is damaged', async () => {
    const stored = await store(cache, 'key', 'a.tgz', 'somewhere', write('content'));
    writeFileSync(stored.file, 'damaged');
    writeFileSync(join(cache, 'key/brokkr.json'), '{"sha256":');
    expect(await store(cache, 'key', 'a.tgz', 'somewhere', write('content'))).toEqual(stored);
    expect(readFileSync(stored.file, 'utf8')).toBe('content');
    expect(readdirSync(cache)).toEqual(['key']);
  });

  test('has nothing of a file that could not be made', async () => {
    const half = async (target: string, scratch: string) => {
      writeFileSync(target, 'half');
      writeFileSync(join(scratch, 'x'), 'y');
      throw new Error('cut off');
    };
    await expect(store(cache, 'key', 'a.tgz', 'somewhere', half)).rejects.toThrow('cut off');
    expect(readdirSync(cache)).toEqual([]);
  });

  test('gives one file to runs that store it at the same time', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => store(cache, 'key', 'a.tgz', 'somewhere', write('content'))),
    );
    expect(new Set(all.map((stored) => JSON.stringify(stored))).size).toBe(1);
    expect(readdirSync(cache)).toEqual(['key']);
  });

  test('removes what a killed run left a day ago, and nothing younger', async () => {
    mkdirSync(join(cache, '.partial-1-old'), { recursive: true });
    mkdirSync(join(cache, '.partial-2-young'));
    utimesSync(join(cache, '.partial-1-old'), 1, 1);
    await store(cache, 'key', 'a.tgz', 'somewhere', write('content'));
    expect(readdirSync(cache)).toEqual(['.partial-2-young', 'key']);
  });
});

test('the cache is where the desktop says, when it says a whole path', () => {
  expect(defaultCacheFolder({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/brokkr');
  expect(defaultCacheFolder({ XDG_CACHE_HOME: 'relative' })).toBe(join(homedir(), '.cache/brokkr'));
  expect(defaultCacheFolder({})).toBe(join(homedir(), '.cache/brokkr'));
});
