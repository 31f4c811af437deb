import { defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { padText, replaceText } from '../methods/string.ts';
import { PyTuple, type Value } from '../value.ts';
import { percentFormat } from '../values/percent-format.ts';
import { iterate } from '../values/sequence.ts';
import { toText } from '../values/text.ts';
import { isNumber, typeName } from '../values/types.ts';
import { capitalize, splitText, stripText } from '../values/words.ts';
import { attributeOf } from './attribute.ts';
import { commentText, indentText, wordWrap } from './layout.ts';

/** Filters that make text of text. */
export const textFilters: Readonly<Record<string, Filter>> = {
  lower: defineFilter([], (input) => toText(input).toLowerCase()),
  upper: defineFilter([], (input) => toText(input).toUpperCase()),
  capitalize: defineFilter([], (input) => capitalize(toText(input))),
  title: defineFilter([], (input) => titleWords(toText(input))),
  trim: defineFilter(['chars'], (input, args) => stripText(toText(input), args.optionalText('chars'), 'both')),
  replace: defineFilter(['!old', '!new', 'count'], (input, args) =>
    replaceText(toText(input), args.text('old'), args.text('new'), args.optionalInteger('count') ?? -1),
  ),
  split: defineFilter(['sep', 'maxsplit'], (input, args) => {
    if (typeof input !== 'string') throw new TemplateError(`split takes text, not ${typeName(input)}`);
    return splitText(input, args.optionalText('sep'), args.integer('maxsplit', -1), false);
  }),
  join: defineFilter(['d', 'attribute'], (input, args, context) => {
    const attribute = args.get('attribute');
    const items = iterate(input).map((item) =>
      attribute === undefined || attribute === null ? item : attributeOf(item, attribute, context),
    );
    return items.map(toText).join(args.text('d'));
  }),
  format: defineFilter(['*', '**'], (input, args) => formatInput(toText(input), args.rest, args.extra)),
  quote: defineFilter([], (input) => shellQuote(input === null ? '' : toText(input))),
  center: defineFilter(['width'], (input, args) => padText(toText(input), args.integer('width', 80), ' ', 'both')),
  indent: defineFilter(['width', 'first', 'blank'], (input, args) => {
    const width = args.get('width') ?? 4;
    const prefix = isNumber(width) ? ' '.repeat(Math.min(Math.max(0, args.integer('width', 4)), 1000)) : toText(width);
    return indentText(toText(input), prefix, args.flag('first'), args.flag('blank'));
  }),
  wordwrap: defineFilter(['width', 'break_long_words', 'wrapstring', 'break_on_hyphens'], (input, args) =>
    wordWrap(toText(input), {
      width: args.integer('width', 79),
      breakLong: args.flag('break_long_words', true),
      newline: args.optionalText('wrapstring') ?? '\n',
      onHyphens: args.flag('break_on_hyphens', true),
    }),
  ),
  comment: defineFilter(
    ['style', 'decoration', 'beginning', 'end', 'newline', 'prefix', 'prefix_count', 'postfix', 'postfix_count'],
    (input, args) => commentText(toText(input), args),
  ),
  wordcount: defineFilter([], (input) => toText(input).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  truncate: defineFilter(['length', 'killwords', 'end', 'leeway'], (input, args) =>
    truncate(
      toText(input),
      args.integer('length', 255),
      args.flag('killwords'),
      args.text('end', '...'),
      args.optionalInteger('leeway') ?? 5,
    ),
  ),
};

function formatInput(format: string, positional: readonly Value[], keyword: ReadonlyMap<string, Value>): string {
  if (positional.length > 0 && keyword.size > 0) {
    throw new TemplateError('format takes positional or keyword arguments, not both');
  }
  return percentFormat(format, keyword.size > 0 ? new Map<Value, Value>(keyword) : new PyTuple(positional));
}

/** Jinja's `title`: upper case behind spaces, brackets and hyphens only, unlike Python's method. */
function titleWords(text: string): string {
  return text
    .split(/([-\s({[<]+)/)
    .map((part) => capitalize(part))
    .join('');
}

/** Quotes for a POSIX shell where anything but safe characters is in the text. */
function shellQuote(text: string): string {
  if (text === '') return "''";
  return /[^\w@%+=:,./-]/.test(text) ? `'${text.replaceAll("'", `'"'"'`)}'` : text;
}

function truncate(text: string, length: number, killWords: boolean, end: string, leeway: number): string {
  if (length < end.length) throw new TemplateError(`truncate needs a length of at least ${end.length}`);
  if (text.length <= length + leeway) return text;
  const cut = text.slice(0, length - end.length);
  return (killWords ? cut : cut.replace(/ [^ ]*$/, '')) + end;
}
