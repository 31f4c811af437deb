import { TemplateError } from '../error.ts';
import { type Dict, isDict, PyFloat, PyObject, PyRange, PyTuple, Undefined, type Value } from '../value.ts';
import { undefinedError } from './text.ts';
import { isList, isNumber, sequenceItems, typeName } from './types.ts';

/** Python's truth: empty text and containers, zero, `None` and `False` are false. Throws for an undefined value. */
export function isTruthy(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'bigint') return value !== 0n;
  if (value instanceof PyFloat) return value.value !== 0;
  if (value instanceof PyTuple || value instanceof PyRange) return value.items.length > 0;
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return value.size > 0;
  if (value instanceof Undefined) {
    if (value.lenient) return false;
    throw undefinedError(value);
  }
  return true;
}

/** Python's `==`: 1, 1.0 and True are equal, a list and a tuple never are. */
export function equals(left: Value, right: Value): boolean {
  if (left === right) return true;
  refuseUndefined(left);
  refuseUndefined(right);
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right) === 0;
  if (isList(left)) return isList(right) && sameItems(left, right);
  if (left instanceof PyRange) return right instanceof PyRange && sameItems(left.items, right.items);
  if (left instanceof PyTuple) return right instanceof PyTuple && sameItems(left.items, right.items);
  if (isDict(left)) return isDict(right) && sameEntries(left, right);
  if (left instanceof PyObject) return left.operate('compare', right) === 0;
  return false;
}

/**
 * Python's order: negative, zero or positive (NaN when a float is not a number). Throws `TemplateError` for types
 * that have no order, as `1 < 'a'`.
 */
export function compare(left: Value, right: Value, operator = '<'): number {
  refuseUndefined(left);
  refuseUndefined(right);
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right);
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (isList(left) && isList(right)) return compareItems(left, right, operator);
  if (left instanceof PyTuple && right instanceof PyTuple) return compareItems(left.items, right.items, operator);
  const order = left instanceof PyObject ? left.operate('compare', right) : undefined;
  if (typeof order === 'number') return order;
  throw new TemplateError(
    `'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
    { hint: 'convert one side: `| int`, `| float` or `| string`' },
  );
}

/** Order by Unicode code points, as Python; JavaScript's own order is by UTF-16 units. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a === b) continue;
    const aSurrogate = a >= 0xd800 && a <= 0xdfff;
    const bSurrogate = b >= 0xd800 && b <= 0xdfff;
    return aSurrogate === bSurrogate ? a - b : aSurrogate ? 1 : -1;
  }
  return left.length - right.length;
}

/** The value of a dict's key as Python finds it (1, 1.0 and True are one key); `undefined` when it is not there. */
export function dictGet(dict: Dict, key: Value): Value | undefined {
  const value = dict.get(key);
  if (value !== undefined || typeof key === 'string') return value;
  const known = dictKey(dict, key);
  return known === undefined ? undefined : dict.get(known);
}

/** The key of the dict that is equal to this one; `undefined` when there is none. */
export function dictKey(dict: Dict, key: Value): Value | undefined {
  if (dict.has(key)) return key;
  if (typeof key === 'string') return undefined;
  if (isList(key) || isDict(key)) throw new TemplateError(`unhashable type: '${typeName(key)}'`);
  for (const candidate of dict.keys()) {
    if (typeof candidate !== 'string' && equals(candidate, key)) return candidate;
  }
  return undefined;
}

/** Sets a key as Python does: an equal key keeps its first form. */
export function dictSet(dict: Map<Value, Value>, key: Value, value: Value): void {
  refuseUndefined(key);
  dict.set(dictKey(dict, key) ?? key, value);
}

/** Python's `item in container`. */
export function contains(container: Value, item: Value): boolean {
  refuseUndefined(container);
  refuseUndefined(item);
  if (typeof container === 'string') {
    if (typeof item === 'string') return container.includes(item);
    throw new TemplateError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  if (isDict(container)) return dictKey(container, item) !== undefined;
  const items = sequenceItems(container);
  if (items === undefined) throw new TemplateError(`argument of type '${typeName(container)}' is not iterable`);
  return items.some((candidate) => equals(candidate, item));
}

function compareNumbers(left: number | bigint | boolean | PyFloat, right: number | bigint | boolean | PyFloat): number {
  const a = left instanceof PyFloat ? left.value : left;
  const b = right instanceof PyFloat ? right.value : right;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  return a < b ? -1 : a > b ? 1 : 0;
}

function sameItems(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((item, i) => equals(item, right[i] ?? null));
}

function sameEntries(left: Dict, right: Dict): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left.entries()) {
    const other = dictGet(right, key);
    if (other === undefined || !equals(value, other)) return false;
  }
  return true;
}

function compareItems(left: readonly Value[], right: readonly Value[], operator: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left[i] ?? null;
    const b = right[i] ?? null;
    if (!equals(a, b)) return compare(a, b, operator);
  }
  return left.length - right.length;
}

function refuseUndefined(value: Value): void {
  if (value instanceof Undefined && !value.lenient) throw undefinedError(value);
}
