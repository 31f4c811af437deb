import { TemplateError } from '../error.ts';
import { isDict, LazyDict, Omit, PyCallable, PyObject, PyRange, PyTuple, Undefined, type Value } from '../value.ts';
import { undefinedError } from '../values/text.ts';
import { isList, typeName } from '../values/types.ts';

/**
 * A value as it leaves a template: tuples are lists, omitted items and keys are gone, and nothing in it is undefined.
 * A lazy dict is left alone, and so is what it holds. Throws `TemplateError` for what a variable cannot hold.
 * @param keepsGroups what `groupby` made stays a tuple, as it is printed inside text
 */
export function finalize(value: Value, keepsGroups = false): Value {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.some(needsFinalizing) ? finalizeItems(value, keepsGroups) : value;
  if (value instanceof PyTuple) {
    const items = finalizeItems(value.items, keepsGroups);
    return keepsGroups && value.names.length > 0 ? new PyTuple(items, value.names) : items;
  }
  if (value instanceof Undefined) throw undefinedError(value);
  if (value instanceof LazyDict) return value;
  if (isDict(value)) return [...value.values()].some(needsFinalizing) ? finalizeEntries(value, keepsGroups) : value;
  if (value instanceof PyRange) {
    throw new TemplateError('a range cannot be the result of a template', { hint: 'make a list of it: `| list`' });
  }
  if (value instanceof PyCallable || value instanceof PyObject) {
    throw new TemplateError(`a value of type '${typeName(value)}' cannot be the result of a template`, {
      hint: value instanceof PyCallable ? `call it: \`${value.name}()\`` : 'convert it to text with `| string`',
    });
  }
  return value;
}

function needsFinalizing(value: Value): boolean {
  return value !== null && typeof value === 'object';
}

function finalizeItems(items: readonly Value[], keepsGroups: boolean): Value[] {
  return items.filter((item) => !(item instanceof Omit)).map((item) => finalize(item, keepsGroups));
}

function finalizeEntries(dict: ReadonlyMap<Value, Value>, keepsGroups: boolean): Map<Value, Value> {
  const result = new Map<Value, Value>();
  for (const [key, value] of dict.entries()) {
    if (!(value instanceof Omit)) result.set(key, finalize(value, keepsGroups));
  }
  return result;
}
