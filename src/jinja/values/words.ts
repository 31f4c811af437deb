import { TemplateError } from '../error.ts';

/** Python's `title()`: each run of letters starts upper case and goes on lower case. */
export function titleCase(text: string): string {
  return text.replace(/\p{L}+/gu, capitalize);
}

export function capitalize(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

export function swapCase(text: string): string {
  return [...text].map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase())).join('');
}

/** Python's `strip()`: white space, or any of the given characters, from one end or both. */
export function stripText(text: string, chars: string | undefined, side: 'left' | 'right' | 'both'): string {
  if (chars === undefined) {
    return side === 'both' ? text.trim() : side === 'left' ? text.trimStart() : text.trimEnd();
  }
  const drop = new Set(chars);
  const points = [...text];
  let start = 0;
  let end = points.length;
  if (side !== 'right') while (start < end && drop.has(points[start] ?? '')) start += 1;
  if (side !== 'left') while (end > start && drop.has(points[end - 1] ?? '')) end -= 1;
  return points.slice(start, end).join('');
}

/** Python's `split()`: by white space when no separator is given; at most `limit` splits unless it is negative. */
export function splitText(text: string, separator: string | undefined, limit: number, fromRight: boolean): string[] {
  if (separator === '') throw new TemplateError('empty separator');
  if (separator === undefined) return splitSpace(text, limit, fromRight);
  const parts = text.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  if (fromRight) {
    const kept = parts.slice(parts.length - limit);
    return [parts.slice(0, parts.length - limit).join(separator), ...kept];
  }
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

function splitSpace(text: string, limit: number, fromRight: boolean): string[] {
  const words = [...text.matchAll(/\S+/gu)];
  if (limit < 0 || words.length <= limit) return words.map(([word]) => word);
  if (fromRight) {
    const kept = words.slice(words.length - limit);
    const rest = text.slice(0, kept[0]?.index ?? text.length).trimEnd();
    return [...(rest === '' ? [] : [rest]), ...kept.map(([word]) => word)];
  }
  const rest = text.slice(words[limit]?.index ?? text.length);
  return [...words.slice(0, limit).map(([word]) => word), ...(rest === '' ? [] : [rest])];
}

export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines = text.match(/[^\n\r]*(?:\r\n|\n|\r)|[^\n\r]+$/g) ?? [];
  return keepEnds ? lines : lines.map((line) => line.replace(/[\r\n]+$/, ''));
}
