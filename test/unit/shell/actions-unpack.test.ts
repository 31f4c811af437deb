import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostAction } from '../../../src/shell/action.ts';
import { archive, done, inEachShell, mode, sha256, UNPACK } from './acting.ts';

inEachShell(({ root, act, receive }) => {
  describe('unpack', () => {
    const files = {
      'app/bin/run.sh': '#!/bin/sh\n',
      'app/libs/a.jar': 'x'.repeat(50_000),
      '.hidden': 'h',
      "it's": 'q',
      '-n': 'n',
    };

    test('from bytes, from the host and as a stream gives the same', () => {
      const bytes = archive(root, files);
      const content = { sha256: sha256(bytes) };
      const sources: Extract<HostAction, { do: 'unpack' }>['archive'][] = [
        { from: 'bytes', bytes, ...content },
        { from: 'host', path: join(root, "it's an archive") },
        { from: 'file', file: 'unused', size: bytes.length, ...content },
      ];
      writeFileSync(join(root, "it's an archive"), bytes);
      sources.forEach((source, index) => {
        const dest = join(root, `dest${index}`);
        mkdirSync(dest);
        const action: HostAction = {
          ...UNPACK,
          archive: source,
          dest: `${dest}/`,
          owner: 'daemon',
          mode: 'u=rwX,g=rX,o=',
        };
        expect(source.from === 'file' ? receive(action, bytes) : act(action)).toMatchObject({ rc: 0, stderr: '' });
        for (const [name, text] of Object.entries(files)) {
          expect(readFileSync(join(dest, name), 'utf8')).toBe(text);
          expect([statSync(join(dest, name)).uid, statSync(join(dest, name)).gid, mode(join(dest, name))]).toEqual([
            1,
            8,
            '640',
          ]);
        }
        expect(mode(join(dest, 'app/bin'))).toBe('750');
        expect(readdirSync(dest).length).toBe(4);
      });
    });

    test.each([
      ['tar', '-cf'],
      ['tar.gz', '-czf'],
      ['tar.bz2', '-cjf'],
      ['tar.xz', '-cJf'],
    ] as const)('a %s stream that is cut anywhere leaves nothing', (format, flags) => {
      const bytes = archive(root, { a: 'x'.repeat(3000), b: 'y', c: 'z'.repeat(2000) }, flags);
      const content = { from: 'file', file: 'unused', sha256: sha256(bytes), size: bytes.length } as const;
      const action: HostAction = { ...UNPACK, format, archive: content, dest: root };
      for (const length of [0, 1, 512, 1024, 4096, bytes.length >> 1, bytes.length - 1]) {
        if (length >= bytes.length) continue;
        expect(receive(action, bytes.subarray(0, length)).rc).not.toBe(0);
        expect(readdirSync(root)).toEqual([]);
      }
      expect(receive(action, bytes)).toEqual({ rc: 0, stderr: '' });
      expect(readdirSync(root).sort()).toEqual(['a', 'b', 'c']);
    });

    test('a damaged archive leaves nothing', () => {
      const bytes = archive(root, { a: 'x'.repeat(100_000) });
      bytes.fill(0, bytes.length - 30, bytes.length - 10);
      expect(act({ ...UNPACK, dest: root, archive: { from: 'bytes', bytes, sha256: '' } }).rc).not.toBe(0);
      expect(readdirSync(root)).toEqual([]);
    });

    test('merges into what is there', () => {
      const bytes = archive(root, { 'app/new': 'new', 'app/both': 'archive', top: 'archive' });
      mkdirSync(join(root, 'app'));
      for (const name of ['app/old', 'app/both', 'top']) writeFileSync(join(root, name), 'host');
      expect(act({ ...UNPACK, dest: root, archive: { from: 'bytes', bytes, sha256: '' } })).toEqual(done);
      const read = (name: string): string => readFileSync(join(root, name), 'utf8');
      expect(['app/new', 'app/old', 'app/both', 'top'].map(read)).toEqual(['new', 'host', 'archive', 'archive']);
    });

    test('a link gives way, and what it leads to stays as it is', () => {
      const bytes = archive(root, { current: 'new', 'folder/x': 'new', 'app/file': 'new', 'app/deep/x': 'new' });
      for (const name of ['v1', 'real', 'app']) mkdirSync(join(root, name));
      writeFileSync(join(root, 'real/file'), 'old');
      symlinkSync('v1', join(root, 'current'));
      symlinkSync('real', join(root, 'folder'));
      symlinkSync('../real/file', join(root, 'app/file'));
      symlinkSync('../real', join(root, 'app/deep'));
      expect(act({ ...UNPACK, dest: root, archive: { from: 'bytes', bytes, sha256: '' } })).toEqual(done);
      for (const name of ['current', 'folder/x', 'app/file', 'app/deep/x'])
        expect(readFileSync(join(root, name), 'utf8')).toBe('new');
      expect(readdirSync(join(root, 'v1'))).toEqual([]);
      expect(readdirSync(join(root, 'real'))).toEqual(['file']);
      expect(readFileSync(join(root, 'real/file'), 'utf8')).toBe('old');
    });

    test('a link takes the place of a link to a folder', () => {
      const source = join(root, 'source');
      mkdirSync(source);
      symlinkSync('v2', join(source, 'current'));
      const bytes = execFileSync('tar', ['-czf', '-', '-C', source, 'current']);
      mkdirSync(join(root, 'v1'));
      symlinkSync('v1', join(root, 'current'));
      expect(act({ ...UNPACK, dest: root, archive: { from: 'bytes', bytes, sha256: '' } })).toEqual(done);
      expect(readlinkSync(join(root, 'current'))).toBe('v2');
      expect(readdirSync(join(root, 'v1'))).toEqual([]);
    });

    test('a file does not take the place of a folder in which there is something', () => {
      const bytes = archive(root, { empty: 'file', full: 'file' });
      mkdirSync(join(root, 'empty'));
      mkdirSync(join(root, 'full/x'), { recursive: true });
      expect(act({ ...UNPACK, dest: root, archive: { from: 'bytes', bytes, sha256: '' } }).rc).not.toBe(0);
      expect(readFileSync(join(root, 'empty'), 'utf8')).toBe('file');
      expect(readdirSync(join(root, 'full'))).toEqual(['x']);
    });

    test('keep_newer keeps what is newer than in the archive', () => {
      const bytes = archive(root, { 'app/newer': 'archive', 'app/older': 'archive', top: 'archive' });
      mkdirSync(join(root, 'app'));
      for (const name of ['app/newer', 'app/older', 'top']) writeFileSync(join(root, name), 'host');
      const later = Date.now() / 1000 + 1000;
      utimesSync(join(root, 'app/newer'), later, later);
      utimesSync(join(root, 'top'), later, later);
      utimesSync(join(root, 'app/older'), 1000, 1000);
      expect(act({ ...UNPACK, keepNewer: true, dest: root, archive: { from: 'bytes', bytes, sha256: '' } })).toEqual(
        done,
      );
      const read = (name: string): string => readFileSync(join(root, name), 'utf8');
      expect(['app/newer', 'app/older', 'top'].map(read)).toEqual(['host', 'archive', 'host']);
    });

    test('an archive that climbs out of its folder stays in it', () => {
      const source = join(root, 'source');
      mkdirSync(source);
      writeFileSync(join(source, 'evil'), 'x');
      const bytes = execFileSync('tar', ['-czf', '-', '-P', '--transform=s,^,../../,', '-C', source, 'evil']);
      mkdirSync(join(root, 'dest'));
      act({ ...UNPACK, dest: join(root, 'dest'), archive: { from: 'bytes', bytes, sha256: '' } });
      expect(existsSync(join(root, 'evil'))).toBe(false);
    });
  });
});
