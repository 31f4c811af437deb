import { asNumber, type BoundArguments } from '../call.ts';
import { defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { PyFloat, type Value } from '../value.ts';
import { arithmetic, integer, signed } from '../values/arithmetic.ts';
import { equals } from '../values/compare.ts';
import { formatFixed, roundFloat } from '../values/number-format.ts';
import { parseFloatText, parseIntegerText } from '../values/parse-number.ts';
import { toText } from '../values/text.ts';
import { isInteger, isNumber } from '../values/types.ts';
import { humanToBytes } from './human-bytes.ts';

const trueTexts: ReadonlySet<string> = new Set(['yes', 'on', 'true', '1']);

/** Filters that convert to, or compute with, numbers and booleans. */
export const numberFilters: Readonly<Record<string, Filter>> = {
  int: defineFilter(['default', 'base'], (input, args) => toInteger(input, args)),
  float: defineFilter(['default'], (input, args) => toFloatValue(input, args)),
  bool: defineFilter([], (input) => toBoolean(input)),
  abs: defineFilter([], (input) => absolute(input)),
  round: defineFilter(['precision', 'method'], (input, args) => round(input, args)),
  pow: defineFilter(['!power'], (input, args) => new PyFloat(power(input, args.value('power')))),
  root: defineFilter(
    ['base'],
    (input, args) => new PyFloat(root(asNumber(input, 'root'), asNumber(args.get('base') ?? 2, 'base'))),
  ),
  log: defineFilter(['base'], (input, args) => new PyFloat(logarithm(asNumber(input, 'log'), args.get('base')))),
  human_readable: defineFilter(['isbits', 'unit'], (input, args) => humanReadable(asNumber(input, 'size'), args)),
  human_to_bytes: defineFilter(['default_unit', 'isbits'], (input, args) =>
    humanToBytes(toText(input), args.optionalText('default_unit'), args.flag('isbits')),
  ),
  filesizeformat: defineFilter(['binary'], (input, args) =>
    fileSize(asNumber(toNumber(input), 'size'), args.flag('binary')),
  ),
};

function toInteger(input: Value, args: BoundArguments): Value {
  const fallback = args.valueOr('default', 0);
  if (isInteger(input)) return integer(BigInt(input));
  if (input instanceof PyFloat)
    return Number.isFinite(input.value) ? integer(BigInt(Math.trunc(input.value))) : fallback;
  if (typeof input !== 'string') return fallback;
  const whole = parseIntegerText(input, args.integer('base', 10));
  if (whole !== undefined) return integer(whole);
  const float = parseFloatText(input);
  return float !== undefined && Number.isFinite(float) ? integer(BigInt(Math.trunc(float))) : fallback;
}

function toFloatValue(input: Value, args: BoundArguments): Value {
  if (isNumber(input)) return input instanceof PyFloat ? input : new PyFloat(Number(input));
  const parsed = typeof input === 'string' ? parseFloatText(input) : undefined;
  return parsed === undefined ? args.valueOr('default', new PyFloat(0)) : new PyFloat(parsed);
}

function toBoolean(input: Value): boolean {
  if (typeof input === 'string') return trueTexts.has(input.toLowerCase());
  return isNumber(input) && equals(input, 1);
}

function toNumber(input: Value): Value {
  const parsed = typeof input === 'string' ? parseFloatText(input) : undefined;
  return parsed === undefined ? input : new PyFloat(parsed);
}

function absolute(input: Value): Value {
  if (!isNumber(input)) throw new TemplateError('abs takes a number', { hint: 'convert it with `| int`' });
  if (input instanceof PyFloat) return new PyFloat(Math.abs(input.value));
  return Number(input) < 0 ? signed('-', input) : signed('+', input);
}

function round(input: Value, args: BoundArguments): Value {
  const digits = args.integer('precision', 0);
  const method = args.text('method', 'common');
  const value = asNumber(input, 'round');
  if (method === 'common') {
    return isInteger(input) && digits >= 0 ? integer(BigInt(input)) : roundedLike(input, roundFloat(value, digits));
  }
  if (method !== 'ceil' && method !== 'floor') {
    throw new TemplateError("round's method is 'common', 'ceil' or 'floor'");
  }
  const scale = 10 ** digits;
  return new PyFloat(Math[method](value * scale) / scale);
}

function roundedLike(input: Value, rounded: number): Value {
  return isInteger(input) ? integer(BigInt(rounded)) : new PyFloat(rounded);
}

function power(base: Value, exponent: Value): number {
  const result = arithmetic('**', new PyFloat(asNumber(base, 'pow')), new PyFloat(asNumber(exponent, 'power')));
  return result instanceof PyFloat ? result.value : Number.NaN;
}

function root(value: number, base: number): number {
  if (base === 2) {
    if (value < 0) throw new TemplateError('root: a negative number has no square root');
    return Math.sqrt(value);
  }
  return value ** (1 / base);
}

function logarithm(value: number, base: Value | undefined): number {
  if (value <= 0) throw new TemplateError('log takes a number greater than zero');
  if (base === undefined) return Math.log(value);
  const by = asNumber(base, 'base');
  return by === 10 ? Math.log10(value) : Math.log(value) / Math.log(by);
}

const units: readonly (readonly [string, number])[] = ['Y', 'Z', 'E', 'P', 'T', 'G', 'M', 'K', 'B'].map(
  (unit, i) => [unit, 1024 ** (8 - i)] as const,
);

function humanReadable(size: number, args: BoundArguments): string {
  const wanted = args.optionalText('unit')?.toUpperCase();
  const base = args.flag('isbits') ? 'bits' : 'Bytes';
  const [unit = 'B', factor = 1] =
    units.find(([name, limit]) => (wanted === undefined ? size >= limit : name === wanted)) ?? [];
  const suffix = factor === 1 ? base : `${unit}${args.flag('isbits') ? 'b' : 'B'}`;
  return `${formatFixed(size / factor, 2)} ${suffix}`;
}

function fileSize(bytes: number, binary: boolean): string {
  const base = binary ? 1024 : 1000;
  const prefixes = binary
    ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
    : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const i = prefixes.findIndex((_, at) => bytes < base ** (at + 2));
  const index = i < 0 ? prefixes.length - 1 : i;
  return `${formatFixed(bytes / base ** (index + 1), 1)} ${prefixes[index]}`;
}
