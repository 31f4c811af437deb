import type { Span } from './timings.ts';

/**
 * The spans as a trace that Perfetto and chrome://tracing open: a process for each place, and in it a thread for each kind,
 * complete events (`ph: X`) with times in microseconds (Trace Event Format, "JSON Object Format").
 */
export function traceJson(spans: readonly Span[]): string {
  const places = ['control', ...new Set(spans.map(({ where }) => where).filter((where) => where !== 'control'))];
  const kinds = ['control', 'connect', 'probe', 'apply', 'task', 'wait'];
  const names = places.map((name, index) => ({ name: 'process_name', ph: 'M', pid: index + 1, args: { name } }));
  const threads = places.flatMap((place, index) =>
    kinds
      .filter((kind) => spans.some((span) => span.where === place && span.kind === kind))
      .map((name) => ({ name: 'thread_name', ph: 'M', pid: index + 1, tid: kinds.indexOf(name) + 1, args: { name } })),
  );
  const events = spans.map(({ where, what, kind, from, to }) => ({
    name: what,
    cat: kind,
    ph: 'X',
    pid: places.indexOf(where) + 1,
    tid: kinds.indexOf(kind) + 1,
    ts: Math.round(from * 1000),
    dur: Math.round((to - from) * 1000),
  }));
  return `${JSON.stringify({ traceEvents: [...names, ...threads, ...events], displayTimeUnit: 'ms' })}\n`;
}
