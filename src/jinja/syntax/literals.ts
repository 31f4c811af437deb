import { TemplateError } from '../error.ts';
import { PyFloat } from '../value.ts';
import type { Source } from './source.ts';

const floatPattern = /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?[eE][+-]?\d+(?:_\d+)*|\d+(?:_\d+)*\.\d+(?:_\d+)*/y;
const intPattern = /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/y;

/** The text of the number literal at this offset, if there is one. */
export function readNumber(text: string, offset: number): string | undefined {
  // After a dot (`a.0.5`) digits are one item's index, never a fraction.
  floatPattern.lastIndex = offset;
  const float = text[offset - 1] === '.' ? undefined : floatPattern.exec(text)?.[0];
  if (float !== undefined) return float;
  intPattern.lastIndex = offset;
  return intPattern.exec(text)?.[0];
}

/** The value of a number literal: `1_000`, `0x1f`, `1e3`. */
export function numberValue(literal: string): number | bigint | PyFloat {
  const digits = literal.replaceAll('_', '');
  const isFloat = !/^0[xX]/.test(digits) && /[.eE]/.test(digits);
  if (isFloat) return new PyFloat(Number(digits));
  const value = BigInt(digits);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Reads the quoted string that starts at `offset`. */
export function readString(
  source: Source,
  offset: number,
  literalBackslashes: boolean,
): { value: string; next: number } {
  const { text } = source;
  const quote = text[offset];
  let end = offset + 1;
  while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
  if (end >= text.length) {
    throw new TemplateError('this string is never closed', {
      at: source.position(offset),
      hint: `add the closing ${quote}`,
    });
  }
  const raw = text.slice(offset + 1, end);
  const next = end + 1;
  return { value: literalBackslashes ? raw : unescapeString(raw), next };
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\n', ''],
]);

/** Python's escapes in a string literal; an unknown escape keeps its backslash. */
export function unescapeString(raw: string): string {
  return raw.replace(
    /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g,
    (whole: string, octal?: string, hex?: string, u4?: string, u8?: string, other?: string) => {
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      const code = hex ?? u4 ?? u8;
      if (code !== undefined) {
        const point = Number.parseInt(code, 16);
        return point > 0x10ffff ? whole : String.fromCodePoint(point);
      }
      return simpleEscapes.get(other ?? '') ?? whole;
    },
  );
}
