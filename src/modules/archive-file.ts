import { posix } from 'node:path';
import { z } from 'zod';
import type { Action } from '../shell/action.ts';
import type { OutputQuestion, Question } from '../shell/question.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { withRules } from './argument-rules.ts';
import { choice, flag, path, textList } from './argument-types.ts';
import { accountQuestions, attributeArguments, attributeChange, attributeDiff } from './attributes.ts';
import { change, failed } from './decisions.ts';
import type { Answers, Module } from './module.ts';
import { stat, withoutSlash } from './paths.ts';
import { output, toolRun } from './tool.ts';

const schema = withRules(
  z.strictObject({
    path: textList.transform((paths) => paths.map(withoutSlash)),
    dest: path.optional(),
    format: choice(['gz', 'bz2', 'xz', 'tar']).default('gz'),
    exclusion_patterns: textList.default([]),
    force_archive: flag.default(false),
    remove: flag.default(false),
    ...attributeArguments,
  }),
  [
    ({ path, dest, force_archive }) =>
      Array.isArray(path) && (path.length > 1 || force_archive === true) && dest === undefined
        ? { name: 'dest', message: 'it is required for several paths' }
        : undefined,
    ({ path }) =>
      Array.isArray(path) && path.some((each) => !String(each).startsWith('/') || /[*?[]/.test(String(each)))
        ? { name: 'path', message: 'absolute paths without wildcards are wanted' }
        : undefined,
  ],
);

type ArchiveArguments = z.infer<typeof schema>;

/** Files and folders in one file. */
export const archive: Module<ArchiveArguments> = {
  name: 'archive',
  collection: 'community.general',
  summary: 'Packs files and folders of the host into an archive there.',
  schema,
  aliases: {},
  example: `- name: The old configuration
  archive:
    path: /usr/local/kafka/config
    dest: /var/backups/kafka-config.tgz`,
  noticedByOthers: false,
  probe: (args) => questions(args),
  decide(args, answers) {
    const missing = args.path.filter((each) => answers.get(stat(each)) === null);
    const present = args.path.filter((each) => !missing.includes(each));
    if (present.length === 0) return failed({ message: `nothing of ${args.path.join(', ')} is there` }, { missing });
    const dest = destination(args, answers);
    const asked = question(args, present, dest, answers);
    const found = answers.get(stat(dest));
    const result = { dest, archived: present, missing, state: isSingle(args, answers) ? 'compress' : 'archive' };
    const actions: Action[] = [];
    const diff = [];
    const { owner, group, mode } = args;
    if (found === null || answers.get(asked).stdout.trim() !== 'same') {
      const script = [
        `t=$(mktemp ${quote(`${dest}.XXXXXX`)}) || exit; trap 'rm -f "$t"' EXIT`,
        // The archive itself may stand among what is packed.
        `{ ${content(args, present, dest, answers)}; } | ${packer(args.format)} > "$t" && chmod "$(printf %o $((0666 & ~U)))" "$t" && mv -f "$t" ${quote(dest)}`,
      ].join('\n');
      actions.push(toolRun({ script, asked, becomes: 'same\n', reach: { paths: [dest] } }));
      diff.push({ kind: 'note', text: `packs ${present.join(', ')} into ${dest}` } as const);
      if (owner !== undefined || group !== undefined || mode !== undefined)
        actions.push({ do: 'attributes', path: dest, follow: true, recursive: false, owner, group, mode });
    } else {
      const differs = attributeChange(args, found);
      if (differs !== undefined) {
        actions.push({ do: 'attributes', path: dest, follow: true, recursive: false, ...differs.attributes });
        diff.push(attributeDiff(dest, differs));
      }
    }
    if (args.remove) actions.push(...present.map((each): Action => ({ do: 'remove', path: each })));
    return change(actions, diff, result);
  },
};

function questions(args: ArchiveArguments): readonly Question[] {
  return [...args.path.map(stat), ...accountQuestions(args)];
}

/** One file is compressed by itself. */
function isSingle({ path: paths, force_archive, format }: ArchiveArguments, answers: Answers): boolean {
  const [only = ''] = paths;
  return paths.length === 1 && !force_archive && format !== 'tar' && answers.get(stat(only))?.type === 'file';
}

function destination(args: ArchiveArguments, answers: Answers): string {
  const [first = ''] = args.path;
  if (args.dest !== undefined) return args.dest;
  if (args.format === 'tar' || isSingle(args, answers)) return `${first}.${args.format}`;
  return `${first}.tar.${args.format}`;
}

/** Packed once more without compression, it is as what is there: nothing has changed. */
function question(args: ArchiveArguments, paths: readonly string[], dest: string, answers: Answers): OutputQuestion {
  const now = `{ ${content(args, paths, dest, answers)}; } | cksum`;
  const there = `${packer(args.format)}${args.format === 'tar' ? '' : ' -dc'} < ${quote(dest)} | cksum`;
  const asked = output(
    `archive ${dest}`,
    `[ -e ${quote(dest)} ] || { echo absent; exit; }`,
    `[ "$(${now})" = "$(${there})" ] && echo same || echo other`,
  );
  return { ...asked, reads: paths };
}

function content(args: ArchiveArguments, paths: readonly string[], dest: string, answers: Answers): string {
  const [only = ''] = paths;
  if (isSingle(args, answers)) return `cat ${quote(only)}`;
  const root = paths.length === 1 ? posix.dirname(only) : commonFolder(paths);
  const names = paths.map((each) => posix.relative(root, each));
  const inRoot = posix.relative(root, dest);
  const excluded = [...args.exclusion_patterns, ...(inRoot.startsWith('..') ? [] : [inRoot, `${inRoot}.??????`])];
  return `tar -c -f - -C ${quote(root)} ${quoteAll(excluded.map((each) => `--exclude=${each}`))} -- ${quoteAll(names)}`;
}

function commonFolder(paths: readonly string[]): string {
  const [first = '/', ...rest] = paths.map((each) => posix.dirname(each));
  let folder = first;
  while (!rest.every((each) => each === folder || each.startsWith(folder === '/' ? '/' : `${folder}/`)))
    folder = posix.dirname(folder);
  return folder;
}

function packer(format: ArchiveArguments['format']): string {
  return { gz: 'gzip', bz2: 'bzip2', xz: 'xz', tar: 'cat' }[format];
}
