import { TemplateError } from '../error.ts';
import { checkItems } from '../limits.ts';
import { isDict, type List, PyRange, PyTuple, Undefined, type Value } from '../value.ts';
import { undefinedError } from './text.ts';
import { isInteger, sequenceItems, typeName } from './types.ts';

/** The items a `for` loop goes through: of a list, tuple or text, or the keys of a dict. */
export function iterate(value: Value): List {
  const items = sequenceItems(value);
  if (items !== undefined) return items;
  if (typeof value === 'string') return characters(value);
  if (isDict(value)) {
    return [...value.keys()];
  }
  if (value instanceof Undefined) {
    if (value.lenient) return [];
    throw undefinedError(value);
  }
  throw new TemplateError(`'${typeName(value)}' object is not iterable`);
}

/**
 * The values, none of which is undefined: what takes them one by one comes upon those, and is undefined as a whole.
 * @throws UndefinedError for the first that is
 */
export function requireDefined<T extends Iterable<Value>>(values: T): T {
  for (const value of values) if (value instanceof Undefined) throw undefinedError(value);
  return values;
}

/** Unicode characters, which are what Python counts; the string itself where each is one UTF-16 unit. */
function characters(text: string): string[] {
  return /[\ud800-\udfff]/.test(text) ? [...text] : text.split('');
}

export function length(text: string): number {
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length;
}

/** `len()`. */
export function lengthOf(value: Value): number {
  if (typeof value === 'string') return length(value);
  if (isDict(value)) return value.size;
  const items = sequenceItems(value);
  if (items !== undefined) return items.length;
  if (value instanceof Undefined) {
    if (value.lenient) return 0;
    throw undefinedError(value);
  }
  throw new TemplateError(`object of type '${typeName(value)}' has no len()`);
}

/** The item at an index, negative ones from the end; `undefined` behind the ends. */
export function itemAt(value: List | string, index: number): Value | undefined {
  const items = typeof value === 'string' ? characters(value) : value;
  return items[index < 0 ? items.length + index : index];
}

/** Python's `value[start:stop:step]`; `null` stands for a bound left out. */
export function slice(value: Value, start: Value, stop: Value, step: Value): Value {
  if (value instanceof PyRange) return sliceRange(value, start, stop, step);
  const items = typeof value === 'string' ? characters(value) : sequenceItems(value);
  if (items === undefined) {
    if (value instanceof Undefined) throw undefinedError(value);
    throw new TemplateError(`'${typeName(value)}' object cannot be sliced`);
  }
  const picked = pick<Value>(items, bound(start), bound(stop), bound(step) ?? 1);
  if (typeof value === 'string') return picked.join('');
  return value instanceof PyTuple ? new PyTuple(picked) : picked;
}

function pick<T>(items: readonly T[], start: number | undefined, stop: number | undefined, step: number): T[] {
  if (step === 0) throw new TemplateError('slice step cannot be zero');
  const { length: size } = items;
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? size : size - 1;
  const clamp = (index: number) => Math.min(Math.max(index < 0 ? index + size : index, low), high);
  const from = start === undefined ? (step > 0 ? 0 : size - 1) : clamp(start);
  const to = stop === undefined ? (step > 0 ? size : -1) : clamp(stop);
  const result: T[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) {
    const item = items[i];
    if (item !== undefined) result.push(item);
  }
  return result;
}

function bound(value: Value): number | undefined {
  if (value === null) return undefined;
  if (value instanceof Undefined) throw undefinedError(value);
  if (!isInteger(value)) throw new TemplateError('slice indices must be integers or None');
  return Number(value);
}

/** Python's `range(start, stop, step)`. */
export function range(start: number, stop: number, step: number): PyRange {
  if (step === 0) throw new TemplateError('range() arg 3 must not be zero');
  const count = Math.max(0, Math.ceil((stop - start) / step));
  checkItems(count);
  const items = Array.from({ length: count }, (_, i) => start + i * step);
  return new PyRange(start, stop, step, items);
}

/** A part of a range is a range. */
function sliceRange(whole: PyRange, start: Value, stop: Value, step: Value): PyRange {
  const stride = bound(step) ?? 1;
  const items = pick(whole.items, bound(start), bound(stop), stride);
  const from = items[0] ?? whole.start;
  const jump = whole.step * stride;
  return new PyRange(from, from + items.length * jump, jump, items);
}
