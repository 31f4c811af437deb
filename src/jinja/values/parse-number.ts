/** Python's `int(text, base)`: white space around, a sign, `_` between digits, a prefix in base 0 or its own base. */
export function parseIntegerText(text: string, base: number): bigint | undefined {
  const match = /^\s*([-+]?)(?:0([xXoObB])_?)?([\da-zA-Z]+(?:_[\da-zA-Z]+)*)\s*$/.exec(text);
  if (match === null) return parseIntegerWithoutPrefix(text, base);
  const [, sign, prefix, digits = ''] = match;
  const prefixBase = prefix === undefined ? undefined : { x: 16, o: 8, b: 2 }[prefix.toLowerCase()];
  if (prefixBase !== undefined && base !== 0 && base !== prefixBase) return parseIntegerWithoutPrefix(text, base);
  return parseDigits(sign === '-', digits.replaceAll('_', ''), prefixBase ?? (base === 0 ? 10 : base));
}

function parseIntegerWithoutPrefix(text: string, base: number): bigint | undefined {
  const match = /^\s*([-+]?)([\da-zA-Z]+(?:_[\da-zA-Z]+)*)\s*$/.exec(text);
  return match === null ? undefined : parseDigits(match[1] === '-', (match[2] ?? '').replaceAll('_', ''), base || 10);
}

function parseDigits(negative: boolean, digits: string, base: number): bigint | undefined {
  if (base < 2 || base > 36 || digits.length > 4300) return undefined;
  let value = 0n;
  for (const char of digits) {
    const digit = Number.parseInt(char, 36);
    if (Number.isNaN(digit) || digit >= base) return undefined;
    value = value * BigInt(base) + BigInt(digit);
  }
  return negative ? -value : value;
}

/** Python's `float(text)`: decimal digits, an exponent, `inf` and `nan`. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim().replace(/(?<=\d)_(?=\d)/g, '');
  if (/^[-+]?(?:inf|infinity)$/i.test(trimmed)) {
    return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (/^[-+]?nan$/i.test(trimmed)) return Number.NaN;
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(trimmed) ? Number(trimmed) : undefined;
}
