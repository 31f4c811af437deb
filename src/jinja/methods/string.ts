import type { BoundArguments } from '../call.ts';
import { TemplateError } from '../error.ts';
import { checkText } from '../limits.ts';
import { PyTuple, type Value } from '../value.ts';
import { braceFormat } from '../values/brace-format.ts';
import { iterate, length } from '../values/sequence.ts';
import { toRepr } from '../values/text.ts';
import { typeName } from '../values/types.ts';
import { capitalize, splitLines, splitText, stripText, swapCase, titleCase } from '../values/words.ts';
import type { Method, Methods } from './method.ts';

/** The methods of a text. */
export const stringMethods: Methods = new Map<string, Method>([
  ['upper', plain((text) => text.toUpperCase())],
  ['lower', plain((text) => text.toLowerCase())],
  ['casefold', plain((text) => text.toLowerCase())],
  ['title', plain(titleCase)],
  ['capitalize', plain(capitalize)],
  ['swapcase', plain(swapCase)],
  ['strip', method(['chars'], (text, args) => stripText(text, args.optionalText('chars'), 'both'))],
  ['lstrip', method(['chars'], (text, args) => stripText(text, args.optionalText('chars'), 'left'))],
  ['rstrip', method(['chars'], (text, args) => stripText(text, args.optionalText('chars'), 'right'))],
  [
    'split',
    method(['sep', 'maxsplit'], (text, args) =>
      splitText(text, args.optionalText('sep'), args.integer('maxsplit', -1), false),
    ),
  ],
  [
    'rsplit',
    method(['sep', 'maxsplit'], (text, args) =>
      splitText(text, args.optionalText('sep'), args.integer('maxsplit', -1), true),
    ),
  ],
  ['splitlines', method(['keepends'], (text, args) => splitLines(text, args.flag('keepends')))],
  ['partition', method(['!sep'], (text, args) => partition(text, args.text('sep'), false))],
  ['rpartition', method(['!sep'], (text, args) => partition(text, args.text('sep'), true))],
  [
    'startswith',
    method(['!prefix', 'start', 'end'], (text, args) => affix(part(text, args), args.value('prefix'), 'startsWith')),
  ],
  [
    'endswith',
    method(['!suffix', 'start', 'end'], (text, args) => affix(part(text, args), args.value('suffix'), 'endsWith')),
  ],
  [
    'removeprefix',
    method(['!prefix'], (text, args) =>
      text.startsWith(args.text('prefix')) ? text.slice(args.text('prefix').length) : text,
    ),
  ],
  ['removesuffix', method(['!suffix'], removeSuffix)],
  [
    'replace',
    method(['!old', '!new', 'count'], (text, args) =>
      replaceText(text, args.text('old'), args.text('new'), args.integer('count', -1)),
    ),
  ],
  ['join', method(['!items'], join)],
  ['find', method(['!sub', 'start', 'end'], (text, args) => find(text, args, false))],
  ['rfind', method(['!sub', 'start', 'end'], (text, args) => find(text, args, true))],
  ['index', method(['!sub', 'start', 'end'], (text, args) => foundOrError(find(text, args, false)))],
  ['rindex', method(['!sub', 'start', 'end'], (text, args) => foundOrError(find(text, args, true)))],
  ['count', method(['!sub', 'start', 'end'], (text, args) => count(part(text, args), args.text('sub')))],
  ['format', method(['*', '**'], (text, args) => braceFormat(text, args.rest, args.extra))],
  ['zfill', method(['!width'], zeroFill)],
  ['ljust', method(['!width', 'fillchar'], (text, args) => pad(text, args, 'right'))],
  ['rjust', method(['!width', 'fillchar'], (text, args) => pad(text, args, 'left'))],
  ['center', method(['!width', 'fillchar'], (text, args) => pad(text, args, 'both'))],
  [
    'expandtabs',
    method(['tabsize'], (text, args) => text.replaceAll('\t', ' '.repeat(Math.min(args.integer('tabsize', 8), 100)))),
  ],
  ['isdigit', matches(/^\p{Nd}+$/u)],
  ['isdecimal', matches(/^\p{Nd}+$/u)],
  ['isnumeric', matches(/^\p{N}+$/u)],
  ['isalpha', matches(/^\p{L}+$/u)],
  ['isalnum', matches(/^[\p{L}\p{N}]+$/u)],
  ['isspace', matches(/^\s+$/u)],
  ['isidentifier', matches(/^[\p{L}_][\p{L}\p{N}_]*$/u)],
  ['isupper', method([], (text) => text === text.toUpperCase() && text !== text.toLowerCase())],
  ['islower', method([], (text) => text === text.toLowerCase() && text !== text.toUpperCase())],
  [
    'istitle',
    method([], (text) => text !== '' && text === titleCase(text) && text.toLowerCase() !== text.toUpperCase()),
  ],
]);

function method(parameters: readonly string[], call: (text: string, args: BoundArguments) => Value): Method {
  return { parameters, call: (self, args) => call(typeof self === 'string' ? self : '', args) };
}

function plain(call: (text: string) => string): Method {
  return method([], call);
}

function matches(pattern: RegExp): Method {
  return method([], (text) => pattern.test(text));
}

/** `text[start:end]` of the methods that take such bounds. */
function part(text: string, args: BoundArguments): string {
  return text.slice(args.integer('start', 0), args.optionalInteger('end'));
}

function affix(text: string, wanted: Value, test: 'startsWith' | 'endsWith'): boolean {
  const options = wanted instanceof PyTuple ? wanted.items : [wanted];
  return options.some((option) => {
    if (typeof option !== 'string')
      throw new TemplateError(`${test.toLowerCase()} takes a str or a tuple of str, not ${typeName(option)}`);
    return text[test](option);
  });
}

function removeSuffix(text: string, args: BoundArguments): string {
  const suffix = args.text('suffix');
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

/** Replaces the first `count` occurrences; all of them when it is negative. */
export function replaceText(text: string, old: string, replacement: string, limit: number): string {
  const times = limit < 0 ? Number.POSITIVE_INFINITY : limit;
  const expected = old === '' ? text.length + 1 : text.split(old).length - 1;
  checkText(text.length + Math.min(expected, times) * replacement.length);
  if (old === '') {
    const chars = [...text];
    const filled = chars.map((char, i) => (i < times ? replacement : '') + char).join('');
    return filled + (chars.length < times ? replacement : '');
  }
  if (times === Number.POSITIVE_INFINITY) return text.replaceAll(old, () => replacement);
  const parts = text.split(old);
  const head = parts.slice(0, times + 1).join(replacement);
  return parts.length <= times + 1 ? head : [head, ...parts.slice(times + 1)].join(old);
}

function join(text: string, args: BoundArguments): string {
  const items = iterate(args.value('items'));
  return items
    .map((item, i) => {
      if (typeof item === 'string') return item;
      throw new TemplateError(`sequence item ${i}: expected str instance, ${typeName(item)} found`, {
        hint: "use the filter: `items | join(',')`",
      });
    })
    .join(text);
}

function find(text: string, args: BoundArguments, last: boolean): number {
  const start = args.integer('start', 0);
  const from = start < 0 ? Math.max(0, text.length + start) : start;
  const within = text.slice(from, args.optionalInteger('end'));
  const index = last ? within.lastIndexOf(args.text('sub')) : within.indexOf(args.text('sub'));
  return index < 0 ? -1 : length(text.slice(0, from + index));
}

function foundOrError(index: number): number {
  if (index < 0) throw new TemplateError('substring not found');
  return index;
}

function count(text: string, sub: string): number {
  return sub === '' ? length(text) + 1 : text.split(sub).length - 1;
}

function partition(text: string, separator: string, last: boolean): PyTuple {
  if (separator === '') throw new TemplateError('empty separator');
  const index = last ? text.lastIndexOf(separator) : text.indexOf(separator);
  if (index < 0) return new PyTuple(last ? ['', '', text] : [text, '', '']);
  return new PyTuple([text.slice(0, index), separator, text.slice(index + separator.length)]);
}

function zeroFill(text: string, args: BoundArguments): string {
  const width = args.integer('width', 0);
  checkText(width);
  const sign = /^[-+]/.test(text) ? text.slice(0, 1) : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function pad(text: string, args: BoundArguments, side: 'left' | 'right' | 'both'): string {
  const fill = args.text('fillchar', ' ');
  if (length(fill) !== 1)
    throw new TemplateError(`the fill character must be exactly one character long, not ${toRepr(fill)}`);
  return padText(text, args.integer('width', 0), fill, side);
}

/** Pads to a width in characters. An odd rest of `both` goes where Python's `center()` puts it. */
export function padText(text: string, width: number, fill: string, side: 'left' | 'right' | 'both'): string {
  checkText(width);
  const missing = Math.max(0, width - length(text));
  if (side === 'left') return fill.repeat(missing) + text;
  if (side === 'right') return text + fill.repeat(missing);
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}
