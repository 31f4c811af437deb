import type { BoundArguments } from '../call.ts';
import { defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { checkText } from '../limits.ts';
import type { Value } from '../value.ts';
import { parseJson } from '../values/json-parse.ts';
import { type JsonStyle, writeJson } from '../values/json-text.ts';
import { itemAt } from '../values/sequence.ts';
import { toText } from '../values/text.ts';
import { isNumber, sequenceItems, typeName } from '../values/types.ts';

const parameters = [
  'indent',
  'sort_keys',
  'ensure_ascii',
  'separators',
  'vault_to_text',
  'preprocess_unsafe',
  'profile',
];

/** Filters that read and write JSON. */
export const jsonFilters: Readonly<Record<string, Filter>> = {
  to_json: defineFilter(parameters, (input, args) => writeJson(input, styleOf(args, null, false))),
  to_nice_json: defineFilter(parameters, (input, args) => writeJson(input, styleOf(args, 4, true))),
  tojson: defineFilter(['indent'], (input, args) => htmlSafe(writeJson(input, styleOf(args, null, true)))),
  from_json: defineFilter(['profile'], (input) => {
    if (typeof input !== 'string') throw new TemplateError(`from_json reads text, not ${typeName(input)}`);
    return parseJson(input);
  }),
};

function styleOf(args: BoundArguments, indent: Value, sortKeys: boolean): JsonStyle {
  const chosen = args.get('indent') ?? indent;
  const indentation =
    chosen === null
      ? undefined
      : isNumber(chosen)
        ? ' '.repeat(Math.max(0, args.integer('indent', Number(indent))))
        : toText(chosen);
  checkText((indentation?.length ?? 0) * 1000);
  const separators = args.get('separators');
  const pair = separators === undefined || separators === null ? undefined : sequenceItems(separators);
  return {
    indent: indentation,
    sortKeys: args.flag('sort_keys', sortKeys),
    asciiOnly: args.flag('ensure_ascii', true),
    itemSeparator: pair === undefined ? ', ' : toText(itemAt(pair, 0) ?? ', '),
    keySeparator: pair === undefined ? ': ' : toText(itemAt(pair, 1) ?? ': '),
  };
}

/** Jinja's own `tojson` is made to be put into HTML. */
function htmlSafe(json: string): string {
  return json.replace(/[<>&']/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
