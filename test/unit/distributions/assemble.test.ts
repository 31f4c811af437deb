import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packArchive, recipeHash } from '../../../src/distributions/assemble.ts';
import type { PackedFile } from '../../../src/distributions/layout.ts';
import { readArchive } from '../../../src/distributions/read-archive.ts';
import { storedGzip } from '../../../src/distributions/stored-gzip.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brokkr-assemble-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const options = { topFolder: 'thing-1.0', mtime: new Date('2021-09-19T00:00:00Z') };

describe('an assembled archive', () => {
  test('has its folders, files and links, in the order of their paths, owned by nobody in particular', async () => {
    const jar = join(folder, 'a.jar');
    writeFileSync(jar, 'jar');
    const target = join(folder, 'thing.tgz');
    const files: PackedFile[] = [
      { path: 'libs/a.jar', mode: 0o644, content: { file: jar } },
      { path: 'latest', mode: 0o777, content: { linkTarget: 'libs/a.jar' } },
      { path: 'bin/start.sh', mode: 0o755, content: Buffer.from('#!/bin/sh\n') },
    ];
    await packArchive(files, target, options);
    const { format, entries } = await readArchive(target);
    const mtime = options.mtime.getTime() / 1000;
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const directory = (path: string) => ({ path, type: 'directory', mode: 0o755, size: 0, mtime });
    expect(format).toBe('tar.gz');
    expect(entries).toEqual([
      directory('thing-1.0'),
      directory('thing-1.0/bin'),
      { path: 'thing-1.0/bin/start.sh', type: 'file', mode: 0o755, size: 10, mtime, sha256: sha256('#!/bin/sh\n') },
      { path: 'thing-1.0/latest', type: 'link', mode: 0o777, size: 0, mtime, linkTarget: 'libs/a.jar' },
      directory('thing-1.0/libs'),
      { path: 'thing-1.0/libs/a.jar', type: 'file', mode: 0o644, size: 3, mtime, sha256: sha256('jar') },
    ]);
  });

  test('has the same bytes whatever the order and the times of its files', async () => {
    const jar = join(folder, 'a.jar');
    writeFileSync(jar, Buffer.alloc(200_000, 7));
    const files: PackedFile[] = [
      { path: 'libs/a.jar', mode: 0o644, content: { file: jar } },
      { path: 'bin/b.sh', mode: 0o755, content: Buffer.from('b') },
      { path: 'bin/a.sh', mode: 0o755, content: Buffer.from('a') },
    ];
    await packArchive(files, join(folder, '1.tgz'), options);
    utimesSync(jar, 1, 1);
    await packArchive([...files].reverse(), join(folder, '2.tgz'), options);
    expect(readFileSync(join(folder, '1.tgz')).equals(readFileSync(join(folder, '2.tgz')))).toBe(true);
  });

  test('fails as a whole when a file is missing', async () => {
    const files: PackedFile[] = [{ path: 'libs/a.jar', mode: 0o644, content: { file: join(folder, 'missing.jar') } }];
    await expect(packArchive(files, join(folder, 'x.tgz'), options)).rejects.toThrow('ENOENT');
  });
});

describe('gzip without compression', () => {
  test('gives back what went in, in bytes that do not depend on the chunks', async () => {
    const contents = fc.uint8Array({ maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(
        contents,
        fc.integer({ min: 1, max: 1500 }),
        fc.integer({ min: 1, max: 99_999 }),
        async (seed, times, cut) => {
          const content = Buffer.concat(Array.from({ length: times }, () => seed));
          const chunks: Buffer[] = [];
          for (let i = 0; i < content.length; i += cut) chunks.push(content.subarray(i, i + cut));
          const whole = await buffer(Readable.from([content]).pipe(storedGzip()));
          const pieces = await buffer(Readable.from(chunks).pipe(storedGzip()));
          expect(gunzipSync(whole).equals(content)).toBe(true);
          expect(pieces.equals(whole)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});

test('a recipe is another one when a word moves from one part to the next', () => {
  expect(recipeHash(['ab', 'c'])).not.toBe(recipeHash(['a', 'bc']));
});
