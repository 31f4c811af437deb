import { posix } from 'node:path';
import { z } from 'zod';
import type { Question } from '../shell/question.ts';
import { withRules } from './argument-rules.ts';
import { choice, flag, integer, path, text, textList } from './argument-types.ts';
import { change, failed, unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import type { Decision, Module } from './module.ts';
import { stat } from './paths.ts';
import { addUser, changeUser, shadowQuestion } from './user-changes.ts';

const schema = withRules(
  z.strictObject({
    name: text,
    state: choice(['present', 'absent']).default('present'),
    uid: integer.optional(),
    group: text.optional(),
    groups: textList.transform((names) => names.map((name) => name.trim()).filter((name) => name !== '')).optional(),
    append: flag.default(false),
    home: path.optional(),
    create_home: flag.default(true),
    move_home: flag.default(false),
    shell: path.optional(),
    comment: text.optional(),
    system: flag.default(false),
    password: text.optional(),
    update_password: choice(['always', 'on_create']).default('always'),
    remove: flag.default(false),
    force: flag.default(false),
  }),
  [
    ({ append, groups }) =>
      append === true && groups === undefined ? { name: 'append', message: 'it needs groups' } : undefined,
    ({ password }) =>
      typeof password === 'string' && password !== '' && !/^([!*].*|\$.+\$.+|[./\w]{13})$/.test(password)
        ? {
            name: 'password',
            message: 'the hash of a password, as crypt(3) makes it, is wanted, not the password itself',
          }
        : undefined,
  ],
);

export type UserArguments = z.infer<typeof schema>;

/** An account. */
export const user: Module<UserArguments> = expandHome(['home', 'shell'], {
  name: 'user',
  collection: 'ansible.builtin',
  summary: 'Makes, changes and removes an account.',
  schema,
  aliases: { user: 'name', createhome: 'create_home' },
  example: `- name: The account of the brokers
  user:
    name: kafka
    system: yes
    group: kafka
    shell: /usr/sbin/nologin
    create_home: no`,
  noticedByOthers: false,
  probe(args, context) {
    if (args.password !== undefined) context.addSecret(args.password);
    const questions: Question[] = [{ ask: 'passwd', name: args.name }];
    if (args.state === 'absent') return questions;
    for (const name of groupNames(args)) questions.push({ ask: 'group', name });
    // useradd(8) makes the folder above a home too.
    if (args.home !== undefined) questions.push(stat(args.home), stat(posix.dirname(args.home)));
    if (args.password !== undefined && args.update_password === 'always') questions.push(shadowQuestion);
    return questions;
  },
  decide(args, answers, context) {
    if (args.password !== undefined) context.addSecret(args.password);
    const found = answers.get({ ask: 'passwd', name: args.name });
    if (args.state === 'absent') return decideAbsent(args, found !== null);
    const missing = groupNames(args).filter((name) => answers.get({ ask: 'group', name }) === null);
    if (missing.length > 0) {
      return failed({
        message: `the group ${missing.join(', ')} does not exist on the host`,
        hint: 'create it with a group task before this one',
      });
    }
    return found === null ? addUser(args) : changeUser(args, found, answers);
  },
});

function decideAbsent({ name, remove, force }: UserArguments, isThere: boolean): Decision {
  if (!isThere) return unchanged({ name, state: 'absent' });
  const removal = { append: false, createHome: false, moveHome: false, system: false, removeHome: remove, force };
  return change(
    [{ do: 'user', verb: 'delete', name, ...removal }],
    [{ kind: 'state', subject: `user ${name}`, before: { state: 'present' }, after: { state: 'absent' } }],
    { name, state: 'absent', remove, force },
  );
}

function groupNames(args: UserArguments): readonly string[] {
  return [...(args.group === undefined ? [] : [args.group]), ...(args.groups ?? [])].filter(
    (name) => !/^\d+$/.test(name),
  );
}
