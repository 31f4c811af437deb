import { TemplateError } from './error.ts';

/** Bounds that no sane template reaches; they keep a wrong one from hanging the run or filling the memory. */
export const limits = {
  /** Items of one list that a template makes: `range`, repetition, `product`. */
  items: 1_000_000,
  /** UTF-16 units of one text that a template makes. */
  text: 16_000_000,
  /** Bits of an integer that `**` or `*` makes. */
  integerBits: 100_000,
  /** Loop rounds and calls of one evaluation. */
  steps: 5_000_000,
  /** Nesting of brackets, operators and blocks in the source. */
  nesting: 150,
  /** Macros and includes inside each other. */
  calls: 200,
} as const;

export function checkItems(count: number): void {
  if (count > limits.items) throw new TemplateError(`a list of ${count} items is larger than ${limits.items}`);
}

export function checkText(length: number): void {
  if (length > limits.text) throw new TemplateError(`a text of ${length} characters is longer than ${limits.text}`);
}
