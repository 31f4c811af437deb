import { TemplateError } from '../error.ts';

const controls: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['f', '\f'],
  ['v', '\v'],
  ['a', '\x07'],
  ['b', '\b'],
  ['\\', '\\'],
]);

type Part = string | { readonly group: string };

/** Python's replacement text: `\1`, `\g<1>`, `\g<name>` and escapes. Throws `TemplateError` for a bad escape. */
export function replacementOf(replacement: string): (match: RegExpExecArray) => string {
  const parts = parse(replacement);
  return (match) => parts.map((part) => (typeof part === 'string' ? part : groupText(match, part.group))).join('');
}

function parse(replacement: string): Part[] {
  const parts: Part[] = [];
  const pattern = /\\(?:g<([^>]*)>|(0[0-7]{0,2})|([1-9]\d?)|([\s\S])|$)|[^\\]+/g;
  for (const [whole, named, octal, number, other] of replacement.matchAll(pattern)) {
    if (!whole.startsWith('\\')) parts.push(whole);
    else if (named !== undefined || number !== undefined) parts.push({ group: named ?? number ?? '' });
    else if (octal !== undefined) parts.push(String.fromCharCode(Number.parseInt(octal, 8)));
    else parts.push(escaped(other, replacement));
  }
  return parts;
}

function escaped(char: string | undefined, replacement: string): string {
  const control = controls.get(char ?? '');
  if (control !== undefined) return control;
  if (char === undefined || /[A-Za-z]/.test(char)) {
    throw new TemplateError(`the replacement '${replacement}' has the bad escape \\${char ?? ''}`);
  }
  return `\\${char}`;
}

function groupText(match: RegExpExecArray, group: string): string {
  if (/^\d+$/.test(group)) {
    if (Number(group) >= match.length)
      throw new TemplateError(`the replacement names group ${group}, which the expression does not have`);
    return match[Number(group)] ?? '';
  }
  if (match.groups === undefined || !Object.hasOwn(match.groups, group)) {
    throw new TemplateError(`the replacement names group '${group}', which the expression does not have`);
  }
  return match.groups[group] ?? '';
}
