import { TemplateError } from '../error.ts';
import { isDict, LazyDict, Omit, PyCallable, PyObject, PyRange, PyTuple, Undefined, type Value } from '../value.ts';
import { undefinedError } from '../values/text.ts';
import { isList, typeName } from '../values/types.ts';

/**
 * A value as it leaves a template: tuples are lists, omitted items and keys are gone, and nothing in it is undefined.
 * A lazy dict is left alone, and so is what it holds. Throws `TemplateError` for what a variable cannot hold.
 */
export function finalize(value: Value): Value {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.some(needsFinalizing) ? finalizeItems(value) : value;
  if (value instanceof PyTuple) return finalizeItems(value.items);
  if (value instanceof Undefined) throw undefinedError(value);
  if (value instanceof LazyDict) return value;
  if (isDict(value)) return [...value.values()].some(needsFinalizing) ? finalizeEntries(value) : value;
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

function finalizeItems(items: readonly Value[]): Value[] {
  return items.filter((item) => !(item instanceof Omit)).map(finalize);
}

function finalizeEntries(dict: ReadonlyMap<Value, Value>): Map<Value, Value> {
  const result = new Map<Value, Value>();
  for (const [key, value] of dict.entries()) {
    if (!(value instanceof Omit)) result.set(key, finalize(value));
  }
  return result;
}
