import type { CallContext } from '../environment.ts';
import { Undefined, type Value } from '../value.ts';
import { undefinedError } from '../values/text.ts';
import { isInteger } from '../values/types.ts';

/** The value behind `attribute='a.b.0'` of `map`, `sort`, `groupby` and their like; digits are list indexes. */
export function attributeOf(item: Value, attribute: Value, context: CallContext, fallback?: Value): Value {
  let value = item;
  for (const part of attributeParts(attribute)) {
    value = context.item(value, part);
    if (value instanceof Undefined && fallback !== undefined) return fallback;
  }
  return value;
}

/** The same where there has to be one. @throws UndefinedError */
export function requiredAttribute(item: Value, attribute: Value, context: CallContext): Value {
  const value = attributeOf(item, attribute, context);
  if (value instanceof Undefined) throw undefinedError(value);
  return value;
}

function attributeParts(attribute: Value): readonly Value[] {
  if (typeof attribute !== 'string') return [isInteger(attribute) ? Number(attribute) : attribute];
  return attribute.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
