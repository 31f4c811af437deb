import { asNumber } from '../call.ts';
import { defineFilter, type Filter } from '../environment.ts';
import { PyFloat, type Value } from '../value.ts';
import { formatMoment, momentOf, parseMoment } from '../values/calendar.ts';
import { dateTime } from '../values/datetime.ts';
import { parseFloatText } from '../values/parse-number.ts';
import { toText } from '../values/text.ts';

/** Filters on times. `strftime` without a second argument takes the present. */
export const timeFilters: Readonly<Record<string, Filter>> = {
  strftime: defineFilter(['second', 'utc'], (input, args) => {
    const seconds = secondsOf(args.get('second') ?? null);
    const utc = args.flag('utc');
    const zone = utc
      ? { offset: 0, name: 'UTC' }
      : { offset: -60 * new Date(seconds * 1000).getTimezoneOffset(), name: '' };
    return formatMoment(toText(input), momentOf(Math.floor(seconds), utc), zone);
  }),
  to_datetime: defineFilter(['format'], (input, args) =>
    dateTime(parseMoment(toText(input), args.text('format', '%Y-%m-%d %H:%M:%S'))),
  ),
};

function secondsOf(value: Value): number {
  if (value === null) return Date.now() / 1000;
  const parsed = typeof value === 'string' ? parseFloatText(value) : undefined;
  return asNumber(parsed === undefined ? value : new PyFloat(parsed), 'the epoch value');
}
