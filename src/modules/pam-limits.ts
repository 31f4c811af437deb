import { z } from 'zod';
import { withRules } from './argument-rules.ts';
import { choice, flag, path, text } from './argument-types.ts';
import { failed } from './decisions.ts';
import { putLimit, unlimited } from './limit-edit.ts';
import type { Module } from './module.ts';
import { missingFolder, stat, withoutSlash } from './paths.ts';
import { editText, textQuestions } from './text-file.ts';

/** limits.conf(5); `maxsyslogins` and `chroot` are known to some builds of PAM only. */
const items = choice([
  ...(['core', 'data', 'fsize', 'memlock', 'nofile', 'rss', 'stack', 'cpu', 'nproc', 'as', 'maxlogins'] as const),
  ...(['maxsyslogins', 'priority', 'locks', 'sigpending', 'msgqueue', 'nice', 'rtprio', 'chroot'] as const),
]);

const schema = withRules(
  z.strictObject({
    dest: path.default('/etc/security/limits.conf').transform(withoutSlash),
    domain: text.refine((domain) => /^[^\s#]+$/.test(domain), {
      message: 'a user, @group, a range of ids or * is wanted, without blanks',
    }),
    limit_type: choice(['hard', 'soft', '-']),
    limit_item: items,
    value: text,
    use_max: flag.default(false),
    use_min: flag.default(false),
    backup: flag.default(false),
    comment: text.refine((comment) => !comment.includes('\n'), { message: 'it is one line' }).default(''),
  }),
  [
    ({ use_max, use_min }) =>
      use_max === true && use_min === true
        ? { name: 'use_min', message: 'use_max and use_min exclude each other' }
        : undefined,
    ({ limit_item, value }) => (typeof value === 'string' ? wrongValue(value, limit_item) : undefined),
  ],
);

/** A limit of what the sessions of users may take. */
export const pamLimits: Module<z.infer<typeof schema>> = {
  name: 'pam_limits',
  collection: 'community.general',
  summary: 'Keeps a limit of what a user may take, such as open files, in the file of PAM.',
  schema,
  aliases: {},
  example: `- name: Kafka opens many files
  pam_limits:
    domain: kafka
    limit_type: "-"
    limit_item: nofile
    value: "100000"`,
  noticedByOthers: false,
  probe: (args) => textQuestions(fileOf(args)),
  decide(args, answers, context) {
    const { dest, domain, limit_type: type, limit_item: item, value, comment } = args;
    const obstacle = answers.get(stat(dest)) === null ? missingFolder(dest, answers) : undefined;
    if (obstacle !== undefined) return failed(obstacle);
    const keep = args.use_max ? 'larger' : args.use_min ? 'smaller' : undefined;
    return editText(fileOf(args), answers, context, (before) => {
      const edited = putLimit(before, { domain, type, item, value, comment, keep });
      return { text: edited.text, result: { msg: edited.line } };
    });
  },
};

function fileOf({ dest, backup }: { readonly dest: string; readonly backup: boolean }) {
  return { path: dest, create: true, backup };
}

function wrongValue(value: string, item: unknown): { name: string; message: string } | undefined {
  if (item === 'nice' || item === 'priority') {
    const isInRange = /^[+-]?\d+$/.test(value) && Math.abs(Number(value) + 0.5) < 20;
    return isInRange ? undefined : { name: 'value', message: `a number from -20 to 19 is wanted, not "${value}"` };
  }
  if (unlimited.includes(value) || /^\d+$/.test(value)) return undefined;
  return { name: 'value', message: `unlimited, infinity, -1 or a number from 0 on is wanted, not "${value}"` };
}
