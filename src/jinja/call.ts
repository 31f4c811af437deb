import { nearestName } from '../errors.ts';
import { TemplateError } from './error.ts';
import { type Dict, isDict, type List, PyCallable, PyFloat, Undefined, type Value } from './value.ts';
import { isTruthy } from './values/compare.ts';
import { toText, undefinedError } from './values/text.ts';
import { isInteger, isNumber, sequenceItems, typeName } from './values/types.ts';

/**
 * The parameters of a filter, test, method or global, in positional order. A last `*` takes further positional
 * arguments, `**` keyword arguments of any name; a leading `!` marks a parameter that must be given.
 */
export type Parameters = readonly string[];

/** The arguments of one call by parameter name. */
export class BoundArguments {
  readonly rest: List;
  readonly extra: ReadonlyMap<string, Value>;
  readonly #values: ReadonlyMap<string, Value>;

  constructor(values: ReadonlyMap<string, Value>, rest: List, extra: ReadonlyMap<string, Value>) {
    this.#values = values;
    this.rest = rest;
    this.extra = extra;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  /** An argument that the call must have. */
  value(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw new TypeError(`parameter ${name} is read but not declared as required`);
    return value;
  }

  /** An argument, or the fallback when it is left out; `None` is an argument. */
  valueOr(name: string, fallback: Value): Value {
    const value = this.#values.get(name);
    return value === undefined ? fallback : value;
  }

  /** A text argument, as `str()` gives it. */
  text(name: string, fallback = ''): string {
    const value = this.#values.get(name);
    return value === undefined ? fallback : toText(value);
  }

  /** A text argument, or `undefined` when it is left out or `None`. */
  optionalText(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === undefined || value === null ? undefined : toText(value);
  }

  integer(name: string, fallback: number): number {
    const value = this.#values.get(name);
    return value === undefined ? fallback : asInteger(value, name);
  }

  /** An int argument, or `undefined` when it is left out or `None`. */
  optionalInteger(name: string): number | undefined {
    const value = this.#values.get(name);
    return value === undefined || value === null ? undefined : asInteger(value, name);
  }

  flag(name: string, fallback = false): boolean {
    const value = this.#values.get(name);
    return value === undefined ? fallback : isTruthy(value);
  }
}

/** An int from an argument. Throws `TemplateError` for any other type. */
export function asInteger(value: Value, what: string): number {
  if (isInteger(value)) return Number(value);
  if (value instanceof Undefined) throw undefinedError(value);
  throw new TemplateError(`${what} must be an int, not ${typeName(value)}`, { hint: 'convert it with `| int`' });
}

export function asNumber(value: Value, what: string): number {
  if (isNumber(value)) return value instanceof PyFloat ? value.value : Number(value);
  if (value instanceof Undefined) throw undefinedError(value);
  throw new TemplateError(`${what} must be a number, not ${typeName(value)}`, { hint: 'convert it with `| float`' });
}

export function asDict(value: Value, what: string): Dict {
  if (isDict(value)) return value;
  if (value instanceof Undefined) throw undefinedError(value);
  throw new TemplateError(`${what} must be a dict, not ${typeName(value)}`);
}

export function asList(value: Value, what: string): List {
  const items = sequenceItems(value);
  if (items !== undefined) return items;
  if (value instanceof Undefined) throw undefinedError(value);
  throw new TemplateError(`${what} must be a list, not ${typeName(value)}`);
}

/** Gives each argument its parameter. Throws `TemplateError` that names what is missing, unknown or too much. */
export function bindArguments(
  what: string,
  parameters: Parameters,
  positional: List,
  keyword: ReadonlyMap<string, Value>,
): BoundArguments {
  const takesRest = parameters.includes('*');
  const takesExtra = parameters.includes('**');
  const declared = parameters.filter((name) => name !== '*' && name !== '**');
  const names = declared.map((name) => name.replace('!', ''));
  const values = new Map<string, Value>();
  for (const [i, name] of names.entries()) {
    const value = positional[i];
    if (value !== undefined) values.set(name, value);
  }
  if (positional.length > names.length && !takesRest) {
    throw new TemplateError(`${what} takes at most ${names.length} arguments, got ${positional.length}`);
  }
  const extra = new Map<string, Value>();
  for (const [name, value] of keyword) {
    if (names.includes(name)) {
      if (values.has(name)) throw new TemplateError(`${what} got the argument '${name}' twice`);
      values.set(name, value);
    } else if (takesExtra) extra.set(name, value);
    else throw unknownArgument(what, name, names);
  }
  const missing = declared.find((name) => name.startsWith('!') && !values.has(name.slice(1)));
  if (missing !== undefined) throw new TemplateError(`${what} needs the argument '${missing.slice(1)}'`);
  return new BoundArguments(values, positional.slice(names.length), extra);
}

/** A callable value (a method, a global) with named parameters. */
export function callable(
  name: string,
  parameters: Parameters,
  call: (args: BoundArguments) => Value,
  options: { takesUndefined?: boolean } = {},
): PyCallable {
  const bound = (positional: List, keyword: ReadonlyMap<string, Value>) =>
    call(bindArguments(`${name}()`, parameters, positional, keyword));
  return new PyCallable(name, bound, options);
}

function unknownArgument(what: string, name: string, known: readonly string[]): TemplateError {
  const near = nearestName(name, known);
  const takes = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
  return new TemplateError(`${what} has no argument '${name}'`, {
    hint: near === undefined ? takes : `did you mean '${near}'?`,
  });
}
