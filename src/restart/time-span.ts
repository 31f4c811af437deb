const units: readonly (readonly [RegExp, number])[] = [
  [/^(?:us|usec|\u00b5s)$/, 0.000_001],
  [/^(?:ms|msec)$/, 0.001],
  [/^(?:|s|sec|seconds?)$/, 1],
  [/^(?:m|min|minutes?)$/, 60],
  [/^(?:h|hr|hours?)$/, 3600],
  [/^(?:d|days?)$/, 86_400],
  [/^(?:w|weeks?)$/, 604_800],
];

const part = /(\d+(?:\.\d+)?)\s*([a-z\u00b5]*)\s*/y;

/**
 * Seconds of a time span as systemd writes and reads it (systemd.time(7)): `300`, `5min`, `1min 30s`; `Infinity` for
 * `infinity`. `undefined` when it is none.
 */
export function parseTimeSpan(text: string): number | undefined {
  const span = text.trim();
  if (span === 'infinity') return Number.POSITIVE_INFINITY;
  let seconds = 0;
  part.lastIndex = 0;
  let end = 0;
  for (let found = part.exec(span); found !== null && found[0] !== ''; found = part.exec(span)) {
    const [, count = '', name = ''] = found;
    const factor = units.find(([pattern]) => pattern.test(name))?.[1];
    if (factor === undefined) return undefined;
    seconds += Number(count) * factor;
    end = part.lastIndex;
  }
  return end > 0 && end === span.length ? seconds : undefined;
}
