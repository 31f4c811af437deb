import { posix } from 'node:path';
import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import type { OutputQuestion } from '../shell/question.ts';
import { quote } from '../shell/quote.ts';
import { withRules } from './argument-rules.ts';
import { choice, flag, text } from './argument-types.ts';
import { editCrontab, namesIn } from './cron-edit.ts';
import { change, unchanged } from './decisions.ts';
import { contentDiff } from './file-diff.ts';
import type { Module } from './module.ts';
import { stat } from './paths.ts';
import { editText, textQuestions } from './text-file.ts';
import { output, toolRun } from './tool.ts';

const time = text.default('*');

const schema = withRules(
  z.strictObject({
    name: text,
    job: text.optional(),
    state: choice(['present', 'absent']).default('present'),
    user: text.optional(),
    cron_file: text.optional(),
    minute: time,
    hour: time,
    day: time,
    month: time,
    weekday: time,
    special_time: choice(['annually', 'daily', 'hourly', 'monthly', 'reboot', 'weekly', 'yearly']).optional(),
    disabled: flag.default(false),
    env: flag.default(false),
    backup: flag.default(false),
  }),
  [
    ({ state, job }) =>
      state !== 'absent' && job === undefined
        ? { name: 'job', message: 'it is required when state is present' }
        : undefined,
    ({ name, job }) =>
      String(name).includes('\n') || String(job).includes('\n')
        ? { name: 'job', message: 'it is one line' }
        : undefined,
    ({ special_time, minute, hour, day, month, weekday }) =>
      special_time !== undefined &&
      [minute, hour, day, month, weekday].some((each) => each !== undefined && each !== '*')
        ? { name: 'special_time', message: 'it goes without minute, hour, day, month and weekday' }
        : undefined,
    ({ cron_file, user, state, env }) =>
      cron_file !== undefined && user === undefined && state !== 'absent' && env !== true
        ? { name: 'user', message: 'it is required with cron_file' }
        : undefined,
  ],
);

export type CronArguments = z.infer<typeof schema>;

/** A job of cron. */
export const cron: Module<CronArguments> = {
  name: 'cron',
  collection: 'ansible.builtin',
  summary: 'Keeps a job, or a variable of the jobs, in a crontab of a user or in a file of /etc/cron.d.',
  schema,
  aliases: { value: 'job', dom: 'day', dow: 'weekday' },
  example: `- name: Old logs go
  cron:
    name: old logs
    hour: "3"
    minute: "15"
    job: find /var/log/kafka -mtime +14 -delete`,
  noticedByOthers: false,
  probe: (args) => (args.cron_file === undefined ? [crontab(args)] : textQuestions(fileOf(args.cron_file))),
  decide(args, answers, context) {
    if (args.cron_file !== undefined) {
      const file = fileOf(args.cron_file);
      if (args.state === 'absent' && answers.get(stat(file.path)) === null) return unchanged(told(args, ''));
      return editText({ ...file, backup: args.backup }, answers, context, (before) => {
        const after = editCrontab(args, before);
        return { text: after, result: told(args, after) };
      });
    }
    const before = answers.get(crontab(args)).stdout;
    const after = editCrontab(args, before);
    if (after === before) return unchanged(told(args, after));
    const tool = `crontab ${ofUser(args)}`;
    // What somebody else has written since then is not overwritten.
    const script = `[ "$(${tool} -l 2>/dev/null; echo .)" = ${quote(`${before}.`)} ] || { echo "the crontab has changed meanwhile" >&2; exit 1; }; printf %s ${quote(after)} | ${tool} -`;
    const diff = contentDiff(`crontab of ${args.user ?? 'the user'}`, Buffer.from(before), Buffer.from(after));
    return change([toolRun({ script, asked: crontab(args), becomes: after })], [diff], told(args, after));
  },
};

function crontab(args: CronArguments): OutputQuestion {
  return output(`crontab of ${args.user ?? 'the user'}`, `crontab ${ofUser(args)} -l`);
}

function ofUser({ user }: CronArguments): string {
  return user === undefined ? '' : `-u ${quote(user)}`;
}

function fileOf(cronFile: string) {
  return { path: posix.resolve('/etc/cron.d', cronFile), create: true, backup: false };
}

function told(args: CronArguments, text: string): Record<string, Value> {
  return { ...namesIn(text), cron_file: args.cron_file ?? null, state: args.state };
}
