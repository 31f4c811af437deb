import { nearestName } from '../errors.ts';
import { TemplateError } from '../jinja/error.ts';
import { Undefined, type Value } from '../jinja/value.ts';
import { isTruthy } from '../jinja/values/compare.ts';
import { toText, undefinedError } from '../jinja/values/text.ts';
import { sequenceItems, typeName } from '../jinja/values/types.ts';

/** The named options of one lookup, checked: an option that it does not have is an error, with the nearest one. */
export class LookupOptions {
  readonly #lookup: string;
  readonly #options: ReadonlyMap<string, Value>;

  constructor(lookup: string, options: ReadonlyMap<string, Value>, known: readonly string[]) {
    this.#lookup = lookup;
    this.#options = options;
    for (const name of options.keys()) {
      if (known.includes(name)) continue;
      const near = nearestName(name, known);
      const has = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
      throw new TemplateError(`the lookup ${lookup} has no option '${name}'`, {
        hint: near === undefined ? has : `did you mean '${near}'?`,
      });
    }
  }

  has(name: string): boolean {
    return this.#options.has(name);
  }

  get(name: string): Value | undefined {
    return this.#options.get(name);
  }

  text(name: string, fallback: string): string {
    const value = this.#options.get(name);
    return value === undefined ? fallback : textOf(value, `${name} of the lookup ${this.#lookup}`);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#options.get(name);
    return value === undefined ? fallback : booleanOf(value);
  }

  integer(name: string, fallback: number): number {
    const value = this.#options.get(name);
    if (value === undefined) return fallback;
    const number = Number(toText(value));
    if (toText(value).trim() !== '' && Number.isInteger(number)) return number;
    throw new TemplateError(`${name} of the lookup ${this.#lookup} must be a whole number, not '${toText(value)}'`);
  }

  /** A list, or text with commas between its items. */
  list(name: string): readonly string[] {
    const value = this.#options.get(name);
    return value === undefined ? [] : textsOf(value, name);
  }
}

/** Text; anything else is an error that says what it should have been. */
export function textOf(value: Value, what: string): string {
  if (value instanceof Undefined) throw undefinedError(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return toText(value);
  throw new TemplateError(`${what} must be text, not ${typeName(value)}`);
}

export function textsOf(value: Value, what: string): readonly string[] {
  const items =
    typeof value === 'string' ? value.split(',').map((part) => part.trim()) : (sequenceItems(value) ?? [value]);
  return items.map((item) => textOf(item, what));
}

function booleanOf(value: Value): boolean {
  return typeof value === 'string' ? /^(yes|true|on|1|y|t)$/i.test(value.trim()) : isTruthy(value);
}

/** The words of a term such as `name length=20 chars=digits`: what has no `=` is the term itself. */
export function splitTerm(term: string): { readonly words: string; readonly options: ReadonlyMap<string, Value> } {
  const parts = term.match(/(?:"[^"]*"|'[^']*'|\S)+/g) ?? [];
  const options = new Map<string, Value>();
  const words: string[] = [];
  for (const part of parts) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(part) ?? [];
    if (name === undefined) words.push(part);
    else options.set(name, value.replace(/^(["'])(.*)\1$/s, '$2'));
  }
  return { words: words.join(' '), options };
}
