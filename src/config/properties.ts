import type { Position } from '../errors.ts';

/** One key with its value, as `java.util.Properties` reads them, and where both stand. */
export interface PropertyEntry {
  readonly key: string;
  readonly value: string;
  /** The value as it is written: escapes and continued lines are in it. */
  readonly raw: string;
  /** The same line by line, without the backslashes that continue them. */
  readonly lines: readonly string[];
  readonly keyAt: Position;
  /** Where the value begins; for an empty one, where it would. */
  readonly valueAt: Position;
}

/** A comment, without its `#` or `!` and the blanks around it. */
interface PropertyComment {
  readonly line: number;
  readonly text: string;
}

export interface Properties {
  readonly file: string;
  /** In the order of the file; of a key that stands there several times, the last one counts. */
  readonly entries: readonly PropertyEntry[];
  readonly comments: readonly PropertyComment[];
}

/** A character of a logical line with its place, since a continued line spreads over several. */
interface Letter {
  readonly char: string;
  readonly line: number;
  readonly column: number;
}

const BLANK = /[ \t\f]/;
const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

/**
 * Reads a `.properties` file or a `zoo.cfg` by the rules of `java.util.Properties.load`: `=`, `:` or a blank ends the key;
 * a byte order mark is part of the first key; `\` escapes, and at the end of a line continues it; `#` and `!` begin a comment only at the start of a line.
 */
export function parseProperties(text: string, file: string): Properties {
  const entries: PropertyEntry[] = [];
  const comments: PropertyComment[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  for (let index = 0; index < lines.length; index++) {
    const start = lines[index] ?? '';
    const content = start.replace(/^[ \t\f]+/, '');
    if (content === '') continue;
    if (/^[#!]/.test(content)) {
      comments.push({ line: index + 1, text: content.slice(1).trim() });
      continue;
    }
    const letters: Letter[] = [];
    for (;;) {
      const line = lines[index] ?? '';
      const skipped = line.length - line.replace(/^[ \t\f]+/, '').length;
      const continues = /(?:^|[^\\])(?:\\\\)*\\$/.test(line) && index + 1 < lines.length;
      for (let at = skipped; at < (continues ? line.length - 1 : line.length); at++)
        letters.push({ char: line[at] ?? '', line: index + 1, column: at + 1 });
      if (!continues) break;
      index++;
    }
    entries.push(entryOf(letters, file, { line: index + 1, column: (lines[index] ?? '').length + 1 }));
  }
  return { file, entries, comments };
}

function entryOf(letters: readonly Letter[], file: string, end: { line: number; column: number }): PropertyEntry {
  const place = (at: number): Position => ({
    file,
    line: letters[at]?.line ?? end.line,
    column: letters[at]?.column ?? end.column,
  });
  let at = 0;
  while (at < letters.length && !/[=: \t\f]/.test(letters[at]?.char ?? '')) at += letters[at]?.char === '\\' ? 2 : 1;
  const keyEnd = Math.min(at, letters.length);
  while (BLANK.test(letters[at]?.char ?? '')) at++;
  if (/[=:]/.test(letters[at]?.char ?? '')) at++;
  while (BLANK.test(letters[at]?.char ?? '')) at++;
  const written = letters.slice(at);
  const raw = textOf(written);
  const numbers = [...new Set(written.map(({ line }) => line))];
  return {
    key: unescaped(textOf(letters.slice(0, keyEnd))),
    value: unescaped(raw),
    raw,
    lines: numbers.map((number) => textOf(written.filter(({ line }) => line === number))),
    keyAt: place(0),
    valueAt: place(at),
  };
}

function textOf(letters: readonly Letter[]): string {
  return letters.map(({ char }) => char).join('');
}

/** Malformed `\u` escapes, at which Java stops reading the file, stay as they are: a rule names them. */
function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]?))/g, (whole, hex: string | undefined, char: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return char === 'u' ? whole : (ESCAPES[char] ?? char);
  });
}
