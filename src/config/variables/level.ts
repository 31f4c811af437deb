import type { Position } from '../../errors.ts';
import type { Value } from '../../jinja/value.ts';
import type { ConfigNode, VariableLayer } from '../node.ts';

/** A variable as one place defines it: text of a file, or a value that is never templated. */
export type Definition = NodeDefinition | ValueDefinition;

export interface NodeDefinition {
  readonly source: string;
  readonly node: ConfigNode;
}

interface ValueDefinition {
  readonly source: string;
  readonly node?: undefined;
  readonly value: Value;
}

/** Where a definition stands; values of a run stand nowhere. */
export function positionOf(definition: Definition): Position | undefined {
  return definition.node?.at;
}

/** One level of the precedence: all variables that lose against the level above and win against the one below. */
export interface Level {
  /** The definition that counts. May throw `NotYetKnown`. */
  find(name: string): Definition | undefined;
  /** Every definition of the name within the level, the one that counts first. */
  all(name: string): readonly Definition[];
  names(): Iterable<string>;
}

/** Variables from files, merged once: of layers from the weakest to the strongest the last that has a name counts. */
export class LayeredLevel implements Level {
  readonly #layers: readonly VariableLayer[];
  #merged: ReadonlyMap<string, NodeDefinition> | undefined;

  constructor(layers: readonly VariableLayer[]) {
    this.#layers = layers;
  }

  find(name: string): Definition | undefined {
    return this.#all.get(name);
  }

  all(name: string): readonly Definition[] {
    return this.#layers.toReversed().flatMap(({ source, variables }) => {
      const node = variables.get(name);
      return node === undefined ? [] : [{ source, node }];
    });
  }

  names(): Iterable<string> {
    return this.#all.keys();
  }

  get #all(): ReadonlyMap<string, NodeDefinition> {
    if (this.#merged !== undefined) return this.#merged;
    const merged = new Map<string, NodeDefinition>();
    for (const { source, variables } of this.#layers) {
      for (const [name, node] of variables) merged.set(name, { source, node });
    }
    this.#merged = merged;
    return merged;
  }
}

/** Values that are there already or are computed by name, none of them templated. */
export class ValueLevel implements Level {
  readonly #source: (name: string) => string;
  readonly #get: (name: string) => Value | undefined;
  readonly #names: () => Iterable<string>;

  constructor(parts: {
    source: string | ((name: string) => string);
    get: (name: string) => Value | undefined;
    names: () => Iterable<string>;
  }) {
    const { source } = parts;
    this.#source = typeof source === 'string' ? () => source : source;
    this.#get = parts.get;
    this.#names = parts.names;
  }

  find(name: string): Definition | undefined {
    const value = this.#get(name);
    return value === undefined ? undefined : { source: this.#source(name), value };
  }

  all(name: string): readonly Definition[] {
    const found = this.find(name);
    return found === undefined ? [] : [found];
  }

  names(): Iterable<string> {
    return this.#names();
  }
}
