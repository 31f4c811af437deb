import { z } from 'zod';
import { unescapeString } from '../jinja/syntax/literals.ts';
import { findFirst } from '../jinja/values/regex-run.ts';
import type { Question } from '../shell/question.ts';
import { withRules } from './argument-rules.ts';
import { flag, path, text } from './argument-types.ts';
import { attributeArguments } from './attributes.ts';
import { change, failed, unchanged } from './decisions.ts';
import { fileQuestions, writeFile } from './file-content.ts';
import { hostFragments, joinFragments, localFragments } from './fragments.ts';
import { expandHome } from './home-paths.ts';
import { answerLocalFile, localFile, localFileTopic } from './local-file.ts';
import type { Answers, Module, ModuleContext } from './module.ts';
import { contentOfBytes } from './new-content.ts';
import { lstat, namesIn, stat, withoutSlash } from './paths.ts';
import { pattern } from './pattern.ts';
import { statFields } from './results.ts';

const schema = withRules(
  z.strictObject({
    src: path,
    dest: path,
    remote_src: flag.default(true),
    regexp: pattern().optional(),
    delimiter: text.transform(unescapeString).optional(),
    ignore_hidden: flag.default(false),
    backup: flag.default(false),
    validate: text.optional(),
    ...attributeArguments,
  }),
  [
    ({ dest }) =>
      typeof dest === 'string' && dest.endsWith('/')
        ? { name: 'dest', message: 'the name of a file is wanted, and this is a folder' }
        : undefined,
    ({ validate }) =>
      typeof validate === 'string' && !validate.includes('%s')
        ? { name: 'validate', message: 'it has to hold %s, the file to look at' }
        : undefined,
  ],
);

type AssembleArguments = z.infer<typeof schema>;

const module: Module<AssembleArguments> = {
  name: 'assemble',
  collection: 'ansible.builtin',
  summary: 'Puts the files of a folder, one after another, into one file.',
  schema,
  aliases: {},
  example: `- name: Every role has its part of the settings
  assemble:
    src: /etc/kafka/server.properties.d
    dest: /etc/kafka/server.properties
    mode: "0640"`,
  noticedByOthers: false,
  answerers: { [localFileTopic]: answerLocalFile },
  probe(args, context) {
    const questions: readonly Question[] = fileQuestions(args.dest, args);
    const folder = withoutSlash(args.src);
    if (args.remote_src) return [...questions, stat(folder), namesIn(folder)];
    const source = context.findFile(folder, 'files');
    return source === undefined ? questions : [...questions, localFile(source)];
  },
  decide(args, answers, context) {
    const found = fragmentsOf(args, answers, context);
    if (!('fragments' in found)) return failed(found);
    const fresh = contentOfBytes(joinFragments(found.fragments, args.delimiter));
    const { src, dest, remote_src } = args;
    const sums = { checksum: fresh.sha1, md5sum: fresh.md5 };
    const told = { path: undefined, src, dest, ...sums, msg: remote_src ? 'OK' : undefined };
    const itself = answers.get(lstat(dest));
    const isThere = itself?.type === 'link' && answers.get({ ask: 'hash', path: dest }) === fresh.content.sha256;
    // As with Ansible, only a file that comes from the control machine takes the place of a link to the same content.
    if (isThere && remote_src) return unchanged({ ...statFields(itself), ...told });
    const steps = writeFile({ ...args, follow: false, force: true }, fresh, answers, context);
    if ('obstacle' in steps) return failed(steps.obstacle);
    return change(steps.actions, steps.diff, { ...steps.result, ...told });
  },
};

const ofHost = expandHome(['src', 'dest'], module);
const ofControlMachine = expandHome(['dest'], module);

/** One file out of the files of a folder. Homes in `src` are those of the machine on which it is. */
export const assemble: Module<AssembleArguments> = {
  ...module,
  probe: (args, context) => (args.remote_src ? ofHost : ofControlMachine).probe(args, context),
  decide: (args, answers, context) => (args.remote_src ? ofHost : ofControlMachine).decide(args, answers, context),
};

function fragmentsOf(args: AssembleArguments, answers: Answers, context: ModuleContext) {
  const { src, regexp, ignore_hidden } = args;
  const isWanted = (name: string) =>
    !(ignore_hidden && name.startsWith('.')) && (regexp === undefined || findFirst(regexp, name) !== undefined);
  const folder = withoutSlash(src);
  if (args.remote_src) return hostFragments(folder, isWanted, answers);
  const source = context.findFile(folder, 'files');
  if (source !== undefined) return localFragments(source, isWanted, answers);
  return {
    message: `the folder ${src} was not found on the control machine`,
    hint: `there is none of: ${context.placesOf(folder, 'files').join(', ')}; remote_src: yes takes it from the host`,
  };
}
