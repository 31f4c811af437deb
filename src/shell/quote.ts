import { BrokkrError } from '../errors.ts';

/**
 * One word of POSIX shell text that stands for exactly this string: single quotes, each quote inside closed and escaped.
 * A NUL byte cannot be a part of any argument, so it is refused.
 */
export function quote(word: string): string {
  if (word.includes('\0')) throw new BrokkrError('a shell word cannot hold a NUL byte');
  if (/^[A-Za-z0-9_/.:=@%+,-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The words of a command, quoted and joined with blanks. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/**
 * Splits words into runs whose quoted length stays below `limit` bytes, for commands that take many paths: Linux limits
 * the whole argument list, environment included, and xargs would be one more process.
 */
export function chunkWords(words: readonly string[], limit = 60_000): string[][] {
  return chunkBy(words, (word) => word, limit);
}

/** The same for things that each stand for one word. */
export function chunkBy<T>(items: readonly T[], wordOf: (item: T) => string, limit = 60_000): T[][] {
  const chunks: T[][] = [];
  let chunk: T[] = [];
  let length = 0;
  for (const item of items) {
    const size = Buffer.byteLength(quote(wordOf(item))) + 1;
    if (chunk.length > 0 && length + size > limit) {
      chunks.push(chunk);
      chunk = [];
      length = 0;
    }
    chunk.push(item);
    length += size;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}
