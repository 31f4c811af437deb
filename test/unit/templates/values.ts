import { PyFloat, type Scope, type Value } from '../../../src/jinja/value.ts';

/** JSON as the values that templates see. */
export function toValue(json: unknown): Value {
  if (json === null || typeof json === 'string' || typeof json === 'boolean') return json;
  if (typeof json === 'number') return Number.isInteger(json) ? json : new PyFloat(json);
  if (Array.isArray(json)) return json.map(toValue);
  if (typeof json === 'object') return new Map(Object.entries(json).map(([key, value]) => [key, toValue(value)]));
  throw new TypeError(`no value for ${typeof json}`);
}

/** A scope that knows these variables and remembers which of them were looked up. */
export function scopeOf(variables: Readonly<Record<string, unknown>>): Scope & { readonly asked: Set<string> } {
  const values = new Map(Object.entries(variables).map(([name, json]) => [name, toValue(json)]));
  const asked = new Set<string>();
  return {
    asked,
    lookup: (name) => {
      asked.add(name);
      return values.get(name);
    },
    names: () => values.keys(),
  };
}
