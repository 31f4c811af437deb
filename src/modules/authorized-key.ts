import { posix } from 'node:path';
import { z } from 'zod';
import type { Action } from '../shell/action.ts';
import { choice, flag, path, text } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import { editKeys, parseKeys } from './key-edit.ts';
import type { Answers, Decision, Diff, Module } from './module.ts';
import { stat } from './paths.ts';
import { editText, textQuestions } from './text-file.ts';

const schema = z.strictObject({
  user: text,
  key: text.refine((key) => parseKeys(key).some((line) => line.blob !== undefined), {
    message: 'one or more public keys as OpenSSH writes them are wanted; a URL is not supported',
  }),
  state: choice(['present', 'absent']).default('present'),
  path: path.optional(),
  manage_dir: flag.default(true),
  key_options: text.optional(),
  comment: text.optional(),
  exclusive: flag.default(false),
});

type KeyArguments = z.infer<typeof schema>;

/** Who may log in with a key. */
export const authorizedKey: Module<KeyArguments> = {
  name: 'authorized_key',
  collection: 'ansible.posix',
  summary: 'Lets public keys log in to an account, or no longer.',
  schema,
  aliases: {},
  example: `- name: The operators
  authorized_key:
    user: deploy
    key: "{{ operator_keys | join('\\n') }}"
    exclusive: yes`,
  noticedByOthers: false,
  probe: (args) => [{ ask: 'passwd', name: args.user }],
  decide(args, answers, context) {
    const account = answers.get({ ask: 'passwd', name: args.user });
    if (account === null && args.path === undefined) {
      return failed({
        message: `the user ${args.user} does not exist on the host`,
        hint: 'make it with a user task before this one',
      });
    }
    const keyfile = args.path ?? posix.join(account?.home ?? '/', '.ssh/authorized_keys');
    const { user, key, state, exclusive } = args;
    const result = {
      user,
      key,
      keyfile,
      state,
      exclusive,
      key_options: args.key_options ?? null,
      path: args.path ?? null,
    };
    const own = { owner: args.user, group: account?.primaryGroup, mode: 0o600 };
    const isNew = answers.get(stat(keyfile)) === null;
    if (isNew && state === 'absent') return unchanged(result);
    const file = { path: keyfile, create: true, backup: false, ...(args.manage_dir || isNew ? own : {}) };
    answers.require(textQuestions(file));
    const edited = editText(file, answers, context, (before) => ({ text: editKeys(args, before), result }));
    return args.manage_dir ? inFolder(posix.dirname(keyfile), own, edited, answers) : edited;
  },
};

/** sshd(8) takes a file only when nobody else can write to its folder. */
function inFolder(
  folder: string,
  own: { readonly owner: string; readonly group: string | undefined },
  edited: Decision,
  answers: Answers,
): Decision {
  const found = answers.get(stat(folder));
  if (edited.verdict === 'failed') return edited;
  const attributes = { ...own, mode: 0o700 };
  const first: Action[] = [];
  const diff: Diff[] = [];
  if (found === null) {
    first.push({ do: 'mkdir', path: folder, ...attributes });
    diff.push({ kind: 'state', subject: folder, before: { state: 'absent' }, after: { state: 'directory' } });
  } else if (found.mode !== 0o700 || found.owner !== own.owner) {
    first.push({ do: 'attributes', path: folder, follow: true, recursive: false, ...attributes });
    const before = { mode: found.mode.toString(8), owner: found.owner };
    diff.push({ kind: 'state', subject: folder, before, after: { mode: '700', owner: own.owner } });
  }
  if (first.length === 0) return edited;
  if (edited.verdict === 'unchanged') return { verdict: 'change', actions: first, diff, result: edited.result };
  const rest = edited.actions.filter((action) => !(action.do === 'mkdir' && action.path === folder));
  const shown = edited.diff.filter((each) => !(each.kind === 'state' && each.subject === folder));
  return { ...edited, actions: [...first, ...rest], diff: [...diff, ...shown] };
}
