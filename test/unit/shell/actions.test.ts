import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
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
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { HostAction } from '../../../src/shell/action.ts';
import { actionText } from '../../../src/shell/action-text.ts';
import { compileApply, compileReceive, type Step } from '../../../src/shell/apply-program.ts';
import { localShells, marks, payloadOf, runLocal, temporaryFolder } from './local-shell.ts';

const place = temporaryFolder();
const OPTIONS = { run: 'aaaaaaaaaaaa', owner: 'me@here', expectations: [], firstStep: 0 };
let root = '';
let state = '';
let count = 0;
beforeEach(() => {
  root = join(place, `root ${count}'s`);
  state = join(place, `state${count++}`);
  mkdirSync(root);
});

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const mode = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8);

function write(path: string, bytes: Uint8Array | string, changes: object = {}): HostAction {
  const buffer = Buffer.from(bytes);
  return {
    do: 'write',
    path,
    content: { from: 'bytes', bytes: buffer, sha256: sha256(buffer) },
    backup: false,
    ...changes,
  };
}

function archive(files: Record<string, string>, flags = '-czf'): Buffer {
  const source = join(root, 'source');
  mkdirSync(source);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(source, name, '..'), { recursive: true });
    writeFileSync(join(source, name), text);
  }
  const bytes = execFileSync('tar', [flags, '-', '-C', source, '--owner=7', '--group=8', '.'], { maxBuffer: 1 << 26 });
  execFileSync('rm', ['-rf', source]);
  return bytes;
}

const UNPACK = {
  do: 'unpack',
  format: 'tar.gz',
  entries: [],
  exclude: [],
  include: [],
  keepNewer: false,
  extraOptions: [],
} as const;

describe.each(localShells(place))('in $name', (shell) => {
  const program = (action: HostAction): Step => ({ label: 'x', action, continueOnFailure: false, owes: [], pays: [] });
  /** Does one action: its exit status and what it said. */
  function act(action: HostAction): { rc: number; stderr: string; stdout: string } {
    const { stdout, stderr, noise } = runLocal(shell, compileApply([program(action)], OPTIONS), state);
    const end = marks(stdout).find((mark) => mark.startsWith('E 0 '));
    expect({ noise, end }).toEqual({ noise, end: expect.any(String) });
    expect(marks(stdout).at(-1)).toBe('END');
    return {
      rc: Number(end?.slice(4)),
      stderr: payloadOf(stderr, 'B 0') ?? '',
      stdout: payloadOf(stdout, 'B 0') ?? '',
    };
  }
  function receive(action: HostAction, content: Buffer): { rc: number; stderr: string } {
    const { stdout, stderr } = runLocal(shell, compileReceive(program(action), OPTIONS), state, content);
    expect(marks(stdout).at(-1)).toBe('END');
    return {
      rc: Number(
        marks(stdout)
          .find((mark) => mark.startsWith('E 0 '))
          ?.slice(4),
      ),
      stderr: payloadOf(stderr, 'B 0') ?? '',
    };
  }
  const done = { rc: 0, stderr: '', stdout: '' };
  const leftovers = (): string[] =>
    readdirSync(root, { recursive: true })
      .map(String)
      .filter((name) => name.includes('.brokkr-'));

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
      expect(leftovers()).toEqual([]);
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
      expect(act(write(path, 'two', { backup: true }))).toEqual(done);
      const [backup = ''] = readdirSync(root).filter((name) => name !== 'file');
      expect(backup).toMatch(/^file\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$/);
      expect(readFileSync(join(root, backup), 'utf8')).toBe('one');
    });

    test('content that does not pass validation leaves the old', () => {
      const path = join(root, 'file');
      writeFileSync(path, 'old');
      const bad = act(write(path, 'new', { validate: 'grep -q good %s' }));
      expect(bad).toMatchObject({ rc: 1, stderr: 'the new content did not pass: grep -q good %s\n' });
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(leftovers()).toEqual([]);
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
    const small = join(place, `small-${shell.name}`);
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]);
    afterAll(() => void execFileSync('umount', [small]));

    test.each([
      ['bytes', 'x'.repeat(400_000)],
      ['base64', Buffer.alloc(400_000)],
    ])('a write of %s fails, and leaves the old file and nothing else', (_, content) => {
      writeFileSync(join(small, 'file'), 'old');
      expect(act(write(join(small, 'file'), content)).rc).not.toBe(0);
      expect(readFileSync(join(small, 'file'), 'utf8')).toBe('old');
      expect(readdirSync(small)).toEqual(['file']);
    });

    test('unpacking fails, and leaves nothing', () => {
      const bytes = archive({ a: 'x'.repeat(100_000), b: 'y'.repeat(300_000) });
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
    ).toEqual(done);
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

  describe('unpack', () => {
    const files = {
      'app/bin/run.sh': '#!/bin/sh\n',
      'app/libs/a.jar': 'x'.repeat(50_000),
      '.hidden': 'h',
      "it's": 'q',
      '-n': 'n',
    };

    test('from bytes, from the host and as a stream gives the same', () => {
      const bytes = archive(files);
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
      const bytes = archive({ a: 'x'.repeat(3000), b: 'y', c: 'z'.repeat(2000) }, flags);
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
      const bytes = archive({ a: 'x'.repeat(100_000) });
      bytes.fill(0, bytes.length - 30, bytes.length - 10);
      expect(act({ ...UNPACK, dest: root, archive: { from: 'bytes', bytes, sha256: '' } }).rc).not.toBe(0);
      expect(readdirSync(root)).toEqual([]);
    });

    test('merges into what is there', () => {
      const bytes = archive({ 'app/new': 'new', 'app/both': 'archive', top: 'archive' });
      mkdirSync(join(root, 'app'));
      for (const name of ['app/old', 'app/both', 'top']) writeFileSync(join(root, name), 'host');
      expect(act({ ...UNPACK, dest: root, archive: { from: 'bytes', bytes, sha256: '' } })).toEqual(done);
      const read = (name: string): string => readFileSync(join(root, name), 'utf8');
      expect(['app/new', 'app/old', 'app/both', 'top'].map(read)).toEqual(['new', 'host', 'archive', 'archive']);
    });

    test('keep_newer keeps what is newer than in the archive', () => {
      const bytes = archive({ 'app/newer': 'archive', 'app/older': 'archive', top: 'archive' });
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

  test('a tool: its script, what it reads, its environment', () => {
    const script = 'read -r x; echo "$x $Y $(umask)"; [ -e /nosuch ]';
    const environment = new Map([['Y', "it's"]]);
    const ran = act({ do: 'tool', script, stdin: "in'put\n", environment, leaves: [], reach: 'nothing' });
    expect(ran).toMatchObject({ rc: 1, stdout: expect.stringMatching(/^in'put it's 0\d+\n$/) });
    expect(act({ do: 'tool', script: 'cat # end', leaves: [], reach: 'nothing' })).toEqual(done);
  });

  describe('run', () => {
    const base = { do: 'run', environment: new Map<string, string>() } as const;

    test('argv is taken as it is; stdin is given or empty', () => {
      const argv = ['printf', '%s|', '-n', "it's", '$HOME', '', 'a\nb'];
      expect(act({ ...base, command: { kind: 'argv', argv } })).toEqual({ ...done, stdout: "-n|it's|$HOME||a\nb|" });
      expect(act({ ...base, command: { kind: 'argv', argv: ['cat'] }, stdin: "in'put\n" })).toEqual({
        ...done,
        stdout: "in'put\n",
      });
      expect(act({ ...base, command: { kind: 'argv', argv: ['cat'] } })).toEqual(done);
    });

    test('chdir, a missing one, a missing program, another shell', () => {
      const shellRun = (script: string, executable: string): HostAction => ({
        ...base,
        chdir: root,
        command: { kind: 'shell', script, executable },
      });
      expect(act(shellRun('pwd', '/bin/sh')).stdout).toBe(`${root}\n`);
      expect(act(shellRun('[[ a == a ]] && echo bash', '/bin/bash')).stdout).toBe('bash\n');
      expect(act({ ...base, chdir: join(root, 'none'), command: { kind: 'argv', argv: ['pwd'] } }).rc).not.toBe(0);
      expect(act({ ...base, command: { kind: 'argv', argv: ['no-such-program'] } }).rc).toBe(127);
    });
  });

  test('wait: for a path, for a text in it, in vain', () => {
    const path = join(root, 'log');
    const wait = (until: object, timeout: number): HostAction => ({
      do: 'wait',
      until: { kind: 'path', path, state: 'present', ...until },
      timeout,
      delay: 0,
      sleep: 1,
    });
    expect(act(wait({}, 0))).toMatchObject({ rc: 1, stderr: `Timeout when waiting for ${path} to be present\n` });
    writeFileSync(path, 'started (ok)\n');
    expect(act(wait({}, 5))).toEqual(done);
    expect(act(wait({ searchRegex: 'started \\(ok\\)$' }, 5))).toEqual(done);
    expect(act(wait({ searchRegex: 'stopped' }, 0)).rc).toBe(1);
    expect(act(wait({ state: 'absent' }, 0)).rc).toBe(1);
  });
});

test.each(['/', '//', '/.', '/..', '', '.', '/./'])('%j is never removed', (path) => {
  expect(() => actionText({ do: 'remove', path }, 0)).toThrow('is not removed');
});
test('a name of dots is', () => {
  expect(actionText({ do: 'remove', path: '/...' }, 0)).toBe('rm -rf -- /...');
});
