import { nearestName } from '../../errors.ts';
import { bindArguments } from '../call.ts';
import { dictMethods } from '../methods/dict.ts';
import { listMethods, tupleMethods } from '../methods/list.ts';
import type { Methods } from '../methods/method.ts';
import { stringMethods } from '../methods/string.ts';
import { isDict, PyCallable, PyFloat, PyObject, PyRange, PyTuple, Undefined, type Value } from '../value.ts';
import { dictGet } from '../values/compare.ts';
import { itemAt } from '../values/sequence.ts';
import { toRepr, undefinedError } from '../values/text.ts';
import { isInteger, isList, isNumber, sequenceItems, typeName } from '../values/types.ts';
import { didYouMean, type Frame } from './frame.ts';

/** `value.name`: a method first, then a dict's key. What is not there is undefined, also of what is undefined. */
export function getAttribute(value: Value, name: string, frame: Frame, offset: number | undefined): Value {
  if (value instanceof Undefined) return value.lenient ? noSuch(value, name, frame, offset) : value;
  const own = methodOf(value, name, frame) ?? attributeOf(value, name);
  if (own !== undefined) return own;
  const item = isDict(value) ? value.get(name) : undefined;
  return item === undefined ? noSuch(value, name, frame, offset) : frame.run.current(item);
}

/** `value[key]`: an item first, then a method of that name. */
export function getItem(value: Value, key: Value, frame: Frame, offset: number | undefined): Value {
  if (value instanceof Undefined) return value.lenient ? noSuch(value, key, frame, offset) : value;
  if (key instanceof Undefined) throw undefinedError(key);
  const item = itemOf(value, key);
  if (item !== undefined) return frame.run.current(item);
  const own = typeof key === 'string' ? (methodOf(value, key, frame) ?? attributeOf(value, key)) : undefined;
  return own === undefined ? noSuch(value, key, frame, offset) : own;
}

function itemOf(value: Value, key: Value): Value | undefined {
  if (isDict(value)) return isList(key) || isDict(key) ? undefined : dictGet(value, key);
  const items = typeof value === 'string' ? value : sequenceItems(value);
  return items !== undefined && isInteger(key) ? itemAt(items, Number(key)) : undefined;
}

// The tables of methods are the whole of what is reachable: no attribute of a JavaScript object ever is.
function methodOf(value: Value, name: string, frame: Frame): PyCallable | undefined {
  const method = methodsOf(value)?.get(name);
  if (method === undefined) return undefined;
  return new PyCallable(name, (positional, keyword) =>
    method.call(value, bindArguments(`${name}()`, method.parameters, positional, keyword), frame.run),
  );
}

function methodsOf(value: Value): Methods | undefined {
  if (typeof value === 'string') return stringMethods;
  if (isDict(value)) return dictMethods;
  if (isList(value)) return listMethods;
  return value instanceof PyTuple || value instanceof PyRange ? tupleMethods : undefined;
}

function attributeOf(value: Value, name: string): Value | undefined {
  if (value instanceof PyObject) return value.attribute(name);
  if (value instanceof PyTuple) return value.names.includes(name) ? value.items[value.names.indexOf(name)] : undefined;
  if (!isNumber(value)) return undefined;
  if (name === 'bit_length' && !(value instanceof PyFloat)) {
    return new PyCallable(name, () => (Number(value) === 0 ? 0 : BigInt(value).toString(2).replace('-', '').length));
  }
  if (name === 'real') return value;
  if (name === 'imag') return value instanceof PyFloat ? new PyFloat(0) : 0;
  if (value instanceof PyFloat && name === 'is_integer') {
    return new PyCallable(name, () => Number.isInteger(value.value));
  }
  return undefined;
}

function noSuch(value: Value, key: Value, frame: Frame, offset: number | undefined): Undefined {
  const at = offset === undefined ? undefined : frame.position(offset);
  const type = typeName(value);
  if (typeof key === 'string' && key.startsWith('__')) {
    return new Undefined(`access to attribute '${key}' of '${type}' object is unsafe`, { at });
  }
  return new Undefined(`object of type '${type}' has no attribute ${toRepr(key)}`, {
    at,
    hint: () => nearest(value, key),
  });
}

function nearest(value: Value, key: Value): string | undefined {
  if (typeof key !== 'string') return undefined;
  const names = isDict(value) ? [...value.keys()].filter((name) => typeof name === 'string') : [];
  return didYouMean(nearestName(key, [...names, ...(methodsOf(value)?.keys() ?? [])]));
}
