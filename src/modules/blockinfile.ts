import { z } from 'zod';
import { findFirst } from '../jinja/values/regex-run.ts';
import { mutuallyExclusive, withRules } from './argument-rules.ts';
import { choice, flag, path, text } from './argument-types.ts';
import { attributeArguments } from './attributes.ts';
import { type BlockPlace, putBlock } from './block-edit.ts';
import { expandHome } from './home-paths.ts';
import type { Module } from './module.ts';
import { stat, withoutSlash } from './paths.ts';
import { pattern } from './pattern.ts';
import { editText, textQuestions } from './text-file.ts';

const after = z.union([choice(['EOF']), pattern()], 'EOF or a regular expression is wanted');
const before = z.union([choice(['BOF']), pattern()], 'BOF or a regular expression is wanted');

const schema = withRules(
  z.strictObject({
    path: path.transform(withoutSlash),
    block: text.default(''),
    state: choice(['present', 'absent']).default('present'),
    marker: text.default('# {mark} ANSIBLE MANAGED BLOCK'),
    marker_begin: text.default('BEGIN'),
    marker_end: text.default('END'),
    insertafter: after.optional(),
    insertbefore: before.optional(),
    append_newline: flag.default(false),
    prepend_newline: flag.default(false),
    create: flag.default(false),
    backup: flag.default(false),
    validate: text.optional(),
    ...attributeArguments,
  }),
  [mutuallyExclusive('insertafter', 'insertbefore')],
);

type BlockinfileArguments = z.infer<typeof schema>;

/** Lines of a file between two lines that mark them. */
export const blockinfile: Module<BlockinfileArguments> = expandHome(['path'], {
  name: 'blockinfile',
  collection: 'ansible.builtin',
  summary: 'Puts lines into a file between two lines that mark them, or takes them away.',
  schema,
  aliases: { dest: 'path', destfile: 'path', name: 'path', content: 'block' },
  example: `- name: Every broker is known by name
  blockinfile:
    path: /etc/hosts
    block: |
      {% for host in groups['kafka'] %}
      {{ hostvars[host].ansible_host }} {{ host }}
      {% endfor %}`,
  noticedByOthers: false,
  probe: (args) => textQuestions(args),
  decide(args, answers, context) {
    const isNew = answers.get(stat(args.path)) === null;
    const block = args.state === 'absent' ? '' : args.block;
    return editText(args, answers, context, (text) => {
      const marker = (mark: string) => args.marker.replaceAll('{mark}', mark);
      const markers = [marker(args.marker_begin), marker(args.marker_end)] as const;
      const edited = putBlock(text, { block, markers, place: placeOf(args), ...blankLines(args) });
      return { text: edited.text, result: { msg: isNew ? 'File created' : edited.msg } };
    });
  },
});

function blankLines({ append_newline, prepend_newline }: BlockinfileArguments) {
  return { blankBefore: prepend_newline, blankAfter: append_newline };
}

function placeOf({ insertafter, insertbefore }: BlockinfileArguments): BlockPlace {
  const beside = insertbefore ?? insertafter ?? 'EOF';
  if (beside === 'EOF' || beside === 'BOF') return { at: beside };
  return {
    at: insertbefore === undefined ? 'after' : 'before',
    matches: (line) => findFirst(beside, line) !== undefined,
  };
}
