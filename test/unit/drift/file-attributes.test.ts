import { chmodSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { attributeRows } from '../../../src/drift/file-attributes.ts';
import { filesProgram, parseAttributes } from '../../../src/drift/host-files.ts';
import type { Stat } from '../../../src/shell/question.ts';
import { localShells, runLocal, temporaryFolder } from '../shell/local-shell.ts';
import { fileStat } from '../stat.ts';

const folder = temporaryFolder();
const wanted = { mode: 0o640, owner: 'kafka', group: 'kafka' };
const found = (mode: number, owner = 'kafka', group = 'kafka'): Stat => ({
  ...fileStat,
  ...{ mode, owner, group, uid: 998, gid: 997 },
});

describe.each(localShells(folder))('mode and owner of a file in $name', (shell) => {
  const read = (file: string): Stat | undefined => {
    const program = filesProgram([file]);
    const { stdout } = runLocal(shell, program, path.join(folder, 'state'));
    const frames = new Map(stdout.map(({ words, payload }) => [words.join(' '), payload.toString()]));
    return parseAttributes(program, frames).get(file);
  };

  it.each([0o640, 0o755, 0o000, 0o4755, 0o2750, 0o1777, 0o6644])('are read: %o', (mode) => {
    const file = path.join(folder, `f${mode}`);
    writeFileSync(file, 'x');
    chmodSync(file, mode);
    expect(read(file)?.mode).toBe(mode);
    expect(read(file)?.uid).toBe(statSync(file).uid);
  });

  it('are not told of a file that is not there', () => {
    expect(read(path.join(folder, 'none'))).toBeUndefined();
  });
});

describe('mode and owner of a file', () => {
  it('make no row where they are as they should be, by name or number, or where nothing is said', () => {
    expect(attributeRows('/f', wanted, found(0o640))).toEqual([]);
    expect(attributeRows('/f', { ...wanted, owner: '998', group: '997' }, found(0o640))).toEqual([]);
    expect(attributeRows('/f', { mode: 'u+x', owner: undefined, group: undefined }, found(0o640))).toEqual([]);
    expect(attributeRows('/f', wanted, undefined)).toEqual([]);
  });

  it('make a row each where they differ', () => {
    const rows = attributeRows('/f', wanted, found(0o666, 'root', 'root'));
    expect(rows.map(({ key, rendered, disk, differences }) => [key, rendered, disk, ...differences])).toEqual([
      ['/f (mode)', '0640', '0666', 'changed on disk'],
      ['/f (owner)', 'kafka', 'root', 'changed on disk'],
      ['/f (group)', 'kafka', 'root', 'changed on disk'],
    ]);
  });
});
