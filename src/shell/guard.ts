import { createHash } from 'node:crypto';
import { isPlainHashPath } from './probe-paths.ts';
import type { HostQuestion, Stat } from './question.ts';
import { chunkBy, quote, quoteAll } from './quote.ts';

/** Something that was read when a step was decided, and has to be so still when the step is done. */
export type Expectation =
  | { readonly ask: 'stat'; readonly path: string; readonly follow: boolean; readonly stat: Stat | null }
  | { readonly ask: 'hash'; readonly path: string; readonly hash: string | null };

/** What an answer makes the host keep until the step is done. Accounts and units are left to their own tools, which refuse. */
export function expectationOf(question: HostQuestion, answer: unknown): Expectation | undefined {
  if (question.ask === 'stat') {
    return { ask: 'stat', path: question.path, follow: question.follow, stat: answer as Stat | null };
  }
  if (question.ask === 'hash') return { ask: 'hash', path: question.path, hash: answer as string | null };
  if (question.ask === 'content' && answer instanceof Uint8Array) {
    return { ask: 'hash', path: question.path, hash: createHash('sha256').update(answer).digest('hex') };
  }
  return undefined;
}

/**
 * Shell text that reads the expectations again, all of a kind by one process, and ends the program with a frame `MOVED`
 * when one does not hold; its payload is what was found. Times and sizes are left out: a hash says more.
 */
export function guardText(expectations: readonly Expectation[]): string {
  const stats = expectations.filter((each) => each.ask === 'stat').filter(({ stat }) => stat?.type !== 'other');
  const hashes = expectations.filter((each) => each.ask === 'hash');
  const lines: string[] = [];
  for (const follow of [false, true]) {
    const mine = stats.filter((each) => each.follow === follow);
    for (const chunk of chunkBy(mine, ({ path }) => path)) {
      lines.push(
        check(
          `stat ${follow ? '-L ' : ''}-c '%f|%u|%g|%n' -- ${quoteAll(chunk.map(({ path }) => path))} 2>/dev/null`,
          chunk.flatMap(({ path, stat }) =>
            stat === null ? [] : [`${rawMode(stat)}|${stat.uid}|${stat.gid}|${path}`],
          ),
        ),
      );
    }
  }
  const links = stats.filter(({ stat }) => stat?.target !== undefined);
  for (const chunk of chunkBy(links, ({ path }) => path)) {
    lines.push(
      check(
        `for p in ${quoteAll(chunk.map(({ path }) => path))}; do readlink -- "$p"; done 2>/dev/null`,
        chunk.map(({ stat }) => stat?.target ?? ''),
      ),
    );
  }
  for (const chunk of chunkBy(hashes.filter(isPlain), ({ path }) => path)) {
    lines.push(
      check(
        `find -L ${quoteAll(chunk.map(({ path }) => path))} -maxdepth 0 -type f -exec sha256sum -- {} + 2>/dev/null`,
        chunk.flatMap(({ path, hash }) => (hash === null ? [] : [`${hash}  ${path}`])),
      ),
    );
  }
  for (const { path, hash } of hashes.filter((each) => !isPlain(each))) {
    const command = `[ -f ${quote(path)} ] && sha256sum < ${quote(path)} 2>/dev/null`;
    lines.push(check(command, hash === null ? [] : [`${hash}  -`]));
  }
  return lines.join('\n');
}

/** The line with the dot keeps the line breaks at the end, which a command substitution takes away. */
function check(command: string, expected: readonly string[]): string {
  const wanted = [...expected, '.'].join('\n');
  return `g=$(${command}; echo .); [ "$g" = ${quote(wanted)} ] || { m MOVED; printf '%s\\n' "\${g%.}"; rm -f "$S/running"; m END; exit 0; }`;
}

function isPlain({ path }: { readonly path: string }): boolean {
  return isPlainHashPath(path);
}

/** st_mode in hexadecimal, as stat(1) prints it for `%f`. */
function rawMode(stat: Stat): string {
  const type = { file: 0x8000, directory: 0x4000, link: 0xa000, other: 0 }[stat.type];
  return (type | stat.mode).toString(16);
}
