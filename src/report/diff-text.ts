import { structuredPatch } from 'diff';
import type { Diff } from '../modules/module.ts';
import { visible } from './printable.ts';
import type { Style } from './style.ts';

/** More lines than this of one file are cut: nobody reads them in a report, and the JSON events have them all. */
const mostLines = 200;
/** The search for the smallest difference takes time with the square of its size; beyond this the whole file is told. */
const mostEdits = 2000;

/** A difference as lines: unified for texts, `key: before → after` for states. */
export function diffLines(diff: Diff, style: Style): string[] {
  if (diff.kind === 'note') return visible(diff.text).split('\n');
  return diff.kind === 'text' ? textLines(diff, style) : stateLines(diff, style);
}

/** What a difference does to its object. */
export function diffSymbol(diffs: readonly Diff[]): '+' | '~' | '-' {
  const symbols = new Set(diffs.map(symbolOf));
  const [only] = symbols;
  return symbols.size === 1 && only !== undefined ? only : '~';
}

function symbolOf(diff: Diff): '+' | '~' | '-' {
  if (diff.kind === 'note') return '~';
  if (diff.kind === 'text') return diff.before === '' ? '+' : diff.after === '' ? '-' : '~';
  if (isAbsent(diff.before)) return '+';
  return isAbsent(diff.after) ? '-' : '~';
}

function isAbsent(state: Readonly<Record<string, string>>): boolean {
  return state.state === 'absent' || Object.keys(state).length === 0;
}

function textLines(diff: Extract<Diff, { kind: 'text' }>, style: Style): string[] {
  const path = visible(diff.path);
  const patch = structuredPatch(path, path, diff.before, diff.after, undefined, undefined, {
    context: 3,
    maxEditLength: mostEdits,
  });
  const header = [
    style.bold(diff.before === '' ? '--- (empty or absent)' : `--- ${path}`),
    style.bold(diff.after === '' ? '+++ (empty or absent)' : `+++ ${path}`),
  ];
  if (patch === undefined) return [...header, `more than ${mostEdits} lines differ`];
  const lines = patch.hunks.flatMap((hunk) => [
    style.waiting(`@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`),
    ...hunk.lines.map((line) => colored(visible(line), style)),
  ]);
  if (lines.length <= mostLines) return [...header, ...lines];
  return [...header, ...lines.slice(0, mostLines), style.dim(`… ${lines.length - mostLines} more lines`)];
}

/** As diff(1) writes it: of no lines, the line before them is named. */
function range(start: number, lines: number): string {
  return lines === 1 ? `${start}` : `${lines === 0 ? start - 1 : start},${lines}`;
}

function colored(line: string, style: Style): string {
  if (line.startsWith('+')) return style.good(line);
  if (line.startsWith('-')) return style.bad(line);
  return line.startsWith('\\') ? style.dim(line) : line;
}

function stateLines(diff: Extract<Diff, { kind: 'state' }>, style: Style): string[] {
  const keys = [...new Set([...Object.keys(diff.before), ...Object.keys(diff.after)])];
  return [
    visible(diff.subject),
    ...keys
      .filter((key) => diff.before[key] !== diff.after[key])
      .map((key) => `  ${visible(key)}: ${side(diff.before[key], style.bad)} → ${side(diff.after[key], style.good)}`),
  ];
}

function side(value: string | undefined, mark: (text: string) => string): string {
  return value === undefined ? '–' : mark(value === '' ? "''" : visible(value).replaceAll('\n', '\\n'));
}
