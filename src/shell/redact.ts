import { formsOf } from './secret-forms.ts';

/** Words, numbers, paths and addresses, as `changeit`, `9093`, `/opt/kafka`: they stand in many files that hold no secret. */
const ORDINARY = /^[A-Za-z0-9_.:/-]{1,12}$/;

/** What stands in place of a secret wherever something is printed. */
export const REDACTED = '<redacted>';

/** Shorter values would be found by accident in ordinary text, and redacting them would hide more than it protects. */
const SHORTEST = 4;

/** A secret value whose printed form is redacted: showing it takes an explicit `reveal()`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}

/** Removes known secrets by value, in whichever form, from whatever is about to be printed or written. */
export class Redactor {
  readonly #forms = new Set<string>();
  readonly #telling = new Set<string>();
  #pattern: RegExp | undefined;

  /** Every line of a secret of several lines is a secret of its own, since output is often cut at lines. */
  add(secret: string): void {
    for (const part of [secret, ...secret.split(/\r?\n/)]) {
      const text = part.trim();
      if (text.length < SHORTEST) continue;
      for (const form of formsOf(text)) this.#forms.add(form);
    }
    // A line alone may be one that many have: the first of a certificate.
    const whole = secret.trim();
    if (whole.length >= SHORTEST && !ORDINARY.test(whole)) for (const form of formsOf(whole)) this.#telling.add(form);
    this.#pattern = undefined;
  }

  /** No secret is known, so nothing has to be looked through. */
  get isEmpty(): boolean {
    return this.#forms.size === 0;
  }

  /** Is a secret in the text that cannot be there by accident? */
  isIn(text: string): boolean {
    for (const form of this.#telling) if (text.includes(form)) return true;
    return false;
  }

  redact(text: string): string {
    if (this.#forms.size === 0) return text;
    this.#pattern ??= new RegExp(
      [...this.#forms]
        .sort((a, b) => b.length - a.length)
        .map((form) => form.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('|'),
      'g',
    );
    return text.replaceAll(this.#pattern, REDACTED);
  }

  /** A copy of a JSON-like value with every string in it redacted, keys included. */
  redactDeep<T>(value: T): T;
  redactDeep(value: unknown): unknown {
    if (this.#forms.size === 0) return value;
    if (typeof value === 'string') return this.redact(value);
    if (value instanceof Secret) return REDACTED;
    if (Array.isArray(value)) return value.map((item) => this.redactDeep(item));
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.redact(key), this.redactDeep(item)]));
    }
    return value;
  }
}
