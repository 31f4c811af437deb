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
  | Undefined
  | PyCallable
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

/** A Python tuple: prints with parentheses, is not a list. */
export class PyTuple {
  readonly items: List;

  constructor(items: List) {
    this.items = items;
  }
}

/** A name, attribute or item that is not there. Using its value is an error that names it. */
export class Undefined {
  /** What was looked up, for the message: `'kafka_versoin' is undefined`. */
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Something a template can call: a macro, a bound method such as `.items()`, a global such as `range`. */
export class PyCallable {
  readonly name: string;
  readonly call: (positional: List, keyword: ReadonlyMap<string, Value>) => Value;

  constructor(name: string, call: (positional: List, keyword: ReadonlyMap<string, Value>) => Value) {
    this.name = name;
    this.call = call;
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
}

/**
 * Thrown by a scope (and passed through by every evaluation) when a value is asked for that only a run can tell: the
 * output of a command that has not run yet, a fact that has not been gathered.
 */
export class NotYetKnown extends Error {
  /** What has to happen first, for the plan: `task "read the cluster id" ran`. */
  readonly until: string;

  constructor(until: string) {
    super(`not known until ${until}`);
    this.name = 'NotYetKnown';
    this.until = until;
  }
}
