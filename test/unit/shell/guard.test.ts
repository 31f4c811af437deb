import { createHash } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { compileApply } from '../../../src/shell/apply-program.ts';
import { type Expectation, expectationOf } from '../../../src/shell/guard.ts';
import { compileProbe } from '../../../src/shell/probe-program.ts';
import { type HostQuestion, questionKey } from '../../../src/shell/question.ts';
import { localShells, marks, payloadOf, runLocal, temporaryFolder } from './local-shell.ts';

const place = temporaryFolder();
let root = '';
let count = 0;
beforeEach(() => {
  root = join(place, `it's ${count++}`);
  mkdirSync(root);
});

const NAMES = ['file', "it's", 'end\n', 'back\\slash', 'é x', '-n'];

describe.each(localShells(place))('a guard in $name', (shell) => {
  function seen(questions: readonly HostQuestion[]): Expectation[] {
    const program = compileProbe(questions);
    const answers = program.parse(runLocal(shell, program, join(root, 'state')).stdout);
    return questions.flatMap((question) => expectationOf(question, answers.get(questionKey(question))) ?? []);
  }
  /** What the program tells, and what it found where it was not let go on. */
  function act(expectations: readonly Expectation[]): { marks: string[]; found: string | undefined } {
    const step = { label: 'x', owes: [], pays: [] };
    const action = { do: 'run', command: { kind: 'argv', argv: ['true'] }, environment: new Map() } as const;
    const program = compileApply([{ ...step, action }], {
      run: 'aaaaaaaaaaaa',
      owner: 'me',
      expectations,
      firstStep: 0,
    });
    const { stdout } = runLocal(shell, program, join(root, 'state'));
    return { marks: marks(stdout), found: payloadOf(stdout, 'MOVED') };
  }
  const GONE_ON = ['B 0', 'E 0 0', 'END'];
  const MOVED = ['MOVED', 'END'];

  const questionsOf = (name: string): HostQuestion[] => [
    { ask: 'stat', path: join(root, name), follow: false },
    { ask: 'stat', path: join(root, name), follow: true },
    { ask: 'hash', path: join(root, name) },
    { ask: 'content', path: join(root, name), maxBytes: 100 },
  ];

  test.each(NAMES)('%j: nothing moved, and each thing that can move', (name) => {
    const path = join(root, name);
    writeFileSync(path, 'one');
    const questions = questionsOf(name);
    const before = seen(questions);
    expect(before.length).toBe(4);
    expect(act(before).marks).toEqual(GONE_ON);
    writeFileSync(path, 'two');
    expect(act(before.filter(({ ask }) => ask === 'hash')).marks).toEqual(MOVED);
    // Content is for the hash to tell.
    expect(act(before.filter(({ ask }) => ask === 'stat')).marks).toEqual(GONE_ON);
    writeFileSync(path, 'one');
    chmodSync(path, 0o600);
    expect(act(before).marks).toEqual(MOVED);
    chmodSync(path, 0o644);
    chownSync(path, 1, 0);
    expect(act(before).found).toContain('|1|0|');
    chownSync(path, 0, 0);
    expect(act(before).marks).toEqual(GONE_ON);
    unlinkSync(path);
    for (const each of before) expect(act([each]).marks).toEqual(MOVED);
  });

  test.each(NAMES)('%j: what was not there', (name) => {
    const before = seen(questionsOf(name).slice(0, 3));
    expect(act(before).marks).toEqual(GONE_ON);
    writeFileSync(join(root, name), '');
    for (const each of before) expect(act([each]).marks).toEqual(MOVED);
    rmSync(join(root, name));
    symlinkSync('nowhere', join(root, name));
    expect(before.map((each) => act([each]).marks.join())).toEqual(['MOVED,END', 'B 0,E 0 0,END', 'B 0,E 0 0,END']);
  });

  test('a link that points elsewhere', () => {
    for (const name of ['a', 'b']) symlinkSync(`to ${name}\n`, join(root, name));
    const before = seen([
      { ask: 'stat', path: join(root, 'a'), follow: false },
      { ask: 'stat', path: join(root, 'b'), follow: false },
    ]);
    expect(act(before).marks).toEqual(GONE_ON);
    unlinkSync(join(root, 'b'));
    symlinkSync('to another', join(root, 'b'));
    expect(act(before).marks).toEqual(MOVED);
  });

  test('a file that became a directory', () => {
    writeFileSync(join(root, 'a'), '');
    const before = seen([{ ask: 'stat', path: join(root, 'a'), follow: false }]);
    unlinkSync(join(root, 'a'));
    mkdirSync(join(root, 'a'), { mode: 0o644 });
    expect(act(before).marks).toEqual(MOVED);
  });

  test('thousands of paths', () => {
    const paths = Array.from({ length: 4000 }, (_, index) =>
      join(root, `a long name of a file that nobody has made ${index}`),
    );
    writeFileSync(paths[3999] ?? '', 'x');
    const questions = paths.flatMap((path): HostQuestion[] => [
      { ask: 'stat', path, follow: true },
      { ask: 'hash', path },
    ]);
    const before = seen(questions);
    expect(act(before).marks).toEqual(GONE_ON);
    writeFileSync(paths[3999] ?? '', 'y');
    expect(act(before).marks).toEqual(MOVED);
  });
});

test('only files are guarded; content by its hash', () => {
  const bytes = Buffer.from('x');
  expect(expectationOf({ ask: 'content', path: '/f', maxBytes: 5 }, bytes)).toEqual({
    ask: 'hash',
    path: '/f',
    hash: createHash('sha256').update(bytes).digest('hex'),
  });
  expect(expectationOf({ ask: 'content', path: '/f', maxBytes: 5 }, null)).toBeUndefined();
  expect(expectationOf({ ask: 'listening', port: 1 }, true)).toBeUndefined();
});
