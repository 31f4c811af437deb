import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import type { OutputQuestion, Question } from '../shell/question.ts';
import { quote } from '../shell/quote.ts';
import { withRules } from './argument-rules.ts';
import { choice, flag, integer, mode, text, textList } from './argument-types.ts';
import { failed } from './decisions.ts';
import { contentHolds, type Found, matchesEntry, readAmount, readBytes } from './find-conditions.ts';
import type { Answers, Module } from './module.ts';
import { stat, withoutSlash } from './paths.ts';
import { fields } from './results.ts';
import { describeStat, isToBeTold, onlyTold, untilItRan } from './stat-fields.ts';

const amount = (units: string, wanted: string) =>
  text.refine((said) => readAmount(said, units) !== undefined, { message: `${wanted} is wanted` });

const schema = withRules(
  z.strictObject({
    paths: textList,
    patterns: textList.default([]),
    excludes: textList.default([]),
    use_regex: flag.default(false),
    file_type: choice(['file', 'directory', 'link', 'any']).default('file'),
    recurse: flag.default(false),
    depth: integer.optional(),
    hidden: flag.default(false),
    age: amount('smhdw', 'an age such as 3600, 2h, -1d').optional(),
    age_stamp: choice(['mtime', 'atime', 'ctime']).default('mtime'),
    size: amount('bkmgt', 'a size such as 1024, 10m, -1g').optional(),
    mode: mode.optional(),
    exact_mode: flag.default(true),
    contains: text.optional(),
    read_whole_file: flag.default(false),
    get_checksum: flag.default(false),
    checksum_algorithm: choice(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']).default('sha1'),
    limit: integer.optional(),
  }),
  [
    ({ mode }) =>
      typeof mode === 'string' ? { name: 'mode', message: 'a mode in octal ("0644") is wanted' } : undefined,
    ({ paths }) =>
      Array.isArray(paths) && paths.some((path) => !String(path).startsWith('/'))
        ? { name: 'paths', message: 'absolute paths are wanted' }
        : undefined,
  ],
);

export type FindArguments = z.infer<typeof schema>;

const clock: OutputQuestion = { ask: 'output', about: 'clock', script: 'date +%s' };

/** Paths that fit what is said of them. */
export const find: Module<FindArguments> = {
  name: 'find',
  collection: 'ansible.builtin',
  summary: 'Lists files, folders or links below folders, by name, age, size, mode or content.',
  schema,
  aliases: {
    path: 'paths',
    name: 'paths',
    pattern: 'patterns',
    exclude: 'excludes',
    checksum: 'checksum_algorithm',
    checksum_algo: 'checksum_algorithm',
  },
  example: `- name: Logs that are older than two weeks
  find:
    paths: /var/log/kafka
    patterns: "*.log.*"
    age: 2w
  register: old`,
  noticedByOthers: false,
  neverChanges: true,
  probe: (args) => questions(args),
  decide(args, answers) {
    const now = args.age === undefined ? 0 : Number(answers.get(clock).stdout);
    const skipped = new Map<Value, Value>();
    const found: Found[] = [];
    let examined = 0;
    for (const root of args.paths.map(withoutSlash)) {
      const top = answers.get(stat(root));
      const tree = top?.type === 'directory' ? answers.get(treeOf(args, root)) : null;
      if (tree === null) skipped.set(root, `'${root}' is not a directory`);
      examined += tree?.length ?? 0;
      found.push(...(tree ?? []).filter((each) => matchesEntry(args, each, now)));
    }
    answers.require(found.flatMap((each) => contentQuestions(args, each)));
    const matched: Value[] = [];
    for (const each of found) {
      if (args.limit !== undefined && matched.length >= args.limit) break;
      const fits = contentHolds(args, each, answers);
      if (fits === undefined) return failed({ message: `${each.path} cannot be read, or is larger than 16 MB` });
      if (fits) matched.push(toldOf(args, each, answers));
    }
    const msg = skipped.size === 0 ? 'All paths examined' : 'Not all paths examined, check warnings for details';
    const told = { files: matched, matched: matched.length, examined, skipped_paths: skipped, msg };
    const isForeseen = found.some((each) => isToBeTold(each.stat));
    return { verdict: 'unchanged', result: fields(told), ...(isForeseen ? { foreseen: questions(args) } : {}) };
  },
};

function questions(args: FindArguments): readonly Question[] {
  const roots = args.paths.map(withoutSlash).flatMap((root) => [stat(root), treeOf(args, root)]);
  return args.age === undefined ? roots : [...roots, clock];
}

function treeOf(args: FindArguments, path: string): Extract<Question, { ask: 'tree' }> {
  const depth = args.recurse ? args.depth : 1;
  const times = args.age === undefined ? {} : { times: true };
  return { ask: 'tree', path, ...(depth === undefined ? {} : { depth }), ...times };
}

function contentQuestions(args: FindArguments, found: Found): Question[] {
  if (found.stat.type !== 'file') return [];
  return [
    ...(args.contains === undefined || args.file_type !== 'file' ? [] : [contentOf(found)]),
    ...(args.get_checksum ? [isLarge(found) ? checksumOf(args, found) : contentOf(found)] : []),
  ];
}

function contentOf({ path }: Found) {
  return { ask: 'content', path, maxBytes: readBytes } as const;
}

/** Too large to be read only to know its checksum. */
function isLarge({ stat: { size } }: Found): boolean {
  return size > readBytes;
}

function checksumOf({ checksum_algorithm }: FindArguments, { path }: Found): OutputQuestion {
  return { ask: 'output', about: 'checksum', script: `${checksum_algorithm}sum < ${quote(path)}`, reads: [path] };
}

function toldOf(args: FindArguments, found: Found, answers: Answers): Value {
  const kinds = { isblk: false, ischr: false, isfifo: false, issock: false };
  const isSummed = args.get_checksum && found.stat.type === 'file';
  const checksum = isSummed ? sum(args, found, answers) : undefined;
  const entry = { path: posix.normalize(found.path), ...describeStat(found.stat), ...kinds, checksum };
  return isToBeTold(found.stat) ? untilItRan(fields(entry), onlyTold) : new Map<Value, Value>(fields(entry));
}

function sum(args: FindArguments, found: Found, answers: Answers): string | undefined {
  if (isLarge(found)) return answers.get(checksumOf(args, found)).stdout.split(' ')[0];
  const content = answers.get(contentOf(found));
  return content === null ? undefined : createHash(args.checksum_algorithm).update(content).digest('hex');
}
