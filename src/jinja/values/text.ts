import { TemplateError, UndefinedError } from '../error.ts';
import { isDict, Omit, PyCallable, PyFloat, PyObject, PyRange, PyTuple, Undefined, type Value } from '../value.ts';

/** Python's `str()`: what `{{ value }}` prints inside text. Throws `TemplateError` for an undefined value. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Undefined && value.lenient) return '';
  return toRepr(value);
}

/** Python's `repr()`: `'a'`, `1.0`, `[1, None]`, `{'k': True}`. Throws `TemplateError` for an undefined value. */
export function toRepr(value: Value): string {
  if (value === null) return 'None';
  switch (typeof value) {
    case 'string':
      return stringRepr(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
    case 'bigint':
      return String(value);
    default:
      break;
  }
  if (value instanceof PyFloat) return floatRepr(value.value);
  if (value instanceof PyTuple) return tupleRepr(value);
  if (value instanceof PyRange) return rangeRepr(value);
  if (value instanceof Undefined) throw undefinedError(value);
  if (value instanceof PyCallable) return `<function ${value.name}>`;
  if (value instanceof PyObject) return value.toText();
  if (value instanceof Omit) return '<<Omit>>';
  if (isDict(value)) {
    const entries = [...value.entries()].map(([key, item]) => `${toRepr(key)}: ${toRepr(item)}`);
    return `{${entries.join(', ')}}`;
  }
  return `[${value.map(toRepr).join(', ')}]`;
}

/** The error for using the value of something that is not there. */
export function undefinedError(value: Undefined): TemplateError {
  // What an inline `if` leaves out is missing from the template, not from the variables: `default` does not cover it.
  if (value.lenient) return new TemplateError(value.message, { at: value.at, hint: value.hint });
  return new UndefinedError(value.message, { at: value.at, hint: value.hint });
}

/** Python's shortest text of a float: `1.0`, `1e+16`, `1e-05`, `inf`, `nan`. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '', power = ''] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const sign = value < 0 ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

function rangeRepr({ start, stop, step }: PyRange): string {
  return `range(${start}, ${stop}${step === 1 ? '' : `, ${step}`})`;
}

function tupleRepr(tuple: PyTuple): string {
  const items = tuple.items.map(toRepr);
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
}

const named: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\\n\r\t]|[\p{C}\p{Z}]/gu, (char) => named.get(char) ?? escapeUnprintable(char));
  return `${quote}${quote === "'" ? body.replaceAll("'", "\\'") : body}${quote}`;
}

function escapeUnprintable(char: string): string {
  if (char === ' ') return char;
  const code = char.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
