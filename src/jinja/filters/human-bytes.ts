import { TemplateError } from '../error.ts';

const powers = ['B', 'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const words: ReadonlyMap<string, string> = new Map([
  ['bytes', 'B'],
  ['byte', 'B'],
  ['bits', 'B'],
  ['bit', 'B'],
  ['kilo', 'K'],
  ['mega', 'M'],
  ['giga', 'G'],
  ['tera', 'T'],
  ['peta', 'P'],
  ['exa', 'E'],
  ['zetta', 'Z'],
  ['yotta', 'Y'],
]);

/** Reads `10 MB`, `2k`, `5 kilobytes` as a number of bytes (or bits), a unit being a power of 1024. */
export function humanToBytes(text: string, defaultUnit: string | undefined, isBits: boolean): number {
  const match = /^\s*(\d*\.?\d*)\s*([A-Za-z]+)?\s*$/.exec(text);
  const digits = match?.[1] ?? '';
  if (match === null || digits === '' || digits === '.') {
    throw new TemplateError(`'${text}' is not a size`, { hint: 'write a number and a unit, such as 10M' });
  }
  const unit = match[2] ?? defaultUnit ?? 'B';
  const power = powers.indexOf(unitLetter(unit, isBits, text));
  return Math.round(Number(digits) * 1024 ** power);
}

function unitLetter(unit: string, isBits: boolean, text: string): string {
  const short = /^([BKMGTPEZY])(b|B)?$/i.exec(unit);
  if (short !== null) {
    const [, letter = '', suffix] = short;
    const wrong = letter.toUpperCase() !== 'B' && suffix !== undefined && (suffix === 'b') !== isBits;
    if (!wrong) return letter.toUpperCase();
  }
  const [, word = ''] = /^(kilo|mega|giga|tera|peta|exa|zetta|yotta|)(?:bytes?|bits?)$/i.exec(unit) ?? [];
  const known = words.get((word || unit).toLowerCase());
  if (known !== undefined) return known;
  const expected = isBits ? 'b (bits)' : 'B (bytes)';
  throw new TemplateError(`'${text}' has the unit '${unit}', which is none of ${powers.join(', ')} with ${expected}`);
}
