import { TemplateError } from '../error.ts';
import { checkText } from '../limits.ts';
import { isDict, type List, PyFloat, type Value } from '../value.ts';
import { dictGet } from './compare.ts';
import { formatFixed, formatGeneral, formatScientific } from './number-format.ts';
import { itemAt, length } from './sequence.ts';
import { floatRepr, toRepr, toText } from './text.ts';
import { isInteger, isNumber, sequenceItems, typeName } from './types.ts';

const field = /\{\{|\}\}|\{([^{}!:]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g;

/** Python's `'{} {name!r:>10}'.format(…)`. Throws `TemplateError` where Python raises. */
export function braceFormat(format: string, positional: List, keyword: ReadonlyMap<string, Value>): string {
  let automatic = 0;
  let numbering: 'automatic' | 'manual' | undefined;
  const resolve = (name: string): Value => {
    const [, head = '', path = ''] = /^([^.[]*)(.*)$/s.exec(name) ?? [];
    if (head === '' || /^\d+$/.test(head)) {
      const kind = head === '' ? 'automatic' : 'manual';
      if (numbering !== undefined && numbering !== kind) {
        throw new TemplateError('a format cannot mix `{}` and numbered fields such as `{0}`');
      }
      numbering = kind;
    }
    const index = head === '' ? automatic++ : Number(head);
    const value = head === '' || /^\d+$/.test(head) ? positional[index] : keyword.get(head);
    if (value === undefined)
      throw new TemplateError(`the format names '${head || index}', which is not among the arguments`);
    return follow(value, path);
  };
  return format.replace(field, (whole: string, name?: string, conversion?: string, spec?: string) => {
    if (whole === '{{' || whole === '}}') return whole.slice(0, 1);
    if (name === undefined) throw new TemplateError(`single '${whole}' encountered in format string`);
    const value = resolve(name);
    const shown = conversion === undefined ? value : conversion === 's' ? toText(value) : toRepr(value);
    const filledSpec = (spec ?? '').replace(/\{([^{}]*)\}/g, (_inner, inner: string) => toText(resolve(inner)));
    return formatValue(shown, filledSpec);
  });
}

function follow(value: Value, path: string): Value {
  let result = value;
  for (const [, attribute, item] of path.matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
    const key = attribute ?? item ?? '';
    const items = sequenceItems(result);
    const next =
      isDict(result) && attribute === undefined
        ? dictGet(result, key)
        : items !== undefined && /^\d+$/.test(key)
          ? itemAt(items, Number(key))
          : undefined;
    if (next === undefined) throw new TemplateError(`'${typeName(result)}' has no '${key}' that a format can use`);
    result = next;
  }
  return result;
}

const specPattern = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;

/** Python's format specification: fill, alignment, sign, width, grouping, precision, type. */
function formatValue(value: Value, spec: string): string {
  if (spec === '') return toText(value);
  const match = specPattern.exec(spec);
  if (match === null) throw new TemplateError(`invalid format specifier '${spec}'`);
  const [, fill, align, sign = '-', alternate, zero, width = '0', group, precision, type] = match;
  checkText(Math.max(Number(width), Number(precision ?? 0)));
  const numeric =
    isNumber(value) && typeof value !== 'boolean'
      ? true
      : typeof value === 'boolean' && type !== undefined && type !== 's';
  const body = numeric
    ? numberText(value, type, precision, group, alternate !== undefined)
    : textBody(value, type, precision);
  const signed = numeric && !body.startsWith('-') && sign !== '-' ? sign + body : body;
  return align === undefined && zero !== undefined
    ? place(signed, Number(width), '0', '=')
    : place(signed, Number(width), fill ?? (zero === undefined ? ' ' : '0'), align ?? (numeric ? '>' : '<'));
}

function textBody(value: Value, type: string | undefined, precision: string | undefined): string {
  if (type !== undefined && type !== 's') {
    throw new TemplateError(`unknown format code '${type}' for object of type '${typeName(value)}'`, {
      hint: 'convert it with `| int` or `| float`',
    });
  }
  return toText(value).slice(0, precision === undefined ? undefined : Number(precision));
}

function numberText(
  value: Value,
  type: string | undefined,
  precision: string | undefined,
  group: string | undefined,
  alternate: boolean,
): string {
  const digits = precision === undefined ? undefined : Number(precision);
  const text = unsignedText(value, type, digits, alternate);
  if (group === undefined) return text;
  const [, minus = '', whole = '', rest = ''] = /^(-?)(\d+)(.*)$/s.exec(text) ?? [];
  return `${minus}${whole.replace(/\B(?=(\d{3})+$)/g, group)}${rest}`;
}

const bases: ReadonlyMap<string, number> = new Map([
  ['b', 2],
  ['o', 8],
  ['x', 16],
  ['X', 16],
  ['d', 10],
  ['n', 10],
]);

function unsignedText(value: Value, type: string | undefined, digits: number | undefined, alternate: boolean): string {
  const base = type === undefined ? undefined : bases.get(type);
  if (isInteger(value) && (base !== undefined || (type === undefined && digits === undefined))) {
    const text = BigInt(value).toString(base ?? 10);
    const prefixed = alternate && base !== 10 && type !== undefined ? text.replace(/^(-?)/, `$10${type}`) : text;
    return type === 'X' ? prefixed.toUpperCase() : prefixed;
  }
  const number = value instanceof PyFloat ? value.value : Number(value);
  switch (type) {
    case 'f':
    case 'F':
      return formatFixed(number, digits ?? 6);
    case '%':
      return `${formatFixed(number * 100, digits ?? 6)}%`;
    case 'e':
      return formatScientific(number, digits ?? 6);
    case 'E':
      return formatScientific(number, digits ?? 6).toUpperCase();
    case 'g':
      return formatGeneral(number, digits ?? 6);
    case 'c':
      return String.fromCodePoint(number);
    case undefined:
      return digits === undefined ? floatRepr(number) : formatGeneral(number, digits);
    default:
      throw new TemplateError(`unknown format code '${type}' for object of type '${typeName(value)}'`);
  }
}

function place(text: string, width: number, fill: string, align: string): string {
  const missing = Math.max(0, width - length(text));
  if (align === '<') return text + fill.repeat(missing);
  if (align === '^') return fill.repeat(Math.floor(missing / 2)) + text + fill.repeat(Math.ceil(missing / 2));
  const sign = align === '=' && /^[-+ ]/.test(text) ? text.slice(0, 1) : '';
  return sign + fill.repeat(missing) + text.slice(sign.length);
}
