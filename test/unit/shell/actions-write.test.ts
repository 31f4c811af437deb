import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { HostAction } from '../../../src/shell/action.ts';
import { archive, done, inEachShell, leftovers, mode, sha256, UNPACK, write } from './acting.ts';

inEachShell(({ place, root, act, receive }) => {
  describe('write', () => {
    test.each([
      ['quotes, dollars, backslashes and percents', `it's "$HOME" \`id\` \\n %s %% é\n`],
      ['nothing', ''],
      ['no line break at the end', 'a=1'],
      ['many line breaks at the end', 'a\n\n\n'],
      ['NUL bytes and no UTF-8', Buffer.from([0, 255, 254, 10, 0, 39, 195])],
      ['what looks like an option', '-n -e --help'],
      ['a megabyte of text', "key='value' # é\n".repeat(65_536)],
      ['a megabyte of bytes', Buffer.alloc(1 << 20, Buffer.from([0, 1, 2, 253, 39, 10]))],
    ])('%s', (_, content) => {
      const path = join(root, 'file');
      expect(act(write(path, content))).toEqual(done);
      expect(readFileSync(path).equals(Buffer.from(content))).toBe(true);
      expect(mode(path)).toBe('644');
      expect(leftovers(root)).toEqual([]);
    });

    test.each(["it's", '-n', 'a b\nc', '$(id)', 'é', '.hidden', '[a]*'])('a file named %j', (name) => {
      expect(act(write(join(root, name), 'x'))).toEqual(done);
      expect(readdirSync(root)).toEqual([name]);
    });

    test('keeps mode and owner of what was there; what the task says comes on top', () => {
      const path = join(root, 'file');
      writeFileSync(path, 'old');
      chmodSync(path, 0o4751);
      chownSync(path, 65534, 65534);
      chmodSync(path, 0o640);
      expect(act(write(path, 'new'))).toEqual(done);
      expect([mode(path), statSync(path).uid, statSync(path).gid]).toEqual(['640', 65534, 65534]);
      expect(act(write(path, 'newer', { mode: 0o2600, owner: 'daemon', group: 'root' }))).toEqual(done);
      expect([mode(path), statSync(path).uid, statSync(path).gid]).toEqual(['2600', 1, 0]);
    });

    test('a symbolic mode starts from the mode there is', () => {
      const path = join(root, 'file');
      writeFileSync(path, 'old');
      chmodSync(path, 0o600);
      expect(act(write(path, 'new', { mode: 'u+x,g=rX,o=' }))).toEqual(done);
      expect(mode(path)).toBe('750');
    });

    test('writes through a link, and makes the file of a dangling one', () => {
      mkdirSync(join(root, 'there'));
      symlinkSync('there/file', join(root, 'link'));
      for (const content of ['first', 'second']) expect(act(write(join(root, 'link'), content))).toEqual(done);
      expect(readlinkSync(join(root, 'link'))).toBe('there/file');
      expect(readFileSync(join(root, 'there/file'), 'utf8')).toBe('second');
    });

    test('a backup keeps the old content, and there is none of a new file', () => {
      const path = join(root, 'file');
      expect(act(write(path, 'one', { backup: true }))).toEqual(done);
      expect(readdirSync(root)).toEqual(['file']);
      const { stdout } = act(write(path, 'two', { backup: true }));
      const [backup = ''] = readdirSync(root).filter((name) => name !== 'file');
      expect(backup).toMatch(/^file\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$/);
      expect(readFileSync(join(root, backup), 'utf8')).toBe('one');
      expect(stdout).toBe(`${join(root, backup)}\n`);
    });

    test('content that does not pass validation leaves the old', () => {
      const path = join(root, 'file');
      writeFileSync(path, 'old');
      const bad = act(write(path, 'new', { validate: 'grep -q good %s' }));
      expect(bad).toMatchObject({ rc: 1, stderr: 'the new content did not pass: grep -q good %s\n' });
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(leftovers(root)).toEqual([]);
      expect(act(write(path, 'good', { validate: 'grep -q good %s' }))).toEqual(done);
      expect(readFileSync(path, 'utf8')).toBe('good');
    });

    test('a directory in the way, a folder that is missing and an unknown owner are failures that leave nothing', () => {
      mkdirSync(join(root, 'd'));
      expect(act(write(join(root, 'd'), 'x'))).toMatchObject({
        rc: 1,
        stderr: expect.stringContaining('is a directory'),
      });
      expect(act(write(join(root, 'none/x'), 'x')).rc).not.toBe(0);
      expect(act(write(join(root, 'x'), 'x', { owner: 'nobody-of-that-name' })).rc).not.toBe(0);
      expect(readdirSync(root)).toEqual(['d']);
      expect(readdirSync(join(root, 'd'))).toEqual([]);
    });

    test('does not write through a link that somebody has put at the temporary name', () => {
      writeFileSync(join(root, 'victim'), 'safe');
      symlinkSync('victim', join(root, '.brokkr-aaaaaaaaaaaa-0'));
      expect(act(write(join(root, 'file'), 'x')).rc).not.toBe(0);
      expect(readFileSync(join(root, 'victim'), 'utf8')).toBe('safe');
    });

    test('streamed content arrives whole, or not at all', () => {
      const content = Buffer.alloc(3_000_000, 'brokkr\0\n');
      const action: HostAction = {
        do: 'write',
        path: join(root, 'big'),
        content: { from: 'file', file: 'unused', sha256: sha256(content), size: content.length },
        backup: false,
        mode: 0o600,
      };
      for (const length of [0, 1, content.length - 1]) {
        expect(receive(action, content.subarray(0, length))).toMatchObject({
          rc: 1,
          stderr: 'the content did not arrive whole\n',
        });
        expect(readdirSync(root)).toEqual([]);
      }
      expect(receive(action, content)).toEqual({ rc: 0, stderr: '' });
      expect(readFileSync(join(root, 'big')).equals(content)).toBe(true);
    });
  });

  describe('a file system that is full, or cannot be written', () => {
    const small = join(place, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]);
    afterAll(() => void execFileSync('umount', [small]));

    test.each([
      ['bytes', 'x'.repeat(400_000)],
      ['base64', Buffer.alloc(400_000)],
    ])('a write of %s fails, and leaves the old file and nothing else', (_, content) => {
      writeFileSync(join(small, 'file'), 'old');
      expect(act(write(join(small, 'file'), content))).toEqual({
        rc: 1,
        stdout: '',
        stderr: `write error: No space left on device\nthe content of ${small}/file could not be written whole: nothing of it is there\n`,
      });
      expect(readFileSync(join(small, 'file'), 'utf8')).toBe('old');
      expect(readdirSync(small)).toEqual(['file']);
    });

    test('so does a stream, and a copy', () => {
      const content = Buffer.alloc(400_000, 'x');
      const told =
        /No space left on device\nthe content of \S+\/file could not be written whole: nothing of it is there\n$/;
      const stream = { from: 'file', file: 'unused', sha256: sha256(content), size: content.length } as const;
      const action: HostAction = { do: 'write', path: join(small, 'file'), content: stream, backup: false };
      const { rc, stderr } = receive(action, content);
      expect([rc, stderr]).toEqual([1, expect.stringMatching(told)]);
      writeFileSync(join(root, 'big'), content);
      const copy = {
        do: 'copy',
        from: join(root, 'big'),
        path: join(small, 'file'),
        recursive: false,
        backup: false,
      } as const;
      expect(act(copy)).toMatchObject({ rc: 1, stderr: expect.stringMatching(told) });
      expect(readdirSync(small)).toEqual(['file']);
    });

    test('unpacking fails, and leaves nothing', () => {
      const bytes = archive(root, { a: 'x'.repeat(100_000), b: 'y'.repeat(300_000) });
      expect(act({ ...UNPACK, dest: small, archive: { from: 'bytes', bytes, sha256: sha256(bytes) } }).rc).not.toBe(0);
      expect(readdirSync(small).filter((name) => name !== 'file')).toEqual([]);
    });

    test('read-only', () => {
      execFileSync('mount', ['-o', 'remount,ro', small]);
      try {
        expect(act(write(join(small, 'new'), 'x')).rc).not.toBe(0);
        expect(act({ do: 'mkdir', path: join(small, 'd') }).rc).not.toBe(0);
        expect(act({ do: 'remove', path: join(small, 'file') }).rc).not.toBe(0);
      } finally {
        execFileSync('mount', ['-o', 'remount,rw', small]);
      }
      expect(readdirSync(small)).toEqual(['file']);
    });
  });
});
