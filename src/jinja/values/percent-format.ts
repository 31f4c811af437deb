import { TemplateError } from '../error.ts';
import { checkText } from '../limits.ts';
import { isDict, PyFloat, PyTuple, type Value } from '../value.ts';
import { dictGet } from './compare.ts';
import { formatFixed, formatGeneral, formatScientific } from './number-format.ts';
import { toRepr, toText } from './text.ts';
import { isList, isNumber, typeName } from './types.ts';

const pattern = /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([a-zA-Z%])?/g;

/** Python's `'text %s' % value`. Throws `TemplateError` where Python raises. */
export function percentFormat(format: string, value: Value): string {
  const queue = value instanceof PyTuple ? [...value.items] : [value];
  let used = 0;
  let byName = false;
  const next = (): Value => {
    const item = queue[used];
    if (item === undefined) throw new TemplateError('not enough arguments for format string');
    used += 1;
    return item;
  };
  const result = format.replace(
    pattern,
    (_whole, key: string | undefined, flags: string, width?: string, precision?: string, type?: string) => {
      if (type === undefined) throw new TemplateError('incomplete format');
      if (type === '%') return '%';
      const size = width === '*' ? Number(toText(next())) : Number(width ?? 0);
      const digits =
        precision === undefined ? undefined : precision === '*' ? Number(toText(next())) : Number(precision);
      checkText(Math.max(size, digits ?? 0));
      if (key !== undefined) byName = true;
      const item = key === undefined ? next() : named(value, key);
      return pad(formatItem(item, type, flags, digits), size, flags, type);
    },
  );
  if (!byName && used < queue.length && !isDict(value) && !isList(value)) {
    throw new TemplateError('not all arguments converted during string formatting');
  }
  return result;
}

function named(value: Value, key: string): Value {
  if (!isDict(value)) throw new TemplateError('format requires a mapping');
  const item = dictGet(value, key);
  if (item === undefined) throw new TemplateError(`the format names '${key}', which the dict does not have`);
  return item;
}

function formatItem(item: Value, type: string, flags: string, digits: number | undefined): string {
  switch (type) {
    case 's':
      return toText(item).slice(0, digits);
    case 'r':
    case 'a':
      return toRepr(item).slice(0, digits);
    case 'c':
      return typeof item === 'number' ? String.fromCodePoint(item) : toText(item);
    default:
      return withSign(formatNumber(item, type, flags, digits), flags);
  }
}

function formatNumber(item: Value, type: string, flags: string, digits: number | undefined): string {
  if (!isNumber(item)) {
    throw new TemplateError(`%${type} format: a number is required, not ${typeName(item)}`, {
      hint: 'convert it with `| int`',
    });
  }
  const value = item instanceof PyFloat ? item.value : Number(item);
  switch (type) {
    case 'd':
    case 'i':
    case 'u':
      return wholeDigits(item, 10).padStart(digits ?? 0, '0');
    case 'x':
    case 'X':
    case 'o': {
      if (item instanceof PyFloat) throw new TemplateError(`%${type} format: an integer is required, not float`);
      const text = `${flags.includes('#') ? `0${type}` : ''}${wholeDigits(item, type === 'o' ? 8 : 16)}`;
      return type === 'X' ? text.toUpperCase() : text;
    }
    case 'f':
    case 'F':
      return formatFixed(value, digits ?? 6);
    case 'e':
    case 'E': {
      const text = formatScientific(value, digits ?? 6);
      return type === 'E' ? text.toUpperCase() : text;
    }
    case 'g':
    case 'G': {
      const text = formatGeneral(value, digits ?? 6);
      return type === 'G' ? text.toUpperCase() : text;
    }
    default:
      throw new TemplateError(`unsupported format character '${type}'`);
  }
}

function wholeDigits(item: number | bigint | boolean | PyFloat, base: number): string {
  if (item instanceof PyFloat) {
    if (!Number.isFinite(item.value)) throw new TemplateError('cannot convert float infinity or NaN to integer');
    return BigInt(Math.trunc(item.value)).toString(base);
  }
  return BigInt(item).toString(base);
}

function withSign(text: string, flags: string): string {
  if (text.startsWith('-')) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function pad(text: string, width: number, flags: string, type: string): string {
  if (text.length >= width) return text;
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || 'srac'.includes(type)) return text.padStart(width);
  const sign = /^[-+ ]/.test(text) ? text.slice(0, 1) : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}
