const PARTS =
  /^(?<year>[0-9]{4})-(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})(?:(?:[Tt]|[ \t]+)(?<time>[0-9]{1,2}:[0-9]{2}:[0-9]{2})(?:\.(?<fraction>[0-9]*))?(?:[ \t]*(?<zone>Z|(?<sign>[-+])(?<zoneHour>[0-9]{1,2})(?::(?<zoneMinute>[0-9]{2}))?))?)?$/;

/** A date or time that the calendar or the clock does not have. */
export class TimestampError extends Error {}

/**
 * A YAML timestamp as Python prints the `date` or `datetime` that PyYAML makes of it, which is what a template shows:
 * `2024-01-02`, `2024-01-02 03:04:05.600000+01:00`.
 * @throws TimestampError for 2024-13-45
 */
export function readTimestamp(text: string): string {
  const parts = PARTS.exec(text)?.groups;
  if (parts === undefined) throw new TimestampError(`${text} is not a date or time`);
  const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    throw new TimestampError(`${text} is a date that the calendar does not have`);
  }
  const date = `${parts.year}-${pad(month)}-${pad(day)}`;
  if (parts.time === undefined) return date;
  const [hour = 0, minute = 0, second = 0] = parts.time.split(':').map(Number);
  if (hour > 23 || minute > 59 || second > 59) {
    throw new TimestampError(`${text} is a time that the clock does not have`);
  }
  const micros = (parts.fraction ?? '').slice(0, 6).padEnd(6, '0');
  const fraction = micros === '000000' ? '' : `.${micros}`;
  return `${date} ${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}${zoneText(parts)}`;
}

function zoneText(parts: Readonly<Record<string, string | undefined>>): string {
  if (parts.zone === undefined) return '';
  const minutes = Number(parts.zoneHour ?? 0) * 60 + Number(parts.zoneMinute ?? 0);
  if (minutes >= 24 * 60) throw new TimestampError(`the time zone ${parts.zone} is a day or more away`);
  const sign = parts.sign === '-' && minutes > 0 ? '-' : '+';
  return `${sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
