import { z } from 'zod';
import { findFirst } from '../jinja/values/regex-run.ts';
import { mutuallyExclusive, requiredIf, withRules } from './argument-rules.ts';
import { choice, flag, path, text } from './argument-types.ts';
import { attributeArguments } from './attributes.ts';
import { unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import { dropLines, type Edited, type LineEdit, putLine } from './line-edit.ts';
import type { Module } from './module.ts';
import { stat, withoutSlash } from './paths.ts';
import { pattern } from './pattern.ts';
import { editText, textQuestions } from './text-file.ts';

/** `BOF`, `EOF`, or the regular expression of a line. */
const place = z.union([choice(['BOF', 'EOF']), pattern()], 'BOF, EOF or a regular expression is wanted');

const schema = withRules(
  z.strictObject({
    path: path.transform(withoutSlash),
    line: text
      .transform((line) => line.replace(/\n$/, ''))
      .refine((line) => !line.includes('\n'), { message: 'it is one line; copy and template write several' })
      .optional(),
    regexp: pattern().optional(),
    search_string: text.optional(),
    state: choice(['present', 'absent']).default('present'),
    insertafter: place.optional(),
    insertbefore: place.optional(),
    backrefs: flag.default(false),
    firstmatch: flag.default(false),
    create: flag.default(false),
    backup: flag.default(false),
    validate: text.optional(),
    ...attributeArguments,
  }),
  [
    mutuallyExclusive('insertafter', 'insertbefore'),
    mutuallyExclusive('regexp', 'search_string'),
    requiredIf('line', ({ state }) => state === 'present' || state === undefined, 'state is present'),
    requiredIf('regexp', ({ backrefs }) => backrefs === true, 'backrefs is set'),
    ({ state, line, regexp, search_string }) =>
      state === 'absent' && line === undefined && regexp === undefined && search_string === undefined
        ? { message: 'one of line, regexp, search_string is required when state is absent' }
        : undefined,
  ],
);

type LineinfileArguments = z.infer<typeof schema>;

/** One line of a file. */
export const lineinfile: Module<LineinfileArguments> = expandHome(['path'], {
  name: 'lineinfile',
  collection: 'ansible.builtin',
  summary: 'Puts one line into a file, in the place of one that matches, or takes lines away.',
  schema,
  aliases: { dest: 'path', destfile: 'path', name: 'path', value: 'line', regex: 'regexp' },
  example: `- name: More open files
  lineinfile:
    path: /etc/security/limits.conf
    regexp: '^kafka\\s+-\\s+nofile'
    line: kafka - nofile 100000`,
  noticedByOthers: false,
  probe: (args) => textQuestions(args),
  decide(args, answers, context) {
    const found = answers.get(stat(args.path));
    if (found === null && args.state === 'absent') return unchanged({ msg: 'file not present' });
    return editText({ ...args, backupField: 'backup' }, answers, context, (before) => {
      const edited = edit(args, before);
      return { text: edited.text, result: { msg: edited.msg, found: edited.found, backup: '' } };
    });
  },
});

function edit(args: LineinfileArguments, before: string): Edited {
  const { line = '', regexp, search_string } = args;
  const matches =
    regexp !== undefined
      ? (each: string) => findFirst(regexp, each)
      : search_string !== undefined
        ? (each: string) => each.includes(search_string)
        : undefined;
  if (args.state === 'absent') return dropLines(before, matches ?? ((each) => each === line));
  const { backrefs, firstmatch } = args;
  return putLine(before, { line, matches, backrefs, firstMatch: firstmatch, insert: placeOf(args) });
}

function placeOf({ insertafter, insertbefore }: LineinfileArguments): LineEdit['insert'] {
  const beside = insertbefore ?? insertafter ?? 'EOF';
  if (beside === 'BOF') return { at: 'BOF' };
  if (beside === 'EOF') return { at: 'EOF' };
  return { at: insertbefore === undefined ? 'after' : 'before', pattern: beside };
}
