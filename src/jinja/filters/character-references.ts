import { TemplateError } from '../error.ts';

/** U+00A0 to U+00FF in order (HTML 4, 24.2.1). */
const latin1 = `nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute
micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil
Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute
Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute
icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml`;

/** The names that count without a semicolon too, even where more letters follow (HTML, 13.5). */
const bare: ReadonlyMap<string, string> = new Map([
  ...latin1.split(/\s/).map((name, index) => [name, String.fromCodePoint(0xa0 + index)] as const),
  ...Object.entries({ amp: '&', AMP: '&', lt: '<', LT: '<', gt: '>', GT: '>', quot: '"', QUOT: '"' }),
  ...Object.entries({ COPY: '\u00a9', REG: '\u00ae' }),
]);

const whole: ReadonlyMap<string, string> = new Map([
  ...bare,
  ...Object.entries({ apos: "'", ndash: '\u2013', mdash: '\u2014', lsquo: '\u2018', rsquo: '\u2019' }),
  ...Object.entries({ ldquo: '\u201c', rdquo: '\u201d', bull: '\u2022', hellip: '\u2026', euro: '\u20ac' }),
  ...Object.entries({ trade: '\u2122', larr: '\u2190', rarr: '\u2192', le: '\u2264', ge: '\u2265', ne: '\u2260' }),
]);

/** 0x80 to 0x9f of Windows' code page. */
const windows = [...'€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'];

/**
 * HTML's character references as the characters they stand for, as Python's `html.unescape` reads them.
 * @throws TemplateError for a name that may be one of the two thousand that are not known here
 */
export function unescapeMarkup(text: string): string {
  return text.replace(
    /&(?:#(\d+);?|#x([\da-f]+);?|([^\t\n\f <&#;]{1,32})(;?))/gi,
    (all, decimal?: string, hexadecimal?: string, name?: string, end?: string) => {
      if (name !== undefined) return named(name, end === ';') ?? all;
      return numbered(decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal));
    },
  );
}

function named(name: string, ended: boolean): string | undefined {
  const known = (ended ? whole : bare).get(name);
  if (known !== undefined) return known;
  if (ended && /^[A-Za-z][A-Za-z0-9]*$/.test(name)) {
    throw new TemplateError(`striptags does not know the character &${name};`, {
      hint: 'write it by its number: &#8212;',
    });
  }
  for (let length = name.length - 1; length > 1; length -= 1) {
    const start = bare.get(name.slice(0, length));
    if (start !== undefined) return start + name.slice(length) + (ended ? ';' : '');
  }
  return undefined;
}

/** Numbers that browsers read as Windows' code page, and those that stand for nothing (HTML, 13.2.5.80). */
function numbered(code: number): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
  if (code >= 0x80 && code <= 0x9f) return windows[code - 0x80] ?? '';
  const isControl = (code < 0x20 && ![9, 10, 12, 13].includes(code)) || code === 0x7f;
  const isNone = (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe;
  return isControl || isNone ? '' : String.fromCodePoint(code);
}
