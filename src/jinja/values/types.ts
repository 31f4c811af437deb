import {
  isDict,
  type List,
  Omit,
  PyCallable,
  PyFloat,
  PyObject,
  PyRange,
  PyTuple,
  Undefined,
  type Value,
} from '../value.ts';

/** Python's name of a value's type: `int`, `str`, `dict`, `NoneType`. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') return 'int';
  if (value instanceof PyFloat) return 'float';
  if (value instanceof PyTuple) return value.names.length > 0 ? 'GroupTuple' : 'tuple';
  if (value instanceof PyRange) return 'range';
  if (value instanceof Undefined) return value.lenient ? 'Undefined' : 'UndefinedMarker';
  if (value instanceof PyCallable) return 'function';
  if (value instanceof PyObject) return value.typeName;
  if (value instanceof Omit) return 'Omit';
  return isDict(value) ? 'dict' : 'list';
}

export function isList(value: Value): value is List {
  return Array.isArray(value);
}

/** The items of a list, tuple or range; `undefined` for anything else. */
export function sequenceItems(value: Value): List | undefined {
  if (isList(value)) return value;
  return value instanceof PyTuple || value instanceof PyRange ? value.items : undefined;
}

/** Python's `int` includes `bool`. */
export function isInteger(value: Value): value is number | bigint | boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

export function isNumber(value: Value): value is number | bigint | boolean | PyFloat {
  return isInteger(value) || value instanceof PyFloat;
}
