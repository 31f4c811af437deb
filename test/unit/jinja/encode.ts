import { isDict, PyFloat, PyObject, PyTuple, type Value } from '../../../src/jinja/value.ts';
import { floatRepr } from '../../../src/jinja/values/text.ts';
import { isList, typeName } from '../../../src/jinja/values/types.ts';

/** A value with its type as `test/differential/jinja/generate.py` writes it. */
export function encode(value: Value): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return { int: String(value) };
  if (value instanceof PyFloat) return { float: floatRepr(value.value) };
  if (value instanceof PyTuple) return value.items.map(encode);
  if (isList(value)) return value.map(encode);
  if (isDict(value)) return { dict: [...value.entries()].map(([key, item]) => [encode(key), encode(item)]) };
  return { other: value instanceof PyObject ? value.typeName : typeName(value) };
}
