import { PyFloat } from '../../jinja/value.ts';

interface Token<T> {
  readonly value: T;
  readonly end: number;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The Python string literal at an offset (prefixes `r`, `u`, `b` too), or `undefined` when none stands there. */
export function readPythonString(text: string, offset: number): Token<string> | undefined {
  const opening = /^(?<prefix>[rR]|[uU]|[bB]|[rR][bB]|[bB][rR])?(?<quote>"""|'''|"|')/.exec(text.slice(offset));
  const quote = opening?.groups?.quote;
  if (opening === null || quote === undefined) return undefined;
  const raw = /r/i.test(opening.groups?.prefix ?? '');
  let value = '';
  let at = offset + opening[0].length;
  while (at < text.length) {
    if (text.startsWith(quote, at)) return { value, end: at + quote.length };
    if (text.charAt(at) !== '\\') value += text.charAt(at++);
    else {
      const escaped = raw ? { value: text.slice(at, at + 2), end: at + 2 } : readEscape(text, at);
      if (escaped === undefined) return undefined;
      value += escaped.value;
      at = escaped.end;
    }
  }
  return undefined;
}

function readEscape(text: string, at: number): Token<string> | undefined {
  const rest = text.slice(at + 1);
  const code = /^x([0-9a-fA-F]{2})|^u([0-9a-fA-F]{4})|^U([0-9a-fA-F]{8})/.exec(rest);
  if (code !== null) {
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
    return point > 0x10ffff ? undefined : { value: String.fromCodePoint(point), end: at + 1 + code[0].length };
  }
  if (/^[xuUN]/.test(rest)) return undefined;
  const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
  if (octal !== undefined) {
    return { value: String.fromCodePoint(Number.parseInt(octal, 8)), end: at + 1 + octal.length };
  }
  const char = rest.charAt(0);
  // An escape that Python does not know keeps its backslash.
  return { value: Object.hasOwn(ESCAPES, char) ? (ESCAPES[char] ?? '') : `\\${char}`, end: at + 2 };
}

const INTEGER = /^(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*)/;
const FLOAT =
  /^(?:(?:[0-9](?:_?[0-9])*)?\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?|[0-9](?:_?[0-9])*\.(?:[eE][-+]?[0-9](?:_?[0-9])*)?|[0-9](?:_?[0-9])*[eE][-+]?[0-9](?:_?[0-9])*)/;

/** The Python number literal at an offset, or `undefined`: a leading zero, as in 0644, makes it no number. */
export function readPythonNumber(text: string, offset: number): Token<number | bigint | PyFloat> | undefined {
  const rest = text.slice(offset);
  const float = FLOAT.exec(rest)?.[0];
  const digits = float ?? INTEGER.exec(rest)?.[0];
  if (digits === undefined) return undefined;
  const end = offset + digits.length;
  // What touches a number makes it something else: 1a, 10.0.0.1, 0644.
  if (/^[\p{L}\p{N}_.]/u.test(text.slice(end))) return undefined;
  const plain = digits.replaceAll('_', '');
  if (float !== undefined) return { value: new PyFloat(Number(plain)), end };
  const integer = BigInt(plain);
  return { value: Number.isSafeInteger(Number(integer)) ? Number(integer) : integer, end };
}
