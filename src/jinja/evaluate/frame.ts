import { nearestName, type Position } from '../../errors.ts';
import type { CallContext, Environment } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { limits } from '../limits.ts';
import type { BlockNode } from '../syntax/nodes.ts';
import type { Source } from '../syntax/source.ts';
import { type Dict, type List, NotYetKnown, type Scope, Undefined, type Value } from '../value.ts';

/** What one evaluation shares: where names come from, the work left, and the lists and dicts it has changed. */
export class Run {
  readonly environment: Environment;
  readonly scope: Scope;
  /** How deep macros and includes are inside each other. */
  depth = 0;
  readonly #budget: { steps: number };
  readonly #changed = new Map<Value, Value>();

  /** `outer` is the run that this one is part of: a template imported without context shares its bounds. */
  constructor(environment: Environment, scope: Scope, outer?: Run) {
    this.environment = environment;
    this.scope = scope;
    this.depth = outer?.depth ?? 0;
    this.#budget = outer === undefined ? { steps: 0 } : outer.#budget;
  }

  spend(steps: number): void {
    this.#budget.steps += steps;
    if (this.#budget.steps > limits.steps)
      throw new TemplateError(`this template needs more than ${limits.steps} steps`);
  }

  /** Runs a macro or an included template, within the bound on how deep they nest. */
  nested<T>(body: () => T): T {
    this.depth += 1;
    if (this.depth > limits.calls) throw new TemplateError(`macros or includes nest deeper than ${limits.calls}`);
    try {
      return body();
    } finally {
      this.depth -= 1;
    }
  }

  /** The list as `append` and its like have left it; a variable's own list is never changed, as it belongs to the scope. */
  current(value: Value): Value {
    return this.#changed.size === 0 ? value : (this.#changed.get(value) ?? value);
  }

  writableList(list: List): Value[] {
    const known = this.#changed.get(list);
    if (Array.isArray(known)) return known;
    const copy = [...list];
    this.#changed.set(list, copy);
    this.#changed.set(copy, copy);
    return copy;
  }

  writableDict(dict: Dict): Map<Value, Value> {
    const known = this.#changed.get(dict);
    if (known instanceof Map) return known;
    const copy = new Map(dict);
    this.#changed.set(dict, copy);
    this.#changed.set(copy, copy);
    return copy;
  }
}

export type BlockDefinitions = Map<string, { readonly node: BlockNode; readonly source: Source }[]>;

/** The names of one block inside the names around it, down to the scope the caller gave. */
export class Frame implements Scope {
  readonly run: Run;
  readonly source: Source;
  readonly parent: Frame | undefined;
  readonly own = new Map<string, Value>();
  /** The definitions of each block of the template, the most derived first. */
  readonly blocks: BlockDefinitions;
  /** Made by `contextOf` at the first filter. */
  context: CallContext | undefined;

  constructor(run: Run, source: Source, parent?: Frame, blocks?: BlockDefinitions) {
    this.run = run;
    this.source = source;
    this.parent = parent;
    this.blocks = blocks ?? parent?.blocks ?? new Map();
  }

  child(): Frame {
    return new Frame(this.run, this.source, this);
  }

  position(offset: number): Position {
    return this.source.position(offset);
  }

  lookup(name: string): Value | undefined {
    for (let frame: Frame | undefined = this; frame !== undefined; frame = frame.parent) {
      const value = frame.own.get(name);
      if (value !== undefined) return this.run.current(value);
    }
    const value = this.run.scope.lookup(name);
    return value === undefined ? undefined : this.run.current(value);
  }

  *names(): Iterable<string> {
    for (let frame: Frame | undefined = this; frame !== undefined; frame = frame.parent) yield* frame.own.keys();
    yield* this.run.scope.names?.() ?? [];
  }

  /** The known name that is nearest to a misspelt one, as far as the names are known. */
  #nearest(name: string): string | undefined {
    try {
      return nearestName(name, this.names());
    } catch (error) {
      if (error instanceof NotYetKnown) return undefined;
      throw error;
    }
  }

  /** The value for a name that exists nowhere. */
  missing(name: string, offset: number): Undefined {
    return new Undefined(`'${name}' is undefined`, {
      at: this.position(offset),
      hint: () => didYouMean(this.#nearest(name)),
    });
  }
}

export function didYouMean(near: string | undefined): string | undefined {
  return near === undefined ? undefined : `did you mean '${near}'?`;
}
