import type { Frame } from './frame.ts';
import { chunkWords, quoteAll } from './quote.ts';

/**
 * Prints a frame `contents` with the names, each after the nonce, and then each file's content in a frame of its own, in
 * that order. One process reads all files; what it finds between two of them is its own environment, which holds nothing
 * but a marker, for /proc shows that as a file. The limit
 * of bytes is never below the length of that marker.
 */
const READ_ALL = [
  'read_all() { m=$1; shift; printf "\\n%s contents %s\\n" "$N" "$m"',
  'for p; do shift; [ -f "$p" ] && [ -r "$p" ] || continue; printf "%s|%s" "$N" "$p"; set -- "$@" /proc/self/environ "$p"; done',
  '[ "$#" -gt 0 ] || exit 0',
  'exec env -i "X=',
  '$N content',
  '" head -q -c "$((m < 99 ? 99 : m))" "$@" </dev/null 2>/dev/null; }',
].join('\n');

/** Bytes of names at a time: the list is copied anew for each of them. */
const namesLimit = 8_000;

/** A file's content is asked for under a limit of its own. */
export interface ContentQuestion {
  readonly path: string;
  readonly maxBytes: number;
}

/** Shell text that prints the contents of files; of regular ones only, for reading a pipe or a device would never end. */
export function contentsText(questions: readonly ContentQuestion[]): string[] {
  const limits = new Set(questions.map(({ maxBytes }) => maxBytes));
  const under = (limit: number) => questions.filter(({ maxBytes }) => maxBytes === limit).map(({ path }) => path);
  const calls = [...limits].flatMap((maxBytes) =>
    // A file may be longer, and one of /proc has no size: one byte more than allowed tells.
    chunkWords(under(maxBytes), namesLimit).map((paths) => `( read_all ${maxBytes + 1} ${quoteAll(paths)} )`),
  );
  return calls.length === 0 ? [] : [READ_ALL, ...calls];
}

/** Reads the frames of `contentsText`: contents by limit and path. */
export function parseContents(frames: readonly Frame[], nonce: string): ReadonlyMap<string, Buffer> {
  const contents = new Map<string, Buffer>();
  frames.forEach(({ words, payload }, index) => {
    if (words[0] !== 'contents') return;
    const maxBytes = Number(words[1]) - 1;
    const paths = payload.toString().split(`${nonce}|`);
    // Before the first content stands the beginning of the first marker.
    const names = paths.slice(1).map((path, at) => (at === paths.length - 2 ? path.replace(/X=$/, '') : path));
    names.forEach((path, at) => {
      const frame = frames[index + 1 + at];
      if (frame?.words[0] !== 'content') return;
      const isLast = frames[index + 2 + at]?.words[0] !== 'content';
      // A marker ends with the NUL of the environment's entry, and the next one begins with its name.
      const content = frame.payload.subarray(1, isLast ? undefined : -2);
      if (content.length <= maxBytes) contents.set(contentKey({ path, maxBytes }), content);
    });
  });
  return contents;
}

export function contentKey({ path, maxBytes }: ContentQuestion): string {
  return `${maxBytes} ${path}`;
}
