import { TemplateError, UndefinedError } from './error.ts';
import { isDict, PyFloat, PyTuple, Undefined, type Value } from './value.ts';
import { floatRepr, toRepr } from './values/text.ts';
import { isList, typeName } from './values/types.ts';

/** What `JSON.parse` gives. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * A template's value as JSON data: tuples are lists, floats numbers, keys text. Throws `TemplateError` for what is
 * undefined or has no JSON form, and for an int that JSON numbers cannot hold exactly.
 */
export function toJson(value: Value): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number')
    return value;
  if (typeof value === 'bigint') throw new TemplateError(`the integer ${value} is too large for JSON data`);
  if (value instanceof PyFloat) return value.value;
  if (value instanceof PyTuple) return value.items.map(toJson);
  if (isList(value)) return value.map(toJson);
  if (isDict(value)) {
    return Object.fromEntries([...value.entries()].map(([key, item]) => [jsonKey(key), toJson(item)]));
  }
  if (value instanceof Undefined) throw new UndefinedError(value.message, { at: value.at, hint: value.hint });
  throw new TemplateError(`a value of type '${typeName(value)}' has no JSON form`);
}

/**
 * JSON data as a template's value. JavaScript has one kind of number, so a whole one becomes an int; read JSON text
 * with the filter `from_json` where 1 and 1.0 have to stay apart.
 */
export function fromJson(json: JsonValue): Value {
  if (json === null || typeof json === 'boolean' || typeof json === 'string') return json;
  if (typeof json === 'number') return Number.isSafeInteger(json) && !Object.is(json, -0) ? json : new PyFloat(json);
  if (isJsonList(json)) return json.map(fromJson);
  return new Map(Object.entries(json).map(([key, item]) => [key, fromJson(item)]));
}

/** A dict's key as JSON text has it: `true`, `null` and numbers become text. */
export function jsonKey(key: Value): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return String(key);
  if (typeof key === 'number' || typeof key === 'bigint') return String(key);
  if (key instanceof PyFloat) return floatRepr(key.value);
  throw new TemplateError(`keys of JSON are text, not ${toRepr(key)}`);
}

function isJsonList(json: JsonValue): json is readonly JsonValue[] {
  return Array.isArray(json);
}
