import { posix } from 'node:path';
import { compileRegex } from '../jinja/values/regex.ts';
import { findFirst } from '../jinja/values/regex-run.ts';
import type { AnswerOf } from '../shell/question.ts';
import type { FindArguments } from './find.ts';
import type { Answers } from './module.ts';
import { globPattern } from './name-pattern.ts';

/** Files up to this size are looked into. */
export const readBytes = 16 * 1024 * 1024;

export type Found = NonNullable<AnswerOf['tree']>[number];

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const bytes: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** A number with one of the units behind it or none; negative for `at most`. */
export function readAmount(said: string, units: string): number | undefined {
  const [, number, unit = units[0] ?? ''] = new RegExp(`^(-?\\d+)([${units}])?$`).exec(said.toLowerCase()) ?? [];
  const factor = (units.startsWith('s') ? seconds : bytes)[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** Whether all that can be told without its content fits. `now` is the host's time in seconds since the epoch. */
export function matchesEntry(args: FindArguments, { path, stat }: Found, now: number): boolean {
  const name = posix.basename(path);
  if (args.file_type !== 'any' && stat.type !== args.file_type) return false;
  if (name.startsWith('.') && !args.hidden) return false;
  if (args.patterns.length > 0 && !matchesName(args, args.patterns, name)) return false;
  if (matchesName(args, args.excludes, name)) return false;
  const stamp = stat[args.age_stamp];
  if (args.age !== undefined && !reaches(now - (stamp ?? Number.NaN), readAmount(args.age, 'smhdw') ?? 0)) return false;
  if (args.size !== undefined && !reaches(stat.size, readAmount(args.size, 'bkmgt') ?? 0)) return false;
  if (typeof args.mode !== 'number') return true;
  return args.exact_mode ? stat.mode === args.mode : (stat.mode & args.mode) === args.mode;
}

function matchesName({ use_regex }: FindArguments, patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) =>
    use_regex ? findFirst(compileRegex(pattern), name, true) !== undefined : globPattern(pattern, '.').test(name),
  );
}

/** At least so much, or at most when it is negative. */
function reaches(value: number, limit: number): boolean {
  return limit < 0 ? value <= -limit : value >= limit;
}

/** Whether the text is in the file, as `contains` says; `undefined` when it cannot be read. */
export function contentHolds(args: FindArguments, { path }: Found, answers: Answers): boolean | undefined {
  // Ansible looks into files only when nothing else is looked for.
  if (args.contains === undefined || args.file_type !== 'file') return true;
  const content = answers.get({ ask: 'content', path, maxBytes: readBytes });
  if (content === null) return undefined;
  const regex = compileRegex(args.contains);
  const text = new TextDecoder().decode(content);
  if (args.read_whole_file) return findFirst(regex, text) !== undefined;
  return text.split('\n').some((line) => findFirst(regex, line, true) !== undefined);
}
