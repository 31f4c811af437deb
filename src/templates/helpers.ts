import { TemplateError } from '../jinja/error.ts';
import { isDict, Undefined, type Value } from '../jinja/value.ts';
import { contains, dictGet, equals, isTruthy } from '../jinja/values/compare.ts';
import { iterate } from '../jinja/values/sequence.ts';
import { sequenceItems, typeName } from '../jinja/values/types.ts';
import { propertyLines } from './properties.ts';
import { printed } from './text.ts';

/** A helper that gives a value: `{{join xs ","}}`, `{{#if (eq a b)}}`. */
export interface ValueHelper {
  /** How it is written, for messages and the generated page. */
  readonly usage: string;
  readonly arity: { readonly least: number; readonly most: number };
  /** Arguments are computed when they are asked for; asking for one that is missing is an error, except by `attempt`. */
  call(args: readonly Argument[]): Value;
}

export interface Argument {
  value(): Value;
  /** `undefined` when it, or something on the way to it, does not exist. */
  attempt(): Value | undefined;
}

const two = { least: 2, most: 2 };
const many = { least: 2, most: Number.POSITIVE_INFINITY };
const one = { least: 1, most: 1 };

/** Every helper that gives a value, by name. They are pure and total but for the `TemplateError`s they document. */
export const valueHelpers: ReadonlyMap<string, ValueHelper> = new Map<string, ValueHelper>([
  // The first value, unless it is missing or null: then the second.
  [
    'default',
    { usage: 'default value otherwise', arity: two, call: ([value, otherwise]) => value?.attempt() ?? give(otherwise) },
  ],
  // Python's comparison, as in `when:`: 1 and 1.0 are equal, 1 and "1" are not.
  ['eq', { usage: 'eq a b', arity: two, call: ([a, b]) => equals(give(a), give(b)) }],
  ['ne', { usage: 'ne a b', arity: two, call: ([a, b]) => !equals(give(a), give(b)) }],
  // The first false value, or the last one; what follows a false value is not computed.
  ['and', { usage: 'and a b …', arity: many, call: (args) => first(args, (value) => !isTruthy(value)) }],
  // The first true value, or the last one.
  ['or', { usage: 'or a b …', arity: many, call: (args) => first(args, isTruthy) }],
  ['not', { usage: 'not a', arity: one, call: ([value]) => !isTruthy(give(value)) }],
  ['in', { usage: 'in item list', arity: two, call: ([item, list]) => contains(give(list), give(item)) }],
  [
    'lookup',
    { usage: 'lookup mapping key', arity: two, call: ([container, key]) => lookup(give(container), give(key)) },
  ],
  [
    'join',
    { usage: 'join list separator', arity: two, call: ([list, separator]) => join(give(list), give(separator)) },
  ],
  // `NAME="…"` in a file that both sh and systemd's EnvironmentFile read.
  ['quote', { usage: 'quote value', arity: one, call: ([value]) => quote(printed(give(value))) }],
  // `key=value` lines in the order of the keys.
  [
    'properties',
    { usage: 'properties mapping', arity: one, call: ([mapping]) => propertyLines(give(mapping)).join('\n') },
  ],
]);

/** Helpers whose result has its final form: `{{…}}` in a properties block prints it as it is. */
export const finalForms: ReadonlySet<string> = new Set(['properties']);

function give(argument: Argument | undefined): Value {
  if (argument === undefined) throw new TypeError('a helper was called with fewer arguments than it was checked for');
  return argument.value();
}

function first(args: readonly Argument[], wanted: (value: Value) => boolean): Value {
  let value: Value = false;
  for (const argument of args) {
    value = argument.value();
    if (wanted(value)) return value;
  }
  return value;
}

function lookup(container: Value, key: Value): Value {
  const items = sequenceItems(container);
  const found = isDict(container)
    ? dictGet(container, key)
    : items !== undefined && typeof key === 'number'
      ? items[key]
      : undefined;
  if (found === undefined || found instanceof Undefined) {
    throw new TemplateError(`lookup: ${typeName(container)} has no item ${printed(key)}`, {
      hint: 'use (default (lookup …) otherwise) for one that may be missing',
    });
  }
  return found;
}

function join(list: Value, separator: Value): string {
  if (typeof list === 'string' || isDict(list)) {
    throw new TemplateError(`join takes a list, not ${typeName(list)}`);
  }
  return iterate(list).map(printed).join(printed(separator));
}

/** In double quotes, with the four characters escaped that sh and systemd both take for special there. */
function quote(text: string): string {
  return `"${text.replace(/["\\$`]/g, '\\$&')}"`;
}
