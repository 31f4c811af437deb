import { TemplateError } from '../error.ts';

/** A date and time of the proleptic Gregorian calendar, without a zone. */
export interface Moment {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Seconds since 1970 as if the moment were UTC. */
export function epochSeconds(moment: Moment): number {
  const { year, month, day, hour, minute, second } = moment;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime() / 1000;
}

/** The moment that many seconds after 1970, in UTC or in the zone of this machine. */
export function momentOf(seconds: number, utc: boolean): Moment {
  const date = new Date(Math.floor(seconds) * 1000);
  if (Number.isNaN(date.getTime())) throw new TemplateError(`${seconds} seconds is no time that a calendar has`);
  const microsecond = Math.round((seconds - Math.floor(seconds)) * 1e6) % 1_000_000;
  return utc
    ? {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
        second: date.getUTCSeconds(),
        microsecond,
      }
    : {
        year: date.getFullYear(),
        month: date.getMonth() + 1,
        day: date.getDate(),
        hour: date.getHours(),
        minute: date.getMinutes(),
        second: date.getSeconds(),
        microsecond,
      };
}

/** C's `strftime` in the C locale. Throws `TemplateError` for a directive it does not know. */
export function formatMoment(
  format: string,
  moment: Moment,
  zone: { offset: number; name: string } | undefined,
): string {
  return format.replace(/%(-?)([\s\S]?)/g, (_whole, flag: string, directive: string) => {
    const text = directiveText(directive, moment, zone);
    return flag === '-' ? text.replace(/^[0 ]+(?=\d)/, '') : text;
  });
}

function directiveText(directive: string, moment: Moment, zone: { offset: number; name: string } | undefined): string {
  const { year, month, day, hour, minute, second, microsecond } = moment;
  const seconds = epochSeconds(moment);
  const weekday = (((Math.floor(seconds / 86400) + 4) % 7) + 7) % 7;
  const yearDay = Math.floor(
    (seconds - epochSeconds({ ...moment, month: 1, day: 1, hour: 0, minute: 0, second: 0 })) / 86400,
  );
  const two = (value: number, fill = '0') => String(value).padStart(2, fill);
  const again = (format: string) => formatMoment(format, moment, zone);
  switch (directive) {
    case 'Y':
      return String(year);
    case 'C':
      return two(Math.floor(year / 100));
    case 'y':
      return two(year % 100);
    case 'm':
      return two(month);
    case 'd':
      return two(day);
    case 'e':
      return two(day, ' ');
    case 'H':
      return two(hour);
    case 'k':
      return two(hour, ' ');
    case 'I':
      return two(hour % 12 || 12);
    case 'l':
      return two(hour % 12 || 12, ' ');
    case 'M':
      return two(minute);
    case 'S':
      return two(second);
    case 'f':
      return String(microsecond).padStart(6, '0');
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'P':
      return hour < 12 ? 'am' : 'pm';
    case 'A':
      return days[weekday] ?? '';
    case 'a':
      return (days[weekday] ?? '').slice(0, 3);
    case 'B':
      return months[month - 1] ?? '';
    case 'b':
    case 'h':
      return (months[month - 1] ?? '').slice(0, 3);
    case 'j':
      return String(yearDay + 1).padStart(3, '0');
    case 'w':
      return String(weekday);
    case 'u':
      return String(weekday || 7);
    case 'U':
      return two(Math.floor((yearDay + 7 - weekday) / 7));
    case 'W':
      return two(Math.floor((yearDay + 7 - ((weekday + 6) % 7)) / 7));
    case 's':
      return String(Math.floor(seconds) - (zone?.offset ?? 0));
    case 'D':
      return again('%m/%d/%y');
    case 'F':
      return again('%Y-%m-%d');
    case 'T':
    case 'X':
      return again('%H:%M:%S');
    case 'R':
      return again('%H:%M');
    case 'r':
      return again('%I:%M:%S %p');
    case 'c':
      return again('%a %b %e %H:%M:%S %Y');
    case 'x':
      return again('%m/%d/%y');
    case 'z':
      return zone === undefined ? '' : zoneText(zone.offset);
    case 'Z':
      return zone?.name ?? '';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case '%':
      return '%';
    default:
      throw new TemplateError(`a time format cannot have '%${directive}'`);
  }
}

function zoneText(offset: number): string {
  const minutes = Math.abs(offset) / 60;
  const text = `${String(Math.floor(minutes / 60)).padStart(2, '0')}${String(minutes % 60).padStart(2, '0')}`;
  return (offset < 0 ? '-' : '+') + text;
}

const parsers: ReadonlyMap<string, string> = new Map([
  ['Y', '(?<Y>\\d{4})'],
  ['m', '(?<m>1[0-2]|0[1-9]|[1-9])'],
  ['d', '(?<d>3[01]|[12]\\d|0[1-9]|[1-9])'],
  ['H', '(?<H>2[0-3]|[01]\\d|\\d)'],
  ['I', '(?<I>1[0-2]|0[1-9]|[1-9])'],
  ['M', '(?<M>[0-5]\\d|\\d)'],
  ['S', '(?<S>6[01]|[0-5]\\d|\\d)'],
  ['f', '(?<f>\\d{1,6})'],
  ['y', '(?<y>\\d{2})'],
  ['p', '(?<p>AM|PM)'],
  ['B', `(?<B>${months.join('|')})`],
  ['b', `(?<b>${months.map((name) => name.slice(0, 3)).join('|')})`],
  ['A', `(?:${days.join('|')})`],
  ['a', `(?:${days.map((name) => name.slice(0, 3)).join('|')})`],
  ['%', '%'],
]);

/** Python's `strptime` without zones. Throws `TemplateError` when the text does not have the format. */
export function parseMoment(text: string, format: string): Moment {
  const pattern = format.replace(
    /%([\s\S]?)|(\s+)|([\\^$.*+?()[\]{}|/])/g,
    (_whole, directive?: string, space?: string, special?: string) => {
      if (space !== undefined) return '\\s+';
      if (special !== undefined) return `\\${special}`;
      const part = parsers.get(directive ?? '');
      if (part === undefined) throw new TemplateError(`a time format cannot be read with '%${directive}'`);
      return part;
    },
  );
  const found = new RegExp(`^${pattern}$`, 'i').exec(text)?.groups;
  if (found === undefined && !new RegExp(`^${pattern}$`, 'i').test(text)) {
    throw new TemplateError(`the time '${text}' does not match the format '${format}'`);
  }
  return checkedMoment(found ?? {}, text);
}

function checkedMoment(found: Readonly<Record<string, string | undefined>>, text: string): Moment {
  const number = (name: string, fallback: number) => (found[name] === undefined ? fallback : Number(found[name]));
  const short = number('y', -1);
  const named = (found.B ?? found.b)?.slice(0, 3).toLowerCase();
  const month =
    named === undefined ? number('m', 1) : months.findIndex((name) => name.toLowerCase().startsWith(named)) + 1;
  const half =
    found.I === undefined ? number('H', 0) : (number('I', 12) % 12) + (found.p?.toUpperCase() === 'PM' ? 12 : 0);
  const moment: Moment = {
    year: short < 0 ? number('Y', 1900) : short + (short < 69 ? 2000 : 1900),
    month,
    day: number('d', 1),
    hour: half,
    minute: number('M', 0),
    second: number('S', 0),
    microsecond: Number((found.f ?? '0').padEnd(6, '0')),
  };
  if (momentOf(epochSeconds(moment), true).day !== moment.day)
    throw new TemplateError(`the date '${text}' is not in the calendar`);
  return moment;
}
