import type { Position } from '../errors.ts';

/**
 * Python's values in JavaScript, as Ansible's templates see them. An int is a `number` (or a `bigint` outside the safe
 * range), a float is a `PyFloat`, so that 1 and 1.0 stay apart; a dict is a `ReadonlyMap`, never a plain object, so no
 * key can reach a prototype and integer-like keys keep their order.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | PyFloat
  | PyTuple
  | PyRange
  | Undefined
  | PyCallable
  | PyObject
  | Omit
  | List
  | Dict;
export type List = readonly Value[];
export type Dict = ReadonlyMap<Value, Value>;

/** A Python float. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A Python tuple: prints with parentheses, is not a list. Some have names for their items: `group.grouper`. */
export class PyTuple {
  readonly items: List;
  readonly names: readonly string[];

  constructor(items: List, names: readonly string[] = []) {
    this.items = items;
    this.names = names;
  }
}

/** Python's `range`: it is gone through like a list, but it is none, and no variable can hold it. */
export class PyRange {
  readonly items: readonly number[];
  readonly start: number;
  readonly stop: number;
  readonly step: number;

  constructor(start: number, stop: number, step: number, items: readonly number[]) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.items = items;
  }
}

/** A name, attribute or item that is not there. Using its value is an error that names it. */
export class Undefined {
  /** What was looked up, for the message: `'kafka_versoin' is undefined`. */
  readonly message: string;
  /** Where it was looked up, when a template did so. */
  readonly at: Position | undefined;
  /** An inline `if` without `else`: text and `~` take it for nothing; as the whole value it is an error. */
  readonly lenient: boolean;
  readonly #hint: () => string | undefined;

  constructor(
    message: string,
    options: { hint?: () => string | undefined; at?: Position | undefined; lenient?: boolean } = {},
  ) {
    this.message = message;
    this.#hint = options.hint ?? (() => undefined);
    this.at = options.at;
    this.lenient = options.lenient ?? false;
  }

  /** What to do about it: the nearest name that does exist. Found only when asked for, as `default(…)` never asks. */
  get hint(): string | undefined {
    return this.#hint();
  }
}

/** Ansible's `omit`: an argument, dict key or list item that has this value is left out. */
export class Omit {
  readonly omitted = true;
}

/** The one value of `omit`. */
export const omit = new Omit();

/** A value with attributes that is neither data nor a plain function: `loop`, a namespace, a datetime. */
export class PyObject {
  /** Python's name of the type, for messages and `type_debug`. */
  readonly typeName: string;
  readonly #behaviour: PyObjectBehaviour;

  constructor(typeName: string, behaviour: PyObjectBehaviour) {
    this.typeName = typeName;
    this.#behaviour = behaviour;
  }

  attribute(name: string): Value | undefined {
    return this.#behaviour.attribute?.(name);
  }

  assign(name: string, value: Value): boolean {
    if (this.#behaviour.assign === undefined) return false;
    this.#behaviour.assign(name, value);
    return true;
  }

  get callable(): PyCallable | undefined {
    return this.#behaviour.callable;
  }

  /** Subtraction and comparison, where the type has them (datetimes). */
  operate(operator: '-' | '+' | 'compare', other: Value): Value | undefined {
    return this.#behaviour.operate?.(operator, other);
  }

  toText(): string {
    return this.#behaviour.text?.() ?? `<${this.typeName}>`;
  }
}

/** What a kind of `PyObject` can do; a missing function means that it cannot. */
export interface PyObjectBehaviour {
  readonly attribute?: (name: string) => Value | undefined;
  readonly assign?: (name: string, value: Value) => void;
  readonly callable?: PyCallable;
  readonly operate?: (operator: '-' | '+' | 'compare', other: Value) => Value | undefined;
  readonly text?: () => string;
}

/** Something a template can call: a macro, a bound method such as `.items()`, a global such as `range`. */
export class PyCallable {
  readonly name: string;
  readonly call: (positional: List, keyword: ReadonlyMap<string, Value>) => Value;
  /** False where an undefined argument is the result of the call, as for filters; macros look for themselves. */
  readonly takesUndefined: boolean;

  constructor(
    name: string,
    call: (positional: List, keyword: ReadonlyMap<string, Value>) => Value,
    options: { takesUndefined?: boolean } = {},
  ) {
    this.name = name;
    this.call = call;
    this.takesUndefined = options.takesUndefined ?? false;
  }
}

/**
 * A dict whose values are computed when they are asked for (variables that hold templates, `hostvars`, a result some of
 * whose keys only a run can tell). Each value is computed once; what the computation throws reaches the asker each time.
 */
export class LazyDict implements ReadonlyMap<Value, Value> {
  readonly #names: () => Iterable<Value>;
  readonly #has: (key: Value) => boolean;
  readonly #compute: (key: Value) => Value;
  readonly #known = new Map<Value, Value>();

  constructor(source: { names: () => Iterable<Value>; has: (key: Value) => boolean; compute: (key: Value) => Value }) {
    this.#names = source.names;
    this.#has = source.has;
    this.#compute = source.compute;
  }

  get size(): number {
    return [...this.#names()].length;
  }

  has(key: Value): boolean {
    return this.#has(key);
  }

  get(key: Value): Value | undefined {
    if (!this.#has(key)) return undefined;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const value = this.#compute(key);
    this.#known.set(key, value);
    return value;
  }

  *keys(): MapIterator<Value> {
    yield* this.#names();
  }

  *values(): MapIterator<Value> {
    for (const key of this.#names()) yield this.#require(key);
  }

  *entries(): MapIterator<[Value, Value]> {
    for (const key of this.#names()) yield [key, this.#require(key)];
  }

  [Symbol.iterator](): MapIterator<[Value, Value]> {
    return this.entries();
  }

  forEach(callback: (value: Value, key: Value, map: ReadonlyMap<Value, Value>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }

  #require(key: Value): Value {
    const value = this.get(key);
    if (value === undefined) throw new TypeError(`lazy dict lists the key ${String(key)} but does not have it`);
    return value;
  }
}

/** True for a dict, eager or lazy. */
export function isDict(value: Value): value is Dict {
  return value instanceof Map || value instanceof LazyDict;
}

/** Where a template finds its names. `undefined` means that the name does not exist in this scope. */
export interface Scope {
  lookup(name: string): Value | undefined;
  /** Every name that exists here, for hints (`did you mean …`); a scope that cannot list them leaves it out. */
  names?(): Iterable<string>;
}

/**
 * Thrown by a scope (and passed through by every evaluation) when a value is asked for that only a run can tell: the
 * output of a command that has not run yet, a fact that has not been gathered.
 */
export class NotYetKnown extends Error {
  /** What has to happen first, for the plan: `task "read the cluster id" ran`. */
  readonly until: string;

  constructor(until: string) {
    // It is thrown for every question of a plan and shown to nobody: a stack trace would cost more than the rest of it.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(`not known until ${until}`);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'NotYetKnown';
    this.until = until;
  }
}
