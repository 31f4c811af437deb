import { expect, it } from 'vitest';
import { parseTimeSpan } from '../../src/time-span.ts';

it.each([
  ['5min', 300],
  ['1min 30s', 90],
  ['1h', 3600],
  ['1.5h', 5400],
  ['2 hours', 7200],
  ['500ms', 0.5],
  ['20', 20],
  ['1M', 2_629_800],
  ['1y', 31_557_600],
  ['1S', undefined],
  ['0', 0],
  ['infinity', Number.POSITIVE_INFINITY],
  ['', undefined],
  ['5 parsecs', undefined],
  ['soon', undefined],
  ['5min.', undefined],
  [`${'1'.repeat(60)}!`, undefined],
])('reads the time span %j', (text, seconds) => {
  expect(parseTimeSpan(text)).toBe(seconds);
});
