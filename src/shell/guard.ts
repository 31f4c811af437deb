import { createHash } from 'node:crypto';
import type { HostQuestion, Stat } from './question.ts';
import { quote, quoteAll } from './quote.ts';

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
  const lines: string[] = [];
  const check = (command: string, expected: readonly string[]): void => {
    lines.push(
      `g=$(${command}); [ "$g" = ${quote(expected.join('\n'))} ] || { m MOVED; printf '%s\\n' "$g"; rm -f "$S/running"; m END; exit 0; }`,
    );
  };
  for (const follow of [false, true]) {
    const stats = expectations
      .filter((each) => each.ask === 'stat')
      .filter((each) => each.follow === follow && each.stat?.type !== 'other');
    if (stats.length === 0) continue;
    check(
      `stat ${follow ? '-L ' : ''}-c '%f|%u|%g|%n' -- ${quoteAll(stats.map(({ path }) => path))} 2>/dev/null`,
      stats.flatMap(({ path, stat }) => (stat === null ? [] : [`${rawMode(stat)}|${stat.uid}|${stat.gid}|${path}`])),
    );
  }
  const links = expectations.filter((each) => each.ask === 'stat').filter((each) => each.stat?.target !== undefined);
  if (links.length > 0) {
    check(
      `for p in ${quoteAll(links.map(({ path }) => path))}; do readlink -- "$p"; done 2>/dev/null`,
      links.map(({ stat }) => stat?.target ?? ''),
    );
  }
  const hashes = expectations.filter((each) => each.ask === 'hash').filter(({ path }) => !/[\n\\]/.test(path));
  if (hashes.length > 0) {
    check(
      `sha256sum -- ${quoteAll(hashes.map(({ path }) => path))} 2>/dev/null`,
      hashes.flatMap(({ path, hash }) => (hash === null ? [] : [`${hash}  ${path}`])),
    );
  }
  return lines.join('\n');
}

/** st_mode in hexadecimal, as stat(1) prints it for `%f`. */
function rawMode(stat: Stat): string {
  const type = { file: 0x8000, directory: 0x4000, link: 0xa000, other: 0 }[stat.type];
  return (type | stat.mode).toString(16);
}
