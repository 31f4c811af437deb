import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { attributeRows, readAttributes } from '../../../src/drift/file-attributes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'attributes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const lines = (mode: string, owner = 'kafka', group = 'kafka') =>
  `${mode} 1 ${owner} ${group} 5 Jan 1 00:00 /f\n${mode} 1 998 997 5 Jan 1 00:00 /f\n`;
const wanted = { mode: 0o640, owner: 'kafka', group: 'kafka' };

describe('mode and owner of a file', () => {
  it.each([0o640, 0o755, 0o000, 0o4755, 0o2750, 0o1777, 0o6644])('are read out of what ls says: %o', (mode) => {
    const file = path.join(folder, `f${mode}`);
    writeFileSync(file, 'x');
    chmodSync(file, mode);
    const text = ['-ld', '-ldn'].map((flag) => execFileSync('ls', [flag, file], { encoding: 'utf8' })).join('');
    expect(readAttributes(text)?.mode).toBe(mode);
    expect(readAttributes(text)?.owner).toContain(String(statSync(file).uid));
  });

  it('make no row where they are as they should be, by name or number, or where nothing is said', () => {
    const found = readAttributes(lines('-rw-r-----.'));
    expect(attributeRows('/f', wanted, found)).toEqual([]);
    expect(attributeRows('/f', { ...wanted, owner: '998', group: '997' }, found)).toEqual([]);
    expect(attributeRows('/f', { mode: 'u+x', owner: undefined, group: undefined }, found)).toEqual([]);
    expect(attributeRows('/f', wanted, undefined)).toEqual([]);
    expect(readAttributes('ls: cannot access\n')).toBeUndefined();
  });

  it('make a row each where they differ', () => {
    const rows = attributeRows('/f', wanted, readAttributes(lines('-rw-rw-rw-', 'root', 'root')));
    expect(rows.map(({ key, rendered, disk, differences }) => [key, rendered, disk, ...differences])).toEqual([
      ['/f (mode)', '0640', '0666', 'changed on disk'],
      ['/f (owner)', 'kafka', 'root', 'changed on disk'],
      ['/f (group)', 'kafka', 'root', 'changed on disk'],
    ]);
  });
});
