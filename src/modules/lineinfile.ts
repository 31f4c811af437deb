import { z } from 'zod';
import { TemplateError } from '../jinja/error.ts';
import { compileRegex } from '../jinja/values/regex.ts';
import { findFirst } from '../jinja/values/regex-run.ts';
import type { Question } from '../shell/question.ts';
import { mutuallyExclusive, requiredIf, withRules } from './argument-rules.ts';
import { choice, flag, path, text } from './argument-types.ts';
import { attributeArguments } from './attributes.ts';
import { change, failed, unchanged } from './decisions.ts';
import { fileQuestions, newFolderDiff, writeFile } from './file-content.ts';
import { expandHome } from './home-paths.ts';
import { dropLines, type Edited, type LineEdit, putLine } from './line-edit.ts';
import type { Answers, Decision, Module } from './module.ts';
import { contentOfBytes } from './new-content.ts';
import { missingFolders, stat, withoutSlash } from './paths.ts';

/** Files larger than this are not edited. */
const maxBytes = 16 * 1024 * 1024;

const pattern = text.transform((source, context) => {
  try {
    return compileRegex(source);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

/** `BOF`, `EOF`, or the regular expression of a line. */
const place = z.union([choice(['BOF', 'EOF']), pattern], 'BOF, EOF or a regular expression is wanted');

const schema = withRules(
  z.strictObject({
    path: path.transform(withoutSlash),
    line: text
      .transform((line) => line.replace(/\n$/, ''))
      .refine((line) => !line.includes('\n'), { message: 'it is one line; copy and template write several' })
      .optional(),
    regexp: pattern.optional(),
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
  probe: (args) => questions(args),
  decide(args, answers) {
    const found = answers.get(stat(args.path));
    if (found?.type === 'directory') return failed({ message: `${args.path} is a directory` }, { rc: 256 });
    if (found === null && args.state === 'absent') return unchanged({ msg: 'file not present' });
    if (found === null && !args.create) {
      return failed({ message: `${args.path} does not exist`, hint: 'say create: yes to have it made' }, { rc: 257 });
    }
    if (found !== null && found.size > maxBytes) return failed({ message: `${args.path} is larger than 16 MB` });
    const content = found === null ? new Uint8Array() : answers.get(contentQuestion(args));
    const before = content === null ? undefined : decode(content);
    if (before === undefined) return failed({ message: `${args.path} is not UTF-8 text` });
    return decideEdited(args, edit(args, before), found === null, answers);
  },
});

function decideEdited(args: LineinfileArguments, edited: Edited, isNew: boolean, answers: Answers): Decision {
  const { owner, group, mode, backup, validate, path: dest } = args;
  const folders = isNew ? missingFolders(dest, answers) : [];
  const fresh = contentOfBytes(Buffer.from(edited.text));
  const wanted = {
    dest,
    folderIsMade: folders.length > 0,
    follow: true,
    force: true,
    backup,
    validate,
    mode,
    owner,
    group,
  };
  const steps = writeFile(wanted, fresh, answers);
  if ('obstacle' in steps) return failed(steps.obstacle);
  const made = folders.map((folder) => ({ do: 'mkdir' as const, path: folder }));
  const result = { msg: edited.msg, found: edited.found, backup: '' };
  return change([...made, ...steps.actions], [...folders.map(newFolderDiff), ...steps.diff], result);
}

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

function questions(args: LineinfileArguments): readonly Question[] {
  return [...fileQuestions(args.path, args), contentQuestion(args)];
}

function contentQuestion(args: LineinfileArguments) {
  return { ask: 'content', path: args.path, maxBytes } as const;
}

function decode(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}
