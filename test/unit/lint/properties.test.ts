import { describe, expect, it } from 'vitest';
import { parseProperties } from '../../../src/config/properties.ts';

const read = (text: string): (readonly [string, string])[] =>
  parseProperties(text, 'f').entries.map(({ key, value }) => [key, value] as const);

describe('parseProperties', () => {
  it('ends a key at =, : or a blank', () => {
    expect(read('a=1\nb: 2\nc 3\nd\t=\t4\ne')).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
      ['d', '4'],
      ['e', ''],
    ]);
  });

  it('keeps a second separator, and blanks at the end', () => {
    expect(read('a==1\nb = = 2 \n')).toEqual([
      ['a', '=1'],
      ['b', '= 2 '],
    ]);
  });

  it('takes escapes out', () => {
    expect(read('a\\=b\\ c=\\u0041\\t\\\\x\\y\n')).toEqual([['a=b c', 'A\t\\xy']]);
  });

  it('goes on after a backslash at the end, and not after two', () => {
    expect(read('a=1,\\\n   2\nb=1\\\\\nc=3')).toEqual([
      ['a', '1,2'],
      ['b', '1\\'],
      ['c', '3'],
    ]);
  });

  it('knows comments only at the start of a line', () => {
    const { entries, comments } = parseProperties('# one\n  ! two\na=1 # three\nb=\\\n# four\n', 'f');
    expect(comments).toEqual([
      { line: 1, text: 'one' },
      { line: 2, text: 'two' },
    ]);
    expect(entries.map(({ value }) => value)).toEqual(['1 # three', '# four']);
  });

  it('tells where key and value begin', () => {
    const [entry] = parseProperties('\r\n  log.dirs = \\\n    /data\r\n', 'f').entries;
    expect(entry).toMatchObject({ keyAt: { line: 2, column: 3 }, valueAt: { line: 3, column: 5 }, value: '/data' });
  });

  it('leaves a broken \\u as it is', () => {
    expect(read('a=\\u12')).toEqual([['a', '\\u12']]);
  });
});
