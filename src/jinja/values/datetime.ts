import { callable } from '../call.ts';
import { PyFloat, PyObject, type Value } from '../value.ts';
import { epochSeconds, formatMoment, type Moment, momentOf } from './calendar.ts';

const moments = new WeakMap<PyObject, Moment>();
const spans = new WeakMap<PyObject, number>();

/** Python's `datetime` without a zone: its fields, `strftime`, `isoformat`, difference and order. */
export function dateTime(moment: Moment): PyObject {
  const object = new PyObject('datetime', {
    attribute: (name) => attributeOf(moment, name),
    operate: (operator, other) => operate(moment, operator, other),
    text: () => isoText(moment, ' '),
  });
  moments.set(object, moment);
  return object;
}

function attributeOf(moment: Moment, name: string): Value | undefined {
  switch (name) {
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
    case 'minute':
    case 'second':
    case 'microsecond':
      return moment[name];
    case 'strftime':
      return callable(name, ['!format'], (args) => formatMoment(args.text('format'), moment, undefined));
    case 'isoformat':
      return callable(name, ['sep'], (args) => isoText(moment, args.text('sep', 'T')));
    case 'timestamp':
      return callable(name, [], () => new PyFloat(localSeconds(moment) + moment.microsecond / 1e6));
    case 'weekday':
      return callable(name, [], () => (((Math.floor(epochSeconds(moment) / 86400) + 3) % 7) + 7) % 7);
    case 'date':
      return callable(name, [], () => dateTime({ ...moment, hour: 0, minute: 0, second: 0, microsecond: 0 }));
    default:
      return undefined;
  }
}

function operate(moment: Moment, operator: '-' | '+' | 'compare', other: Value): Value | undefined {
  if (!(other instanceof PyObject)) return undefined;
  const micros = microseconds(moment);
  const span = spans.get(other);
  if (span !== undefined && operator !== 'compare')
    return atMicroseconds(operator === '+' ? micros + span : micros - span);
  const second = moments.get(other);
  if (second === undefined || operator === '+') return undefined;
  const difference = micros - microseconds(second);
  return operator === '-' ? timeSpan(difference) : Math.sign(difference);
}

/** Python's `timedelta`; `span` in microseconds. */
function timeSpan(span: number): PyObject {
  const days = Math.floor(span / 86_400e6);
  const seconds = Math.floor((span - days * 86_400e6) / 1e6);
  const object = new PyObject('timedelta', {
    attribute: (name) => {
      if (name === 'days') return days;
      if (name === 'seconds') return seconds;
      if (name === 'microseconds') return span - days * 86_400e6 - seconds * 1e6;
      return name === 'total_seconds' ? callable(name, [], () => new PyFloat(span / 1e6)) : undefined;
    },
    operate: (operator, other) => {
      const second = other instanceof PyObject ? spans.get(other) : undefined;
      if (second === undefined) return undefined;
      if (operator === 'compare') return Math.sign(span - second);
      return timeSpan(operator === '+' ? span + second : span - second);
    },
    text: () => spanText(days, seconds),
  });
  spans.set(object, span);
  return object;
}

function spanText(days: number, seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days === 0 ? time : `${days} day${Math.abs(days) === 1 ? '' : 's'}, ${time}`;
}

function isoText(moment: Moment, separator: string): string {
  const year = String(moment.year).padStart(4, '0');
  const date = formatMoment(`${year}-%m-%d`, moment, undefined);
  const fraction = moment.microsecond === 0 ? '' : `.${String(moment.microsecond).padStart(6, '0')}`;
  return `${date}${separator}${formatMoment('%H:%M:%S', moment, undefined)}${fraction}`;
}

function microseconds(moment: Moment): number {
  return epochSeconds(moment) * 1e6 + moment.microsecond;
}

function atMicroseconds(micros: number): PyObject {
  const seconds = Math.floor(micros / 1e6);
  return dateTime({ ...momentOf(seconds, true), microsecond: micros - seconds * 1e6 });
}

function localSeconds({ year, month, day, hour, minute, second }: Moment): number {
  return new Date(year, month - 1, day, hour, minute, second).getTime() / 1000;
}
