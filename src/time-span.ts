/** Seconds in each unit of a time span, by all its names (systemd.time(7)); one without a unit is of seconds. */
const units: ReadonlyMap<string, number> = new Map(
  (
    [
      // The sign for micro and the Greek letter look alike.
      [1e-6, 'us', 'usec', '\u00b5s', '\u03bcs'],
      [1e-9, 'ns', 'nsec'],
      [1e-3, 'ms', 'msec'],
      [1, '', 's', 'sec', 'second', 'seconds'],
      [60, 'm', 'min', 'minute', 'minutes'],
      [3600, 'h', 'hr', 'hour', 'hours'],
      [86_400, 'd', 'day', 'days'],
      [604_800, 'w', 'week', 'weeks'],
      [2_629_800, 'M', 'month', 'months'],
      [31_557_600, 'y', 'year', 'years'],
    ] as const
  ).flatMap(([seconds, ...names]) => names.map((name) => [name, seconds] as const)),
);

/**
 * A time span as systemd reads and prints it, in seconds: `5min`, `1min 30s`, `1.5h`, `20`; `Infinity` for `infinity`, and
 * `undefined` for what is none. Source: systemd.time(7).
 */
export function parseTimeSpan(text: string): number | undefined {
  const span = text.trim();
  if (span === 'infinity') return Number.POSITIVE_INFINITY;
  const part = /(\d+(?:\.\d+)?)\s*([A-Za-z\u00b5\u03bc]*)/g;
  if (span === '' || span.replaceAll(part, '').trim() !== '') return undefined;
  const parts = [...span.matchAll(part)].map(([, count, unit = '']) => {
    const seconds = units.get(unit);
    return seconds === undefined ? undefined : Number(count) * seconds;
  });
  return parts.reduce((sum, part) => (sum === undefined || part === undefined ? undefined : sum + part), 0);
}
