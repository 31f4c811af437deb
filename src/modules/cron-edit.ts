import type { Value } from '../jinja/value.ts';
import type { CronArguments } from './cron.ts';
import { linesOf } from './line-edit.ts';

/** The comment before a job, by which Ansible finds it again. */
const mark = '#Ansible: ';

/** The crontab with the job or the variable, or without it. */
export function editCrontab(args: CronArguments, text: string): string {
  const lines = linesOf(text).map((line) => line.replace(/\n$/, ''));
  const edited = args.env ? editVariable(args, lines) : editJob(args, lines);
  return edited.map((line) => `${line}\n`).join('');
}

/** The names of the jobs and variables in a crontab. */
export function namesIn(text: string): { readonly jobs: Value; readonly envs: Value } {
  const lines = text.split('\n');
  return {
    jobs: lines.flatMap((line) => (line.startsWith(mark) ? [line.slice(mark.length)] : [])),
    envs: lines.flatMap((line) => /^\s*([A-Za-z_]\w*)\s*=/.exec(line)?.[1] ?? []),
  };
}

function editJob(args: CronArguments, lines: readonly string[]): readonly string[] {
  const at = lines.indexOf(`${mark}${args.name}`);
  const job = args.state === 'absent' ? [] : [`${mark}${args.name}`, jobLine(args)];
  if (at < 0) return [...lines, ...job];
  return [...lines.slice(0, at), ...job, ...lines.slice(at + 2)];
}

function jobLine(args: CronArguments): string {
  const { minute, hour, day, month, weekday, special_time } = args;
  const when = special_time === undefined ? [minute, hour, day, month, weekday].join(' ') : `@${special_time}`;
  const user = args.cron_file === undefined ? '' : `${args.user ?? 'root'} `;
  return `${args.disabled ? '#' : ''}${when} ${user}${(args.job ?? '').replace(/\n$/, '')}`;
}

/** A variable is for the jobs below it, so a new one goes to the top. */
function editVariable(args: CronArguments, lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line) => new RegExp(`^\\s*${args.name}\\s*=`).test(line));
  const variable = args.state === 'absent' ? [] : [`${args.name}="${args.job ?? ''}"`];
  return at < 0 ? [...variable, ...lines] : [...lines.slice(0, at), ...variable, ...lines.slice(at + 1)];
}
