import { asDict, type BoundArguments } from '../call.ts';
import { TemplateError } from '../error.ts';
import { type Dict, isDict, PyTuple, type Value } from '../value.ts';
import { dictGet, dictKey, dictSet } from '../values/compare.ts';
import { toRepr } from '../values/text.ts';
import type { Method, Methods } from './method.ts';

/** The methods of a dict; those that change it change what this one evaluation sees. */
export const dictMethods: Methods = new Map<string, Method>([
  ['keys', reads([], (dict) => [...dict.keys()])],
  ['values', reads([], (dict) => [...dict.values()])],
  ['items', reads([], (dict) => [...dict.entries()].map(([key, value]) => new PyTuple([key, value])))],
  ['get', reads(['!key', 'default'], (dict, args) => getOr(dict, args))],
  ['copy', reads([], (dict) => new Map(dict))],
  ['update', changes(['values', '**'], update)],
  ['setdefault', changes(['!key', 'default'], setDefault)],
  ['pop', changes(['!key', 'default'], pop)],
  ['popitem', changes([], popItem)],
  ['clear', changes([], (dict) => nothing(dict.clear()))],
]);

function reads(parameters: readonly string[], call: (dict: Dict, args: BoundArguments) => Value): Method {
  return { parameters, call: (self, args) => call(asDict(self, 'this'), args) };
}

function changes(
  parameters: readonly string[],
  call: (dict: Map<Value, Value>, args: BoundArguments) => Value,
): Method {
  return {
    parameters,
    call: (self, args, mutations) => {
      mutations.spend(1);
      return call(mutations.writableDict(asDict(self, 'this')), args);
    },
  };
}

function nothing(_done: unknown): null {
  return null;
}

function getOr(dict: Dict, args: BoundArguments): Value {
  const value = dictGet(dict, args.value('key'));
  return value === undefined ? args.valueOr('default', null) : value;
}

function update(dict: Map<Value, Value>, args: BoundArguments): Value {
  const values = args.get('values');
  if (values !== undefined) {
    if (!isDict(values)) throw new TemplateError('update() takes a dict');
    for (const [key, value] of values.entries()) dictSet(dict, key, value);
  }
  for (const [key, value] of args.extra) dict.set(key, value);
  return null;
}

function setDefault(dict: Map<Value, Value>, args: BoundArguments): Value {
  const key = args.value('key');
  const known = dictGet(dict, key);
  if (known !== undefined) return known;
  const value = args.valueOr('default', null);
  dict.set(key, value);
  return value;
}

function pop(dict: Map<Value, Value>, args: BoundArguments): Value {
  const key = dictKey(dict, args.value('key'));
  const value = key === undefined ? undefined : dict.get(key);
  if (key !== undefined) dict.delete(key);
  const result = value === undefined ? args.get('default') : value;
  if (result === undefined) throw new TemplateError(`the dict has no key ${toRepr(args.value('key'))}`);
  return result;
}

function popItem(dict: Map<Value, Value>): Value {
  const last = [...dict.entries()].at(-1);
  if (last === undefined) throw new TemplateError('popitem(): the dict is empty');
  dict.delete(last[0]);
  return new PyTuple(last);
}
