import { PyFloat } from '../jinja/value.ts';
import type { MappingEntry, MappingNode, ScalarNode } from './node.ts';
import type { ScalarValue } from './yaml-scalar.ts';

/** Collects the entries of a mapping: merged ones come first, and of equal keys the last value counts. */
export class MappingBuilder {
  readonly #merged: MappingEntry[] = [];
  readonly #own = new Map<string, MappingEntry>();

  /** Adds the entries of `<<: *a` or `<<: [*a, *b]`, where `a` wins over `b`. */
  merge(mappings: readonly MappingNode[]): void {
    for (const mapping of mappings.toReversed()) this.#merged.push(...mapping.entries);
  }

  /** Adds an entry and returns the one that it replaces, if the key was there already. */
  add(entry: MappingEntry): MappingEntry | undefined {
    const identity = keyIdentity(entry);
    const before = this.#own.get(identity);
    // A dict keeps the first key and its place, and takes the last value.
    this.#own.set(identity, before === undefined ? entry : { ...before, keyAt: entry.keyAt, value: entry.value });
    return before;
  }

  entries(): MappingEntry[] {
    const all = new Map(this.#merged.map((entry) => [keyIdentity(entry), entry]));
    for (const [identity, entry] of this.#own) all.set(identity, entry);
    return [...all.values()];
  }
}

/** The key parts of an entry: its text, and its value where that is not a string. */
export function entryKey(key: ScalarNode): Pick<MappingEntry, 'key' | 'keyValue' | 'keyAt'> {
  if (typeof key.value === 'string') return { key: key.value, keyAt: key.at };
  return { key: pythonText(key.value), keyValue: key.value, keyAt: key.at };
}

/** Python holds 1, 1.0 and True for the same key. */
function keyIdentity(entry: MappingEntry): string {
  const value = entry.keyValue;
  if (value === undefined) return `text ${entry.key}`;
  if (value === null) return 'none';
  return `number ${value instanceof PyFloat ? value.value : Number(value)}`;
}

function pythonText(value: Exclude<ScalarValue, string>): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof PyFloat) return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value);
  return String(value);
}
