import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileProbe } from '../../../src/shell/probe-program.ts';
import type { HostQuestion } from '../../../src/shell/question.ts';
import { localShells, probeLocal, runLocalBeside, temporaryFolder } from './local-shell.ts';

const place = temporaryFolder();
const state = join(place, 'state');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Names that have broken other people's tools. */
const NAMES = [
  'plain',
  'with blank',
  "it's",
  '"quoted"',
  'line\nbreak',
  'end\n',
  'back\\slash',
  'cr\rhere',
  '-n',
  '--',
  'é ü 漢',
  '$(id)',
  '*',
  '|bar|',
  ' lead',
  'tab\there',
  '#x',
];
const files = join(place, 'files');
mkdirSync(files);
for (const name of NAMES) writeFileSync(join(files, name), `content of ${name}`);
mkdirSync(join(place, 'other'));
symlinkSync('files/plain', join(place, 'good link'));
symlinkSync('nowhere\nat all', join(place, 'dangling'));
symlinkSync('loop', join(place, 'loop'));
symlinkSync('files', join(place, 'to-folder'));
execFileSync('mkfifo', [join(place, 'pipe')]);

describe.each(localShells(place))('a probe in $name', (shell) => {
  const probe = <Q extends HostQuestion>(...questions: Q[]) => probeLocal(shell, state, questions);

  test('stat and hash of every kind of name', () => {
    const paths = NAMES.map((name) => join(files, name));
    const stats = probe(...paths.map((path) => ({ ask: 'stat', path, follow: false }) as const));
    expect(stats.map((stat) => stat?.size)).toEqual(NAMES.map((name) => Buffer.byteLength(`content of ${name}`)));
    expect(probe(...paths.map((path) => ({ ask: 'hash', path }) as const))).toEqual(
      NAMES.map((name) => sha256(`content of ${name}`)),
    );
    const contents = probe(...paths.map((path) => ({ ask: 'content', path, maxBytes: 1000 }) as const));
    expect(contents.map(String)).toEqual(NAMES.map((name) => `content of ${name}`));
  });

  test('what scripts print, byte by byte, and how they end', () => {
    const ask = (script: string) => ({ ask: 'output', about: 'test', script }) as const;
    const answers = probe(
      ask('printf "a\\n\\n"; echo no >&2; exit 3'),
      ask('cat; cd /; x=1 # end'),
      ask('printf %s "$x$PWD"'),
    );
    expect(answers).toEqual([
      { rc: 3, stdout: 'a\n\n' },
      { rc: 0, stdout: '' },
      { rc: 0, stdout: '/' },
    ]);
  });

  test('a folder so many levels deep', () => {
    const [one, two] = probe(
      { ask: 'tree', path: place, depth: 1 } as const,
      { ask: 'tree', path: place, depth: 2 } as const,
    );
    const paths = (tree: typeof one) => tree?.map(({ path }) => path) ?? [];
    expect(paths(one)).toContain(files);
    expect(paths(one)).not.toContain(join(files, 'plain'));
    expect(paths(two)).toContain(join(files, 'plain'));
  });

  test('links: themselves, what they point to, dangling and looping ones', () => {
    const ask = (name: string, follow: boolean) => ({ ask: 'stat', path: join(place, name), follow }) as const;
    const [good, dangling, loop, pipe] = probe(
      ask('good link', false),
      ask('dangling', false),
      ask('loop', false),
      ask('pipe', false),
    );
    expect([good, dangling, loop, pipe].map((stat) => [stat?.type, stat?.target])).toEqual([
      ['link', 'files/plain'],
      ['link', 'nowhere\nat all'],
      ['link', 'loop'],
      ['other', undefined],
    ]);
    const followed = probe(
      ask('good link', true),
      ask('dangling', true),
      ask('loop', true),
      ask('none', true),
      ask('none', false),
      ask('to-folder', true),
    );
    expect(followed.map((stat) => stat?.type ?? stat)).toEqual(['file', null, null, null, null, 'directory']);
  });

  test('a mode with all its bits, owner and group, and a number that has no name', () => {
    const path = join(place, `owned-${shell.name}`);
    writeFileSync(path, '');
    execFileSync('chown', ['54321:54322', path]);
    chmodSync(path, 0o6751);
    const [stat] = probe({ ask: 'stat', path, follow: false });
    expect(stat).toMatchObject({
      type: 'file',
      mode: 0o6751,
      uid: 54321,
      gid: 54322,
      owner: '54321',
      group: '54322',
      links: 1,
    });
    expect(probe({ ask: 'stat', path: files, follow: false })[0]).toMatchObject({
      owner: 'root',
      group: 'root',
      type: 'directory',
    });
  });

  test('hashes only regular files: a pipe or a device does not hold it up', () => {
    const paths = [
      join(place, 'pipe'),
      '/dev/zero',
      place,
      join(place, 'none'),
      join(place, 'dangling'),
      join(place, 'good link'),
    ];
    expect(probe(...paths.map((path) => ({ ask: 'hash', path }) as const))).toEqual([
      null,
      null,
      null,
      null,
      null,
      sha256('content of plain'),
    ]);
    expect(probe(...paths.slice(0, 5).map((path) => ({ ask: 'content', path, maxBytes: 10 }) as const))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  test('content: bytes as they are, up to the size, the same path with two sizes', () => {
    const bytes = Buffer.from([0, 10, 255, 13, 10, 10]);
    const path = join(place, 'bytes');
    writeFileSync(path, bytes);
    const [all, none] = probe({ ask: 'content', path, maxBytes: 6 }, { ask: 'content', path, maxBytes: 5 });
    expect([Buffer.from(all ?? []).equals(bytes), none]).toEqual([true, null]);
    const many = ['X=', 'end with a marker X=', '', 'x'.repeat(20_000), '\n'].map((text, index) => {
      writeFileSync(join(place, `file ${index}`), text);
      return { ask: 'content', path: join(place, `file ${index}`), maxBytes: 10_000 } as const;
    });
    const missing = { ask: 'content', path: join(place, 'not there'), maxBytes: 10_000 } as const;
    const process = { ask: 'content', path: '/proc/version', maxBytes: 10_000 } as const;
    const [version, ...contents] = probe(process, missing, ...many);
    expect(contents.map((each) => (each === null ? null : String(each)))).toEqual([
      null,
      'X=',
      'end with a marker X=',
      '',
      null,
      '\n',
    ]);
    expect(String(version)).toContain('Linux');
  });

  test('thousands of paths in few processes', () => {
    const many = Array.from({ length: 6000 }, (_, index) =>
      join(place, `a folder that is not there/${index} and a long name`),
    );
    many[5000] = join(files, "it's");
    const stats = probe(...many.map((path) => ({ ask: 'stat', path, follow: true }) as const));
    expect(stats.flatMap((stat, index) => (stat === null ? [] : [index]))).toEqual([5000]);
    const hashes = probe(...many.map((path) => ({ ask: 'hash', path }) as const));
    expect(hashes.filter((hash) => hash !== null)).toEqual([sha256("content of it's")]);
    expect(
      compileProbe(many.map((path) => ({ ask: 'stat', path, follow: true }))).text.split('stat -L').length,
    ).toBeLessThan(12);
  });

  test('a tree: everything below, links as links, hostile names, through a link to its root', () => {
    const root = join(place, `tree-${shell.name}`);
    mkdirSync(join(root, 'sub folder/deep'), { recursive: true });
    for (const name of NAMES) writeFileSync(join(root, 'sub folder', name), 'x');
    symlinkSync('../../files', join(root, 'sub folder/deep/link'));
    const expected = [
      ...NAMES.map((name) => `sub folder/${name}`),
      'sub folder',
      'sub folder/deep',
      'sub folder/deep/link',
    ].sort();
    symlinkSync(`tree-${shell.name}`, join(place, `link-${shell.name}`));
    for (const path of [root, `${root}/`, join(place, `link-${shell.name}`)]) {
      const [tree] = probe({ ask: 'tree', path });
      const base = `${path.replace(/\/$/, '')}/`;
      expect(tree?.map((each) => each.path.slice(base.length)).sort()).toEqual(expected);
      expect(tree?.every((each) => each.path.startsWith(base))).toBe(true);
      expect(tree?.find((each) => each.path.endsWith('/link'))?.stat).toMatchObject({
        type: 'link',
        target: '../../files',
      });
    }
    mkdirSync(join(root, 'empty'));
    expect(
      probe(
        { ask: 'tree', path: join(root, 'empty') },
        { ask: 'tree', path: join(root, 'none') },
        { ask: 'tree', path: join(files, 'plain') },
      ),
    ).toEqual([[], null, null]);
  });

  test('what is not there to read is not there: a folder that may not be entered', async () => {
    const locked = join(place, `locked-${shell.name}`);
    mkdirSync(locked, { mode: 0o700 });
    writeFileSync(join(locked, 'f'), 'x');
    chmodSync(locked, 0o000);
    const questions: HostQuestion[] = [
      { ask: 'stat', path: join(locked, 'f'), follow: true },
      { ask: 'hash', path: join(locked, 'f') },
      { ask: 'content', path: join(locked, 'f'), maxBytes: 10 },
      { ask: 'tree', path: locked },
    ];
    const program = compileProbe(questions);
    const asNobody = {
      ...shell,
      command: ['/usr/bin/setpriv', '--reuid=65534', '--clear-groups', ...shell.command] as [string, ...string[]],
    };
    chmodSync(place, 0o755);
    const answers = await runLocalBeside({ ...asNobody, path: `${shell.path}:/usr/bin` }, program, state);
    expect(answers.at(-1)).toBe('END');
    expect(answers).not.toContain('content');
  });
});

test('the files of the test are as they were made', () => {
  expect(readlinkSync(join(place, 'dangling'))).toBe('nowhere\nat all');
});
