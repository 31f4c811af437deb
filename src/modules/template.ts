import { posix } from 'node:path';
import { z } from 'zod';
import type { Question } from '../shell/question.ts';
import { withRules } from './argument-rules.ts';
import { choice, flag, modeOrPreserve, path, text } from './argument-types.ts';
import { attributeArguments } from './attributes.ts';
import { change, failed } from './decisions.ts';
import { type FileContext, fileQuestions, writeFile } from './file-content.ts';
import { expandHome } from './home-paths.ts';
import { answerLocalFile, localFile, localFileTopic, readLocal } from './local-file.ts';
import type { Answers, Decision, Module } from './module.ts';
import { contentOfBytes } from './new-content.ts';
import { stat } from './paths.ts';

const schema = withRules(
  z.strictObject({
    src: text,
    dest: path,
    backup: flag.default(false),
    force: flag.default(true),
    follow: flag.default(false),
    validate: text.optional(),
    trim_blocks: flag.default(true),
    lstrip_blocks: flag.default(false),
    newline_sequence: choice(['\n', '\r', '\r\n', '\\n', '\\r', '\\r\\n']).default('\n'),
    ...attributeArguments,
    mode: modeOrPreserve.optional(),
  }),
  [
    ({ validate }) =>
      typeof validate === 'string' && !validate.includes('%s')
        ? { name: 'validate', message: 'it has to hold %s, the file to look at' }
        : undefined,
  ],
);

type TemplateArguments = z.infer<typeof schema>;

/** A file out of a template: Handlebars when its name ends with `.hbs`, else Jinja2. */
export const template: Module<TemplateArguments> = expandHome(['dest'], {
  name: 'template',
  collection: 'ansible.builtin',
  summary: 'Renders a template with the variables of the host and writes it into a file there.',
  schema,
  aliases: {},
  example: `- name: The configuration of the broker
  template:
    src: server.properties.hbs
    dest: /usr/local/kafka/config/server.properties
    owner: root
    group: kafka
    mode: "0640"`,
  noticedByOthers: false,
  answerers: { [localFileTopic]: answerLocalFile },
  probe(args, context) {
    const source = context.findFile(args.src, 'templates');
    const questions: Question[] = source === undefined ? [] : [localFile(source)];
    // Below `dest` it goes when that turns out to be a folder.
    const below = args.dest.endsWith('/') ? [] : [posix.join(args.dest, posix.basename(args.src))];
    return [...questions, ...[named(args), ...below].flatMap((dest) => fileQuestions(dest, args))];
  },
  decide(args, answers, context) {
    const source = context.findFile(args.src, 'templates');
    if (source === undefined) {
      return failed({
        message: `the template ${args.src} was not found on the control machine`,
        hint: `there is none of: ${context.placesOf(args.src, 'templates').join(', ')}`,
      });
    }
    const local = readLocal(answers.get(localFile(source)));
    if (local.type === 'absent') return failed({ message: local.error });
    if (local.type === 'directory') return failed({ message: `the template ${source} is a directory` });
    if (local.fresh.bytes === undefined) return failed({ message: `the template ${source} is larger than 1 MB` });
    const options = { trimBlocks: args.trim_blocks, lstripBlocks: args.lstrip_blocks, src: args.src, dest: args.dest };
    const rendered = context.render(new TextDecoder().decode(local.fresh.bytes), source, options);
    const newline = args.newline_sequence.replace('\\r', '\r').replace('\\n', '\n');
    const bytes = Buffer.from(newline === '\n' ? rendered : rendered.replaceAll('\n', newline));
    return decideRendered(args, bytes, local.fresh.mode, source, answers, context);
  },
});

function decideRendered(
  args: TemplateArguments,
  bytes: Uint8Array,
  sourceMode: number | undefined,
  source: string,
  answers: Answers,
  context: FileContext,
): Decision {
  const fresh = contentOfBytes(bytes);
  const into = args.dest === named(args) && answers.get(stat(args.dest))?.type === 'directory';
  const dest = into ? posix.join(args.dest, posix.basename(args.src)) : named(args);
  const { owner, group, follow, force, backup, validate } = args;
  const mode = args.mode === 'preserve' ? sourceMode : args.mode;
  const steps = writeFile({ dest, follow, force, backup, validate, mode, owner, group }, fresh, answers, context);
  if ('obstacle' in steps) return failed(steps.obstacle, { dest });
  return change(steps.actions, steps.diff, { dest, src: source, checksum: fresh.sha1, ...steps.result });
}

function named(args: TemplateArguments): string {
  return args.dest.endsWith('/') ? posix.join(args.dest, posix.basename(args.src)) : args.dest;
}
