import { PyFloat } from '../jinja/value.ts';
import { readTimestamp, TimestampError } from './yaml-timestamp.ts';

/** What one YAML scalar can mean. */
export type ScalarValue = null | boolean | number | bigint | PyFloat | string;

/** A scalar that has the form of a type but no value of it: `2024-13-45`, `0b_`, a lone `=`. */
export class ScalarError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'ScalarError';
    this.hint = hint;
  }
}

// The implicit types of YAML 1.1 as PyYAML's resolver tells them apart (resolver.py, SafeLoader). They differ from the
// YAML 1.1 type repository: `y` and `n` are strings, an exponent needs its sign and a dot before it.
const BOOLEAN = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const INTEGER =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const TIMESTAMP =
  /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9][0-9])?))?)$/;

/**
 * The value of a plain (unquoted) scalar in YAML 1.1 as PyYAML's SafeLoader reads it. A date or time becomes the text
 * that Python prints for it.
 * @throws ScalarError when the text has the form of a type but is none of its values
 */
export function resolvePlainScalar(text: string): ScalarValue {
  if (BOOLEAN.test(text)) return readBoolean(text);
  if (FLOAT.test(text)) return readFloat(text);
  if (INTEGER.test(text)) return readInteger(text);
  if (NULL.test(text)) return null;
  if (TIMESTAMP.test(text)) return readDate(text);
  if (text === '=' || text === '<<') {
    throw new ScalarError(`a lone ${text} has no value in YAML 1.1`, `write it in quotes: '${text}'`);
  }
  return text;
}

/** The value of a plain scalar in a JSON file, where `1e3` is a number and nothing else is guessed. */
export function resolveJsonScalar(text: string): ScalarValue {
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?[0-9]+$/.test(text)) return toInteger(BigInt(text));
  return new PyFloat(Number(text));
}

/**
 * The value of a scalar with an explicit tag of the YAML core (`!!int "3"`), or `undefined` when there is no such tag.
 * @throws ScalarError when the text is no value of that type
 */
export function resolveTaggedScalar(tag: string, text: string): ScalarValue | undefined {
  switch (tag) {
    case 'str':
      return text;
    case 'null':
      return null;
    case 'bool':
      return readBoolean(text);
    case 'int':
      return readInteger(text);
    case 'float':
      return readFloat(text);
    case 'timestamp':
      if (!TIMESTAMP.test(text)) throw notA(text, 'a date or time');
      return readDate(text);
    default:
      return undefined;
  }
}

function readDate(text: string): string {
  try {
    return readTimestamp(text);
  } catch (error) {
    if (!(error instanceof TimestampError)) throw error;
    throw new ScalarError(error.message, 'correct it, or write it in quotes as a string');
  }
}

function readBoolean(text: string): boolean {
  const word = text.toLowerCase();
  if (['yes', 'true', 'on'].includes(word)) return true;
  if (['no', 'false', 'off'].includes(word)) return false;
  throw notA(text, 'a boolean');
}

function readInteger(text: string): number | bigint {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  const negative = text.startsWith('-');
  let value: bigint;
  if (/^0b[01]+$/.test(digits) || /^0x[0-9a-fA-F]+$/.test(digits)) value = BigInt(digits);
  else if (/^0[0-7]+$/.test(digits)) value = BigInt(`0o${digits.slice(1)}`);
  else if (/^[0-9]+(?::[0-9]+)+$/.test(digits)) {
    value = digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  } else if (/^(?:0|[1-9][0-9]*)$/.test(digits)) value = BigInt(digits);
  else throw notA(text, 'an integer');
  return toInteger(negative ? -value : value);
}

function readFloat(text: string): PyFloat {
  const digits = text.replaceAll('_', '').toLowerCase().replace(/^[-+]/, '');
  const sign = text.startsWith('-') ? -1 : 1;
  if (digits === '.inf') return new PyFloat(sign * Number.POSITIVE_INFINITY);
  if (digits === '.nan') return new PyFloat(Number.NaN);
  if (/^[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?$/.test(digits)) return new PyFloat(sign * readSexagesimal(digits));
  if (!/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?$/.test(digits)) throw notA(text, 'a number');
  return new PyFloat(sign * Number(digits));
}

/** Base 60, summed from the last part as PyYAML does, so that the same rounding comes out. */
function readSexagesimal(digits: string): number {
  let base = 1;
  let sum = 0;
  for (const part of digits.split(':').reverse()) {
    sum += Number(part) * base;
    base *= 60;
  }
  return sum;
}

function toInteger(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

function notA(text: string, type: string): ScalarError {
  return new ScalarError(
    `${JSON.stringify(text)} is not ${type}`,
    'correct the value, or write it in quotes as a string',
  );
}
