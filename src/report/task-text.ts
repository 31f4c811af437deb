import type { TaskIdentity, TaskStatus } from '../apply/events.ts';
import { diffLines } from './diff-text.ts';
import { failureLines } from './failure-text.ts';
import type { TaskEnd } from './held-tasks.ts';
import type { Style } from './style.ts';
import { describeSeconds, foldHosts } from './wording.ts';

export interface TaskTextOptions {
  readonly style: Style;
  readonly columns: number;
  readonly verbosity: number;
  readonly diff: boolean;
}

/** The first column: every word that a line can begin with fits. */
const wordWidth = 'unreachable'.length + 1;

/** A line that begins with a word and goes on with text. */
export function wordLine(word: string, text: string, mark: (text: string) => string): string {
  return `${mark(word)}${' '.repeat(Math.max(1, wordWidth - word.length))}${text}`;
}

/** Lines that belong to the one above. */
export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`));
}

/** How a task ended on the hosts: hosts with the same result share a line. `[]` when there is nothing worth telling. */
export function taskLines(
  task: TaskIdentity,
  ends: readonly TaskEnd[],
  everyone: readonly string[],
  options: TaskTextOptions,
): string[] {
  const groups = new Map<string, TaskEnd[]>();
  for (const end of ends) {
    if (!isTold(end, options.verbosity)) continue;
    const key = sameness(end, options);
    groups.set(key, [...(groups.get(key) ?? []), end]);
  }
  return [...groups.values()].flatMap((group) => groupLines(task, group, everyone, options));
}

function isTold(end: TaskEnd, verbosity: number): boolean {
  if (verbosity > 0) return true;
  return end.status === 'ok' ? end.message !== undefined : end.status !== 'skipped';
}

/** Hosts of which this is equal are told together. */
function sameness(end: TaskEnd, options: TaskTextOptions): string {
  return JSON.stringify([
    end.status,
    end.failure,
    end.message,
    end.items,
    end.result,
    options.diff ? end.diff : undefined,
  ]);
}

function groupLines(
  task: TaskIdentity,
  group: readonly TaskEnd[],
  everyone: readonly string[],
  options: TaskTextOptions,
): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { style } = options;
  const hosts = group.map(({ host }) => host);
  const seconds = Math.max(...group.map((end) => end.seconds));
  const took = seconds >= 1 ? style.dim(` (${describeSeconds(seconds)})`) : '';
  const width = Math.max(24, options.columns - wordWidth - task.task.length - 12);
  const text = `${task.task}: ${style.bold(foldHosts(hosts, everyone, width))}${took}`;
  return [wordLine(first.status, text, statusMark(first.status, style)), ...indented(details(first, options))];
}

function details(end: TaskEnd, options: TaskTextOptions): string[] {
  const { style } = options;
  const lines: string[] = [];
  if (end.message !== undefined) lines.push(...end.message.split('\n'));
  lines.push(...itemLines(end, options.verbosity));
  if (options.diff) lines.push(...end.diff.flatMap((diff) => diffLines(diff, style)));
  if (end.failure !== undefined) lines.push(...failureLines(end.failure, end.task.at, style));
  if (options.verbosity > 0 && end.result !== undefined) lines.push(style.dim(end.result));
  return lines;
}

/** Which items of a loop changed or failed; all of them with `-v`. */
function itemLines(end: TaskEnd, verbosity: number): string[] {
  const items = (end.items ?? []).filter(({ status }) => verbosity > 0 || (status !== 'ok' && status !== 'skipped'));
  const byStatus = new Map<TaskStatus, string[]>();
  for (const { label, status } of items) byStatus.set(status, [...(byStatus.get(status) ?? []), label]);
  return [...byStatus].map(([status, labels]) => `${status}: ${labels.join(', ')}`);
}

/** The colour of a status. */
export function statusMark(status: TaskStatus, style: Style): (text: string) => string {
  switch (status) {
    case 'ok':
      return style.good;
    case 'changed':
      return style.changed;
    case 'skipped':
      return style.dim;
    case 'ignored':
    case 'rescued':
      return style.waiting;
    case 'failed':
    case 'unreachable':
      return style.bad;
  }
}
