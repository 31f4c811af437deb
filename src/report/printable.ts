import { stripVTControlCharacters } from 'node:util';

/** Control characters, and those that turn the direction of text round: they can make a terminal show what is not there. */
const unprintable = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/** Nothing that could need a change: nearly every text. */
const plain = /^[\n\t\x20-\x7e]*$/;

/** Text as a host sent it, safe for a terminal: escape sequences are removed, a bare carriage return ends a line. */
export function printable(text: string): string {
  if (plain.test(text)) return text;
  return visible(stripVTControlCharacters(text).replaceAll(/\r+\n?/g, '\n'));
}

/** The same for a file's content, where a control character is what may differ: each is shown as `\r` or `\x1b`. */
export function visible(text: string): string {
  return text.replaceAll(unprintable, (character) => {
    if (character === '\r') return '\\r';
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** A JSON-like value with every string printable; what stands under `diff` is left to whoever prints it. */
export function printableDeep<T>(value: T): T;
export function printableDeep(value: unknown): unknown {
  return typeof value === 'object' && value !== null && isPlain(value) ? value : copied(value);
}

function copied(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(copied);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === 'diff' ? item : copied(item)]));
}

/** Nearly every event: told a few hundred times a second, it is not copied for nothing. */
function isPlain(value: object): boolean {
  for (const [key, item] of Object.entries(value)) {
    if (key === 'diff') continue;
    if (typeof item === 'string' ? !plain.test(item) : typeof item === 'object' && item !== null && !isPlain(item))
      return false;
  }
  return true;
}
