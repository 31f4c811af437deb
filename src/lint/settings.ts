import type { Properties, PropertyEntry } from '../config/properties.ts';
import type { Position } from '../errors.ts';
import { isOpen } from './placeholder.ts';

/** The keys of one file, as the program sees them: the last entry of a key counts. */
export class Settings {
  readonly properties: Properties;
  readonly #byKey = new Map<string, PropertyEntry>();
  readonly #defaults: (key: string) => string | undefined;

  /** `defaults`: what the program takes for a key that is not in the file. */
  constructor(properties: Properties, defaults: (key: string) => string | undefined) {
    this.properties = properties;
    this.#defaults = defaults;
    for (const entry of properties.entries) this.#byKey.set(entry.key, entry);
  }

  get file(): string {
    return this.properties.file;
  }

  entry(key: string): PropertyEntry | undefined {
    return this.#byKey.get(key);
  }

  entries(): Iterable<PropertyEntry> {
    return this.#byKey.values();
  }

  isSet(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** The value in the file, trimmed; `undefined` when the key is not there, or its value is not known before the start. */
  given(key: string): string | undefined {
    const entry = this.#byKey.get(key);
    return entry === undefined || isOpen(entry.value) ? undefined : entry.value.trim();
  }

  /** The value that the program would use; `undefined` when it is not known. */
  text(key: string): string | undefined {
    return this.#byKey.has(key) ? this.given(key) : this.#defaults(key);
  }

  /** The number that the program would use; `undefined` when there is none. */
  number(key: string): number | undefined {
    const text = this.text(key);
    return text !== undefined && /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  }

  flag(key: string): boolean | undefined {
    const text = this.text(key)?.toLowerCase();
    return text === 'true' ? true : text === 'false' ? false : undefined;
  }

  /** The parts of a list with commas; empty when there is none. */
  list(key: string): readonly string[] {
    return (this.text(key) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  /** Where the value of the first of these keys stands that is in the file, else the first line. */
  at(...keys: readonly string[]): Position {
    for (const key of keys) {
      const entry = this.#byKey.get(key);
      if (entry !== undefined) return entry.valueAt;
    }
    return { file: this.file, line: 1, column: 1 };
  }
}
