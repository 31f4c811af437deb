import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Value } from './jinja/value.ts';
import { momentOf } from './jinja/values/calendar.ts';
import { dateTime } from './jinja/values/datetime.ts';

/**
 * The variables that Ansible gives a template about itself, which nothing overrides: `template_path` as the task has it,
 * `template_fullpath`, `template_destpath`, whose the file is and when it was changed, and where and when it is rendered.
 * @param file where the template stands
 */
export function templateVariables(file: string, written: string, dest: string): ReadonlyMap<string, Value> {
  const stat = statSync(file, { throwIfNoEntry: false });
  return new Map<string, Value>([
    ['template_host', hostname()],
    ['template_path', written],
    ['template_fullpath', path.resolve(file)],
    ['template_destpath', dest],
    ['template_run_date', dateTime(momentOf(Date.now() / 1000, false))],
    ...(stat === undefined
      ? []
      : [
          ['template_mtime', dateTime(momentOf(stat.mtimeMs / 1000, false))] as const,
          ['template_uid', accountOf(stat.uid)] as const,
        ]),
  ]);
}

/** The name of an account of the control machine, or its number where it has none. */
function accountOf(uid: number): string | number {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return lines.map((line) => line.split(':')).find(([, , id]) => id === String(uid))?.[0] ?? uid;
  } catch {
    return uid;
  }
}
