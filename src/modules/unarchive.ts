import { posix } from 'node:path';
import { z } from 'zod';
import type { Question } from '../shell/question.ts';
import {
  answerArchive,
  archiveQuestion,
  archiveTopic,
  isUrl,
  type Obtain,
  readObtained,
  verifiedOnly,
} from './archive.ts';
import { mutuallyExclusive, withRules } from './argument-rules.ts';
import { flag, path, text, textList } from './argument-types.ts';
import { accountQuestions, attributeArguments, missingAccount } from './attributes.ts';
import { failed, unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import type { Answers, Decision, Module, ModuleContext } from './module.ts';
import { stat } from './paths.ts';
import { statFields } from './results.ts';
import { unpackKnown } from './unpacking.ts';
import { unpackFromHost } from './unpacking-on-host.ts';

const schema = withRules(
  z.strictObject({
    src: text,
    dest: path,
    // Without a default: that `copy` excludes it is asked of what is written.
    remote_src: flag.optional(),
    copy: flag.optional(),
    creates: path.optional(),
    list_files: flag.default(false),
    keep_newer: flag.default(false),
    include: textList.default([]),
    exclude: textList.default([]),
    extra_opts: textList.default([]),
    validate_certs: verifiedOnly,
    ...attributeArguments,
  }),
  [
    mutuallyExclusive('copy', 'remote_src'),
    ({ include, exclude }) =>
      Array.isArray(include) && Array.isArray(exclude) && include.length > 0 && exclude.length > 0
        ? { name: 'exclude', message: 'include and exclude exclude each other' }
        : undefined,
    ({ src, remote_src, copy }) =>
      typeof src === 'string' && isUrl(src) && remote_src !== true && copy !== false
        ? { name: 'src', message: 'a URL goes with remote_src: yes' }
        : undefined,
  ],
);

export type UnarchiveArguments = z.infer<typeof schema>;

/**
 * An archive, unpacked on the host. One behind a URL is obtained once on the control machine and pushed, so that no host
 * needs to reach the server that the URL names.
 */
export function unarchive(obtain: Obtain): Module<UnarchiveArguments> {
  return expandHome(['dest', 'creates'], {
    name: 'unarchive',
    collection: 'ansible.builtin',
    summary: 'Unpacks an archive of the control machine, of a URL or of the host itself into a folder of the host.',
    schema,
    aliases: {},
    example: `- name: Kafka
  unarchive:
    src: https://archive.apache.org/dist/kafka/2.8.1/kafka_2.13-2.8.1.tgz
    dest: /usr/local
    remote_src: yes
    creates: /usr/local/kafka_2.13-2.8.1`,
    noticedByOthers: false,
    answerers: { [archiveTopic]: answerArchive(obtain) },
    probe(args, context) {
      if (args.creates !== undefined) return [stat(args.creates)];
      return [...hostQuestions(args), ...sourceQuestion(args, context)];
    },
    decide(args, answers, context) {
      if (args.creates !== undefined && answers.get(stat(args.creates)) !== null) {
        return unchanged({ skipped: true, msg: `skipped, since ${args.creates} exists` });
      }
      answers.require([...hostQuestions(args), ...sourceQuestion(args, context)]);
      const dest = answers.get(stat(args.dest));
      if (dest?.type !== 'directory') {
        return failed({
          message: `dest ${args.dest} has to be a folder that is there already`,
          hint: 'make it with a file task before this one',
        });
      }
      const account = missingAccount(args, answers);
      if (account !== undefined) return failed(account);
      const result = { dest: args.dest, src: args.src, ...statFields(dest) };
      return onHost(args)
        ? unpackFromHost(args, result, answers, context)
        : decideFromControl(args, result, answers, context);
    },
  });
}

function decideFromControl(
  args: UnarchiveArguments,
  result: Parameters<typeof unpackFromHost>[1],
  answers: Answers,
  context: ModuleContext,
): Decision {
  const [question] = sourceQuestion(args, context);
  if (question === undefined) {
    return failed({
      message: `the archive ${args.src} was not found on the control machine`,
      hint: `there is none of: ${context.placesOf(args.src, 'files').join(', ')}; remote_src: yes takes it from the host`,
    });
  }
  const obtained = readObtained(answers.get(question));
  if ('error' in obtained) {
    return failed({ message: obtained.error, ...(obtained.hint === undefined ? {} : { hint: obtained.hint }) });
  }
  const { file, sha256, bytes: size, format } = obtained;
  if (format === undefined) return failed({ message: `${file} is not an archive that brokkr can read` });
  return unpackKnown(args, { from: 'file', file, sha256, size }, { ...obtained, format }, result, answers);
}

function hostQuestions(args: UnarchiveArguments): readonly Question[] {
  const questions: Question[] = [stat(args.dest), { ask: 'identity' }, ...accountQuestions(args)];
  return onHost(args) ? [...questions, stat(posix.resolve('/', args.src))] : questions;
}

function sourceQuestion(args: UnarchiveArguments, context: ModuleContext) {
  if (onHost(args)) return [];
  const source = isUrl(args.src) ? args.src : context.findFile(args.src, 'files');
  return source === undefined ? [] : [archiveQuestion(source, { entries: true })];
}

/** Is the archive on the host itself? `copy: no` is the old name of `remote_src: yes`. */
function onHost(args: UnarchiveArguments): boolean {
  return (args.remote_src === true || args.copy === false) && !isUrl(args.src);
}
