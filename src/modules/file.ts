import { posix } from 'node:path';
import { z } from 'zod';
import type { HostQuestion } from '../shell/question.ts';
import { withRules } from './argument-rules.ts';
import { choice, flag, path } from './argument-types.ts';
import { accountQuestions, attributeArguments, missingAccount } from './attributes.ts';
import { change, failed, unchanged } from './decisions.ts';
import { decideDirectory } from './file-directory.ts';
import { decideHardLink, decideLink, linkSource } from './file-link.ts';
import { decideFile, decideTouch } from './file-regular.ts';
import { expandHome } from './home-paths.ts';
import type { Answers, Module } from './module.ts';
import { ancestors, lstat, stat, withoutSlash } from './paths.ts';

const schema = withRules(
  z.strictObject({
    path: path.transform(withoutSlash),
    state: choice(['absent', 'directory', 'file', 'hard', 'link', 'touch']).optional(),
    src: path.optional(),
    recurse: flag.default(false),
    follow: flag.default(true),
    force: flag.default(false),
    modification_time: choice(['now', 'preserve']).optional(),
    access_time: choice(['now', 'preserve']).optional(),
    ...attributeArguments,
  }),
  [
    ({ src, state }) =>
      src !== undefined && state !== 'link' && state !== 'hard' && state !== undefined
        ? { name: 'src', message: 'it goes with state link or hard only' }
        : undefined,
    ({ recurse, state }) =>
      recurse === true && state !== 'directory' && state !== undefined
        ? { name: 'recurse', message: 'it goes with state directory only' }
        : undefined,
    ({ modification_time, access_time, state }) =>
      (modification_time !== undefined || access_time !== undefined) && state !== 'touch'
        ? { name: 'state', message: 'times can be set with state touch only' }
        : undefined,
  ],
);

export type FileArguments = z.infer<typeof schema>;

/** Files, folders and links: that they are there, whose they are, who may do what. */
export const file: Module<FileArguments> = expandHome(['path', 'src'], {
  name: 'file',
  collection: 'ansible.builtin',
  summary: 'Makes folders, links and empty files, removes them, and gives them owner, group and mode.',
  schema,
  aliases: { dest: 'path', name: 'path' },
  example: `- name: A folder for the data
  file:
    path: /var/lib/kafka
    state: directory
    owner: kafka
    group: kafka
    mode: "0750"`,
  noticedByOthers: false,
  probe(args) {
    const questions: HostQuestion[] = [lstat(args.path), stat(args.path), ...accountQuestions(args)];
    if (args.state === 'directory') questions.push({ ask: 'identity' }, ...ancestors(args.path).map(stat));
    if (args.state !== 'directory' && args.state !== 'absent') {
      questions.push({ ask: 'identity' }, stat(posix.dirname(args.path)));
    }
    if (args.recurse) questions.push({ ask: 'tree', path: args.path });
    if (args.src !== undefined) questions.push(stat(linkSource(args.path, args.src)));
    return questions;
  },
  decide(args, answers) {
    const account = args.state === 'absent' ? undefined : missingAccount(args, answers);
    if (account !== undefined) return failed(account, { path: args.path });
    switch (args.state ?? presentState(args, answers)) {
      case 'absent':
        return decideAbsent(args.path, answers);
      case 'directory':
        return decideDirectory(args, answers);
      case 'link':
        return decideLink(args, answers);
      case 'hard':
        return decideHardLink(args, answers);
      case 'touch':
        return decideTouch(args, answers);
      default:
        return decideFile(args, answers);
    }
  },
});

/** Without a state, what is there is what is meant. */
function presentState(args: FileArguments, answers: Answers): 'directory' | 'link' | 'file' {
  if (args.recurse) return 'directory';
  const found = answers.get(lstat(args.path));
  return found?.type === 'directory' || found?.type === 'link' ? found.type : 'file';
}

function decideAbsent(path: string, answers: Answers) {
  const found = answers.get(lstat(path));
  const result = { path, state: 'absent' };
  if (found === null) return unchanged(result);
  const before = { state: found.type };
  return change(
    [{ do: 'remove', path }],
    [{ kind: 'state', subject: path, before, after: { state: 'absent' } }],
    result,
  );
}
