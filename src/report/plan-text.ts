import { formatPosition } from '../errors.ts';
import type { Diff } from '../modules/module.ts';
import { type HostView, type PlanView, pendingCount, type TaskView } from '../plan/plan-view.ts';
import type { Redactor } from '../shell/redact.ts';
import { diffLines, diffSymbol } from './diff-text.ts';
import { nextLines } from './failure-text.ts';
import { printableDeep } from './printable.ts';
import { redactFields } from './redact-event.ts';
import { createStyle, type Style } from './style.ts';
import { indented } from './task-text.ts';
import { count, foldHosts } from './wording.ts';

export interface PlanTextOptions {
  readonly redactor: Redactor;
  readonly color: boolean;
  readonly columns: number;
  /** What changes in files and states is shown. */
  readonly diff: boolean;
  /** With `-v` what stays as it is, and what is skipped, is told, too. */
  readonly verbosity: number;
  /** The command that applies it; without one it is being applied. */
  readonly applyWith?: string | undefined;
  /** How many hosts could not be looked at. */
  readonly unreached?: number;
}

const symbols = { run: '>', unknown: '?', failed: '!', ok: '=', skipped: '·', once: '·' } as const;

/** A plan as lines: what would change on which hosts, hosts with the same changes folded, and how to apply it. */
export function planLines(plan: PlanView, options: PlanTextOptions): string[] {
  const view = printableDeep(redactFields(plan, options.redactor));
  const style = createStyle(options.color);
  const lines = view.plays.flatMap((play) => {
    const told = play.tasks.flatMap((task) => taskText(task, play.hosts, options, style));
    const names = foldHosts(play.hosts, [], Math.max(24, Math.floor(options.columns / 2)));
    return told.length === 0 ? [] : [style.bold(`${play.play}: ${names}`), ...told, ''];
  });
  return [...lines, ...summary(view, options, style)];
}

function taskText(task: TaskView, everyone: readonly string[], options: PlanTextOptions, style: Style): string[] {
  const groups = new Map<string, Group>();
  for (const host of task.hosts) {
    if (options.verbosity === 0 && isQuiet(host)) continue;
    const symbol = host.verdict === 'change' ? diffSymbol(host.diff) : symbols[host.verdict];
    const lines = details(task, host, options, style);
    // Files that differ elsewhere may change in the same way: what would be shown alike is shown once.
    const key = JSON.stringify([symbol, lines]);
    groups.set(key, { symbol, lines, hosts: [...(groups.get(key)?.hosts ?? []), host.host] });
  }
  return [...groups.values()].flatMap((group) => groupText(task, group, everyone, options, style));
}

/** Hosts of which the same is told. */
interface Group {
  readonly symbol: string;
  readonly lines: readonly string[];
  readonly hosts: readonly string[];
}

function isQuiet(host: HostView): boolean {
  return host.verdict === 'ok' || host.verdict === 'skipped' || host.verdict === 'once';
}

function groupText(
  task: TaskView,
  { symbol, lines, hosts }: Group,
  everyone: readonly string[],
  options: PlanTextOptions,
  style: Style,
): string[] {
  const names = foldHosts(hosts, everyone, Math.max(24, options.columns - task.task.length - 16));
  const handler = task.handler ? style.dim(' (handler)') : '';
  const head = `  ${symbolMark(symbol, style)(symbol)} ${task.task}${handler}: ${style.bold(names)}`;
  return [head, ...indented(lines).map((line) => (line === '' ? '' : `  ${line}`))];
}

function details(task: TaskView, host: HostView, options: PlanTextOptions, style: Style): string[] {
  const lines: string[] = [];
  const items = (host.items ?? []).filter(({ verdict }) => options.verbosity > 0 || verdict === host.verdict);
  if (items.length > 0) lines.push(`items: ${items.map(({ label }) => label).join(', ')}`);
  if (host.verdict === 'failed') lines.push(`at ${formatPosition(task.at)}`);
  // Of a loop that changes something, it says only why some item is left out.
  if (host.reason !== undefined && host.verdict !== 'change' && host.verdict !== 'run')
    lines.push(...host.reason.split('\n'));
  if (host.hint !== undefined) lines.push(...nextLines(host.hint, style));
  lines.push(...shownDiffs(host, options).flatMap((diff) => diffLines(diff, style)));
  return lines;
}

/** A note is the only way to tell of a change that has no lines to show: it is not left out. */
function shownDiffs(host: HostView, options: PlanTextOptions): Diff[] {
  return host.diff.filter(({ kind }) => options.diff || kind === 'note');
}

function symbolMark(symbol: string, style: Style): (text: string) => string {
  switch (symbol) {
    case '+':
    case '=':
      return style.good;
    case '-':
    case '!':
      return style.bad;
    case '~':
      return style.changed;
    default:
      return symbol === '·' ? style.dim : style.waiting;
  }
}

/** The counts, and what to do with the plan. */
function summary(view: PlanView, options: PlanTextOptions, style: Style): string[] {
  const { changes, hosts, failed } = pendingCount(view);
  const all = view.plays.flatMap((play) => play.tasks.flatMap((task) => task.hosts));
  const number = (verdict: HostView['verdict']): number => all.filter((host) => host.verdict === verdict).length;
  const { applyWith, unreached = 0 } = options;
  if (changes === 0 && failed === 0 && unreached === 0) return [style.good('nothing to change')];
  const lines: string[] = [];
  const most = number('run') + number('unknown') > 0 ? 'up to ' : '';
  if (number('run') > 0)
    lines.push(style.dim(`> ${count(number('run'), 'step')} will tell only when run whether anything changes`));
  if (number('unknown') > 0)
    lines.push(style.dim(`? ${count(number('unknown'), 'step')} cannot be known before others have run`));
  if (failed > 0)
    lines.push(style.bad(`${count(failed, 'step')} would fail; a run stops there on the hosts named above`));
  if (unreached > 0) lines.push(style.bad(`not known for ${count(unreached, 'host')}: no look could be had at them`));
  if (changes === 0) return lines;
  const how = applyWith === undefined ? '' : `; apply with: ${applyWith}`;
  return [...lines, style.changed(`${most}${count(changes, 'change')} on ${count(hosts, 'host')}${how}`)];
}
