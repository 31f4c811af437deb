import { z } from 'zod';
import type { Run } from '../shell/action.ts';
import { quote } from '../shell/quote.ts';
import { mutuallyExclusive, requiredOneOf, withRules } from './argument-rules.ts';
import { flag, path, text, textList } from './argument-types.ts';
import { failed } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import type { Answers, Module } from './module.ts';
import { decideProgram, guardQuestions } from './run-program.ts';
import { splitWords } from './shell-words.ts';

const schema = withRules(
  z.strictObject({
    cmd: text.optional(),
    argv: textList.optional(),
    chdir: path.optional(),
    creates: path.optional(),
    removes: path.optional(),
    stdin: text.optional(),
    stdin_add_newline: flag.default(true),
    strip_empty_ends: flag.default(true),
    expand_argument_vars: flag.default(true),
  }),
  [mutuallyExclusive('cmd', 'argv'), requiredOneOf('cmd', 'argv')],
);

type CommandArguments = z.infer<typeof schema>;

/** A program with its arguments; no shell looks at them. */
export const command: Module<CommandArguments> = expandHome(['chdir', 'creates', 'removes'], {
  name: 'command',
  collection: 'ansible.builtin',
  summary: 'Runs a program on the host, without a shell.',
  schema,
  aliases: {},
  freeForm: 'cmd',
  example: `- name: Format the storage
  command:
    argv: [/usr/local/kafka/bin/kafka-storage.sh, info, -c, /usr/local/kafka/config/server.properties]
    creates: /var/lib/kafka/meta.properties`,
  noticedByOthers: true,
  probe: (args) => guardQuestions(args),
  decide(args, answers, context) {
    const words = args.argv ?? splitWords(args.cmd ?? '');
    if ('problem' in words) return failed({ message: words.problem }, { cmd: args.cmd });
    if (words.length === 0) return failed({ message: 'no command was given' });
    const run = args.expand_argument_vars ? expanded(words, answers) : ({ kind: 'argv', argv: words } as const);
    return decideProgram(args, run, words, answers, context);
  },
});

/** Variables of the environment and `~` in arguments mean what they mean on the host; what is not set stays as written. */
function expanded(words: readonly string[], answers: Answers): Run['command'] {
  const atHome = words.map((word) =>
    /^~(\/|$)/.test(word) ? answers.get({ ask: 'identity' }).home + word.slice(1) : word,
  );
  if (!atHome.some((word) => variable.test(word))) return { kind: 'argv', argv: atHome };
  return { kind: 'shell', script: `exec ${atHome.map(quoted).join(' ')}`, executable: '/bin/sh' };
}

const variable = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/;

/** Everything quoted but the variables, which keep their text when they are not set. */
function quoted(word: string): string {
  let text = '';
  let from = 0;
  for (const match of word.matchAll(new RegExp(variable, 'g'))) {
    const name = match[1] ?? match[2] ?? '';
    text += quote(word.slice(from, match.index));
    text += `"\${${name}-\\${match[0]}}"`;
    from = match.index + match[0].length;
  }
  return text + quote(word.slice(from));
}
