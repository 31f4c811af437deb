import { createStyle } from './style.ts';
import type { Span } from './timings.ts';

/** Shorter tasks are counted together: a run has hundreds that take no time. */
const shortestTask = 50;

/** The spans as bars under one another: the control machine first, then each host. */
export function waterfallLines(
  spans: readonly Span[],
  { color, columns }: { readonly color: boolean; readonly columns: number },
): string[] {
  const style = createStyle(color);
  const end = Math.max(...spans.map(({ to }) => to), 1);
  const width = Math.max(20, Math.min(60, columns - 70));
  const places = ['control', ...new Set(spans.map(({ where }) => where).filter((where) => where !== 'control'))];
  const named = Math.max(...places.map(({ length }) => length));
  const lines = places.flatMap((place) => {
    const mine = spans.filter(({ where }) => where === place);
    const shown = mine.filter(({ kind, from, to }) => kind !== 'task' || to - from >= shortestTask);
    const short = mine.length - shown.length;
    const bars = shown.map((span, index) => {
      const paint = span.kind === 'connect' ? style.dim : span.kind === 'control' ? style.waiting : style.good;
      const name = (index === 0 ? place : '').padEnd(named);
      const took = `${((span.to - span.from) / 1000).toFixed(2)} s`.padStart(8);
      return `${name}  ${bar(span, end, width, paint)}  ${took}  ${span.what}`;
    });
    return short === 0
      ? bars
      : [...bars, style.dim(`${''.padEnd(named)}  ${short} tasks of less than ${shortestTask} ms`)];
  });
  return ['', style.bold(`timings: ${(end / 1000).toFixed(2)} s since the program started`), ...lines];
}

function bar({ from, to }: Span, end: number, width: number, paint: (text: string) => string): string {
  const first = Math.min(width - 1, Math.floor((from / end) * width));
  const length = Math.max(1, Math.min(width - first, Math.round(((to - from) / end) * width)));
  return `${'·'.repeat(first)}${paint('█'.repeat(length))}${'·'.repeat(width - first - length)}`;
}
