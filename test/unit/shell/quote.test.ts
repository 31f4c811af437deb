import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrokkrError } from '../../../src/errors.ts';
import { chunkBy, chunkWords, quote, quoteAll } from '../../../src/shell/quote.ts';

const SHELLS: readonly (readonly [string, ...string[]])[] = [['sh'], ['dash'], ['bash', '--posix'], ['busybox', 'sh']];

/** Any text that can be an argument: no NUL, and no half of a surrogate pair, which has no UTF-8. */
const word = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '!', '-', '~', '*', 'é', '\t', '%', '{', ';'),
    }),
  )
  .filter((text) => !text.includes('\0'));

describe.each(SHELLS)('words in %s %s', (command, ...args) => {
  test('come back byte for byte', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
        const script = `for w in ${quoteAll(words)}; do printf '%s\\0' "$w"; done`;
        const { stdout, status } = spawnSync(command, args, { input: script });
        expect(status).toBe(0);
        expect(stdout.equals(Buffer.from(words.map((each) => `${each}\0`).join('')))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('a word is never taken for an assignment of a command, an option of printf or a pattern', () => {
    const words = ['--help', '-n', '-', 'A=b', '~', '~root', '*', '[a-z]', '{a,b}', '#x', '!', '%s', '\\n', '', ' '];
    const script = words.map((each) => `printf %s ${quote(each)}; echo '|'`).join('\n');
    const { stdout } = spawnSync(command, args, { input: script });
    expect(stdout.toString()).toBe(words.map((each) => `${each}|\n`).join(''));
  });
});

test('a NUL byte is refused', () => {
  expect(() => quote('a\0b')).toThrow(BrokkrError);
});

test('plain words stay readable, an empty one is kept', () => {
  expect(quoteAll(['/opt/kafka_2.13-2.8.1', 'root:root', '', "it's"])).toBe(
    `/opt/kafka_2.13-2.8.1 root:root '' 'it'\\''s'`,
  );
});

test('chunks hold all words in order, and none is longer than the limit unless one word is', () => {
  fc.assert(
    fc.property(fc.array(word), fc.integer({ min: 1, max: 200 }), (words, limit) => {
      const chunks = chunkWords(words, limit);
      expect(chunks.flat()).toEqual(words);
      for (const chunk of chunks) {
        expect(chunk.length).toBeGreaterThan(0);
        if (chunk.length > 1) expect(Buffer.byteLength(quoteAll(chunk))).toBeLessThanOrEqual(limit);
      }
    }),
  );
});

test('things are chunked by their words', () => {
  expect(chunkBy([{ path: 'aaaa' }, { path: 'bbbb' }, { path: 'c' }], ({ path }) => path, 10)).toEqual([
    [{ path: 'aaaa' }, { path: 'bbbb' }],
    [{ path: 'c' }],
  ]);
});
