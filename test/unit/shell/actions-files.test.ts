import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actionText } from '../../../src/shell/action-text.ts';
import { done, inEachShell, mode } from './acting.ts';

inEachShell(({ root, act }) => {
  test('mkdir: one directory with its attributes; not over a file, not without its parent', () => {
    expect(act({ do: 'mkdir', path: join(root, 'd'), mode: 0o1750, owner: 'daemon', group: '7' })).toEqual(done);
    expect([mode(join(root, 'd')), statSync(join(root, 'd')).uid, statSync(join(root, 'd')).gid]).toEqual([
      '1750',
      1,
      7,
    ]);
    expect(act({ do: 'mkdir', path: join(root, 'no/d') }).rc).not.toBe(0);
    writeFileSync(join(root, 'f'), '');
    expect(act({ do: 'mkdir', path: join(root, 'f') }).rc).not.toBe(0);
  });

  test('attributes: exact modes also on a directory with setgid, of a link itself, recursively', () => {
    const d = join(root, 'd');
    mkdirSync(d);
    chmodSync(d, 0o2775);
    expect(act({ do: 'attributes', path: d, follow: true, recursive: false, mode: 0o755 })).toEqual(done);
    expect(mode(d)).toBe('755');
    writeFileSync(join(d, 'f'), '');
    symlinkSync('f', join(d, 'link'));
    expect(
      act({ do: 'attributes', path: join(d, 'link'), follow: false, recursive: false, owner: 'daemon', mode: 0o600 }),
    ).toEqual(done);
    expect([lstatSync(join(d, 'link')).uid, statSync(join(d, 'f')).uid, mode(join(d, 'f'))]).toEqual([1, 0, '644']);
    expect(
      act({ do: 'attributes', path: d, follow: true, recursive: true, owner: '9', group: '9', mode: 'u=rwX,g=rX,o=' }),
    ).toEqual(done);
    expect([mode(d), mode(join(d, 'f')), statSync(join(d, 'f')).uid, lstatSync(join(d, 'link')).gid]).toEqual([
      '750',
      '640',
      9,
      9,
    ]);
    expect(
      act({ do: 'attributes', path: join(root, 'none'), follow: true, recursive: false, mode: 0o600 }).rc,
    ).not.toBe(0);
    expect(act({ do: 'attributes', path: d, follow: true, recursive: false })).toEqual(done);
  });

  test('a recursive owner does not follow a link out of the tree', () => {
    mkdirSync(join(root, 'tree'));
    writeFileSync(join(root, 'outside'), '');
    symlinkSync('../outside', join(root, 'tree/link'));
    expect(act({ do: 'attributes', path: join(root, 'tree'), follow: true, recursive: true, owner: '9' })).toEqual(
      done,
    );
    expect([statSync(join(root, 'outside')).uid, lstatSync(join(root, 'tree/link')).uid]).toEqual([0, 9]);
  });

  test('link: made, changed, hard; never inside a directory', () => {
    const path = join(root, 'link');
    for (const target of ['/opt/a', '-odd b', '/opt']) {
      expect(act({ do: 'link', path, target, kind: 'symbolic' })).toEqual(done);
      expect(readlinkSync(path)).toBe(target);
    }
    writeFileSync(join(root, 'f'), '');
    expect(act({ do: 'link', path: join(root, 'hard'), target: join(root, 'f'), kind: 'hard' })).toEqual(done);
    expect(statSync(join(root, 'hard')).ino).toBe(statSync(join(root, 'f')).ino);
    mkdirSync(join(root, 'd'));
    for (const kind of ['symbolic', 'hard'] as const) {
      expect(act({ do: 'link', path: join(root, 'd'), target: join(root, 'f'), kind })).toMatchObject({ rc: 1 });
    }
    expect(readdirSync(join(root, 'd'))).toEqual([]);
  });

  test('remove: files, trees, links but not what they point to, what is not there', () => {
    mkdirSync(join(root, 'd/e'), { recursive: true });
    writeFileSync(join(root, 'd/e/f'), '');
    mkdirSync(join(root, 'kept'));
    symlinkSync('kept', join(root, '-link'));
    for (const name of ['d', '-link', 'none']) expect(act({ do: 'remove', path: join(root, name) })).toEqual(done);
    expect(readdirSync(root)).toEqual(['kept']);
  });

  test('touch: makes an empty file, sets times, changes nothing else', () => {
    const path = join(root, 'f');
    expect(act({ do: 'touch', path, mode: 0o600 })).toEqual(done);
    expect([mode(path), statSync(path).size]).toEqual(['600', 0]);
    expect(act({ do: 'touch', path, mtime: 1_000_000, atime: 2_000_000.7 })).toEqual(done);
    expect([statSync(path).mtimeMs, statSync(path).atimeMs]).toEqual([1_000_000_000, 2_000_000_000]);
    expect(act({ do: 'touch', path: join(root, 'g'), mtime: 5 })).toEqual(done);
    expect(statSync(join(root, 'g')).mtimeMs).toBe(5000);
  });

  test('copy: a file with backup, a tree', () => {
    writeFileSync(join(root, '-from'), 'new');
    writeFileSync(join(root, 'to'), 'old');
    expect(
      act({
        do: 'copy',
        from: join(root, '-from'),
        path: join(root, 'to'),
        recursive: false,
        backup: true,
        mode: 0o640,
      }),
    ).toMatchObject({ rc: 0, stderr: '' });
    expect([readFileSync(join(root, 'to'), 'utf8'), mode(join(root, 'to'))]).toEqual(['new', '640']);
    expect(readdirSync(root).length).toBe(3);
    mkdirSync(join(root, 'tree/.hidden'), { recursive: true });
    writeFileSync(join(root, 'tree/.hidden/f'), 'x');
    expect(
      act({
        do: 'copy',
        from: join(root, 'tree'),
        path: join(root, 'new'),
        recursive: true,
        backup: false,
        owner: '9',
      }),
    ).toEqual(done);
    expect(statSync(join(root, 'new/.hidden/f')).uid).toBe(9);
    expect(
      act({ do: 'copy', from: join(root, 'none'), path: join(root, 'x'), recursive: false, backup: false }).rc,
    ).not.toBe(0);
    expect(existsSync(join(root, 'x'))).toBe(false);
  });
});

test.each(['/', '//', '/.', '/..', '', '.', '/./'])('%j is never removed', (path) => {
  expect(() => actionText({ do: 'remove', path }, 0)).toThrow('is not removed');
});
test('a name of dots is', () => {
  expect(actionText({ do: 'remove', path: '/...' }, 0)).toBe('rm -rf -- /...');
});
