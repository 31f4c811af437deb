import { z } from 'zod';
import type { Action } from '../shell/action.ts';
import { text } from './argument-types.ts';
import { failed, followedBy, unchanged } from './decisions.ts';
import type { Diff, Module } from './module.ts';
import { lstat, stat } from './paths.ts';
import { editText, textQuestions } from './text-file.ts';

const schema = z.strictObject({
  name: text.refine((name) => /^[A-Za-z0-9][\w+/-]*$/.test(name), {
    message: 'a time zone such as Europe/Berlin is wanted',
  }),
});

const localtime = '/etc/localtime';
const file = { path: '/etc/timezone', create: false, backup: false };

/** The time zone of the host. */
export const timezone: Module<z.infer<typeof schema>> = {
  name: 'timezone',
  collection: 'community.general',
  summary: 'Sets the time zone of the host.',
  schema,
  aliases: {},
  example: `- name: Logs tell the same time everywhere
  timezone:
    name: Etc/UTC`,
  noticedByOthers: false,
  probe: ({ name }) => [lstat(localtime), stat(zoneFile(name)), ...textQuestions(file)],
  decide({ name }, answers, context) {
    if (answers.get(stat(zoneFile(name)))?.type !== 'file') {
      return failed({ message: `the host knows no time zone ${name}`, hint: 'its package is called tzdata' });
    }
    const now = answers.get(lstat(localtime));
    const zone = now?.target?.replace(/^.*\/zoneinfo\//, '');
    const actions: Action[] = [];
    const diff: Diff[] = [];
    if (zone !== name) {
      if (now !== null && now.type !== 'link') actions.push({ do: 'remove', path: localtime });
      actions.push({ do: 'link', path: localtime, target: zoneFile(name), kind: 'symbolic' });
      diff.push({ kind: 'state', subject: 'time zone', before: { name: zone ?? 'unknown' }, after: { name } });
    }
    // Debian keeps the name in a file, too.
    const isNamed = answers.get(stat(file.path)) !== null;
    const edit = (before: string) => ({ text: before.trim() === name ? before : `${name}\n`, result: {} });
    return followedBy(isNamed ? editText(file, answers, context, edit) : unchanged(), actions, diff);
  },
};

function zoneFile(name: string): string {
  return `/usr/share/zoneinfo/${name}`;
}
