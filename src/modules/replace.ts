import { z } from 'zod';
import { TemplateError } from '../jinja/error.ts';
import { compileRegex } from '../jinja/values/regex.ts';
import { replacementOf } from '../jinja/values/regex-replacement.ts';
import { findAll, findFirst } from '../jinja/values/regex-run.ts';
import { flag, path, text } from './argument-types.ts';
import { attributeArguments } from './attributes.ts';
import { failed } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import type { Module } from './module.ts';
import { withoutSlash } from './paths.ts';
import { pattern } from './pattern.ts';
import { type Edit, editText, textQuestions } from './text-file.ts';

const source = text.refine(
  (given) => {
    try {
      return compileRegex(given) !== undefined;
    } catch (error) {
      if (error instanceof TemplateError) return false;
      throw error;
    }
  },
  { message: 'a regular expression is wanted' },
);

const schema = z.strictObject({
  path: path.transform(withoutSlash),
  regexp: pattern({ multiline: true }),
  replace: text.default(''),
  after: source.optional(),
  before: source.optional(),
  backup: flag.default(false),
  validate: text.optional(),
  ...attributeArguments,
});

type ReplaceArguments = z.infer<typeof schema>;

/** Every place of a file in which an expression is found. */
export const replace: Module<ReplaceArguments> = expandHome(['path'], {
  name: 'replace',
  collection: 'ansible.builtin',
  summary: 'Replaces every text that a regular expression finds in a file.',
  schema,
  aliases: { dest: 'path', destfile: 'path', name: 'path' },
  example: `- name: A larger heap
  replace:
    path: /etc/default/kafka
    regexp: '-Xmx\\d+[mg]'
    replace: -Xmx4g`,
  noticedByOthers: false,
  probe: (args) => textQuestions({ ...args, create: false }),
  decide(args, answers, context) {
    try {
      return editText({ ...args, create: false }, answers, context, (before) => edit(args, before));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return failed({ message: error.message });
    }
  },
});

function edit(args: ReplaceArguments, before: string): Edit {
  const part = partOf(args, before);
  if (part === undefined) {
    const msg = `Pattern for before/after params did not match the given file: ${boundary(args)}`;
    return { text: before, result: { msg, rc: 0 } };
  }
  const replacement = replacementOf(args.replace);
  let after = '';
  let from = 0;
  const matches = findAll(args.regexp, part.text);
  for (const match of matches) {
    after += part.text.slice(from, match.index) + replacement(match);
    from = match.index + match[0].length;
  }
  const text = before.slice(0, part.at) + after + part.text.slice(from) + before.slice(part.at + part.text.length);
  return { text, result: { msg: text === before ? '' : `${matches.length} replacements made`, rc: 0 } };
}

/** What stands between `after` and `before`, over line ends; the whole text without them. */
function partOf(args: ReplaceArguments, text: string): { readonly at: number; readonly text: string } | undefined {
  if (args.after === undefined && args.before === undefined) return { at: 0, text };
  const match = findFirst(compileRegex(boundary(args)), text);
  const part = match?.groups?.subsection;
  if (match === undefined || part === undefined) return undefined;
  // The part begins where what stands before it ends; `after` is matched once more to know where that is.
  const head = args.after === undefined ? 0 : headLength(args, match[0], part);
  return { at: match.index + head, text: part };
}

function headLength({ after = '', before }: ReplaceArguments, whole: string, part: string): number {
  const rest = before === undefined ? '' : `(?:${before})`;
  const head = findFirst(
    compileRegex(`(?s)(?P<head>${after})(?P<subsection>.*${before === undefined ? '' : '?'})${rest}`),
    whole,
  );
  return head?.groups?.head?.length ?? whole.indexOf(part);
}

function boundary({ after, before }: ReplaceArguments): string {
  if (after !== undefined && before !== undefined) return `(?s)${after}(?P<subsection>.*?)${before}`;
  return after === undefined ? `(?s)(?P<subsection>.*)${before ?? ''}` : `(?s)${after}(?P<subsection>.*)`;
}
