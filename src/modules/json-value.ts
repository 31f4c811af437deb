import { LazyDict, PyFloat, PyTuple, type Value } from '../jinja/value.ts';
import type { Json } from '../shell/question.ts';
import type { ResultFields } from './module.ts';

/**
 * A template's value as plain data for a zod schema: dicts become objects, floats and big integers numbers, tuples
 * arrays. What is plain already stays as it is.
 */
export function plainOf(value: unknown): unknown {
  if (value instanceof PyFloat) return value.value;
  if (value instanceof PyTuple) return value.items.map(plainOf);
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plainOf);
  if (value instanceof Map || value instanceof LazyDict) {
    return Object.fromEntries([...value].map(([key, entry]) => [String(plainOf(key)), plainOf(entry)]));
  }
  return value;
}

/** What an answerer or performer found, as the fields of a task's result; `msg`, for a person, stands for its `message`. */
export function resultOfJson(value: Json, msg: string): ResultFields {
  const known = typeof value === 'object' && value !== null && !isList(value) ? Object.entries(value) : [];
  const entries = known
    .filter(([name]) => name !== 'message')
    .map(([name, entry]) => [name, valueOfJson(entry)] as const);
  return new Map<string, Value>([...entries, ['msg', msg]]);
}

/** A value of JSON as templates see it: a fraction is a Python float. */
export function valueOfJson(json: Json): Value {
  if (typeof json === 'number') return Number.isInteger(json) ? json : new PyFloat(json);
  if (json === null || typeof json !== 'object') return json;
  if (isList(json)) return json.map(valueOfJson);
  return new Map<Value, Value>(Object.entries(json).map(([key, entry]) => [key, valueOfJson(entry)]));
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}
