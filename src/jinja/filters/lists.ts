import type { BoundArguments } from '../call.ts';
import { type CallContext, defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { checkItems } from '../limits.ts';
import { isDict, type List, PyTuple, Undefined, type Value } from '../value.ts';
import { arithmetic } from '../values/arithmetic.ts';
import { compare } from '../values/compare.ts';
import { itemAt, iterate, lengthOf, requireDefined } from '../values/sequence.ts';
import { sortItems } from '../values/sort.ts';
import { sequenceItems, typeName } from '../values/types.ts';
import { attributeOf, requiredAttribute } from './attribute.ts';

const length = defineFilter([], (input) => lengthOf(input));

/** Filters that take one list apart or put it in order. */
export const listFilters: Readonly<Record<string, Filter>> = {
  length,
  count: length,
  first: defineFilter([], (input) => edge(input, 0, 'first')),
  last: defineFilter([], (input) => edge(input, -1, 'last')),
  min: defineFilter(['case_sensitive', 'attribute'], (input, args, context) =>
    extreme(input, args, context, (order) => order < 0),
  ),
  max: defineFilter(['case_sensitive', 'attribute'], (input, args, context) =>
    extreme(input, args, context, (order) => order > 0),
  ),
  sum: defineFilter(['attribute', 'start'], sum),
  sort: defineFilter(['reverse', 'case_sensitive', 'attribute'], (input, args, context) =>
    sortItems(iterate(input), args.flag('reverse'), sortKey(args, context)),
  ),
  list: defineFilter([], (input) => requireDefined([...iterate(input)])),
  reverse: defineFilter([], (input) =>
    typeof input === 'string' ? [...input].reverse().join('') : requireDefined([...iterate(input)]).reverse(),
  ),
  flatten: defineFilter(['levels', 'skip_nulls'], (input, args) =>
    flatten(iterate(input), args.optionalInteger('levels') ?? Number.POSITIVE_INFINITY, args.flag('skip_nulls', true)),
  ),
  batch: defineFilter(['!linecount', 'fill_with'], (input, args) => batch(requireDefined(iterate(input)), args)),
  slice: defineFilter(['!slices', 'fill_with'], (input, args) => slices(requireDefined(iterate(input)), args)),
  dictsort: defineFilter(['case_sensitive', 'by', 'reverse'], dictSort),
  items: defineFilter([], (input) => {
    if (!isDict(input)) throw new TemplateError(`items takes a dict, not ${typeName(input)}`);
    requireDefined(input.values());
    return [...input.entries()].map(([key, value]) => new PyTuple([key, value]));
  }),
  // Attributes only: a dict's keys are none.
  attr: defineFilter(['!name'], (input, args, context) => {
    const name = args.value('name');
    return context.item(isDict(input) ? new Map() : input, name);
  }),
  extract: defineFilter(['!container', 'morekeys'], extract),
};

function edge(input: Value, index: 0 | -1, name: string): Value {
  const item = iterate(input).at(index);
  return item === undefined ? new Undefined(`No ${name} item, sequence was empty`) : item;
}

/** Text is compared in lower case unless the filter is told to be case sensitive. */
export function foldCase(value: Value, caseSensitive: boolean): Value {
  if (caseSensitive) return value;
  if (typeof value === 'string') return value.toLowerCase();
  return value;
}

function sortKey(args: BoundArguments, context: CallContext): (item: Value) => Value {
  const attribute = args.get('attribute') ?? null;
  const caseSensitive = args.flag('case_sensitive');
  if (attribute === null) return (item) => foldCase(item, caseSensitive);
  const parts = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  return (item) => parts.map((part) => foldCase(requiredAttribute(item, part, context), caseSensitive));
}

function extreme(input: Value, args: BoundArguments, context: CallContext, wins: (order: number) => boolean): Value {
  const items = iterate(input);
  const [first, ...rest] = items;
  if (first === undefined) return new Undefined('No aggregated item, sequence was empty');
  const key = sortKey(args, context);
  let best = first;
  // What the only item lacks is missing as well.
  key(best);
  for (const item of rest) if (wins(compare(key(item), key(best)))) best = item;
  return best;
}

function sum(input: Value, args: BoundArguments, context: CallContext): Value {
  const attribute = args.get('attribute') ?? null;
  let total: Value = args.get('start') ?? 0;
  for (const item of iterate(input)) {
    total = arithmetic('+', total, attribute === null ? item : attributeOf(item, attribute, context));
  }
  return total;
}

/** Puts the items of inner lists in their place, to a depth; `None` and its spellings in text are dropped if asked. */
export function flatten(items: List, levels: number, skipNulls: boolean): Value[] {
  const result: Value[] = [];
  for (const item of requireDefined(items)) {
    if (skipNulls && (item === null || item === 'None' || item === 'null')) continue;
    const inner = sequenceItems(item);
    if (inner === undefined) result.push(item);
    else if (levels >= 1) result.push(...flatten(inner, levels - 1, skipNulls));
    else result.push(item);
  }
  return result;
}

function batch(items: List, args: BoundArguments): Value {
  const size = Math.max(1, args.integer('linecount', 1));
  const fill = args.get('fill_with') ?? null;
  const rows: Value[][] = [];
  for (let i = 0; i < items.length; i += size) rows.push(items.slice(i, i + size));
  const last = rows.at(-1);
  if (fill !== null && last !== undefined) {
    checkItems(size);
    while (last.length < size) last.push(fill);
  }
  return rows;
}

function slices(items: List, args: BoundArguments): Value {
  const count = args.integer('slices', 1);
  if (count < 1) throw new TemplateError('slice needs at least one slice');
  checkItems(count);
  const fill = args.get('fill_with') ?? null;
  const size = Math.floor(items.length / count);
  const longer = items.length % count;
  let start = 0;
  return Array.from({ length: count }, (_, i) => {
    const column = items.slice(start, start + size + (i < longer ? 1 : 0));
    start += column.length;
    return fill !== null && i >= longer && longer > 0 ? [...column, fill] : column;
  });
}

function dictSort(input: Value, args: BoundArguments): Value {
  if (!isDict(input)) throw new TemplateError(`dictsort takes a dict, not ${typeName(input)}`);
  const by = args.text('by', 'key');
  if (by !== 'key' && by !== 'value') throw new TemplateError("dictsort sorts by 'key' or 'value'");
  requireDefined(input.values());
  const pairs = [...input.entries()].map(([key, value]) => new PyTuple([key, value]));
  const caseSensitive = args.flag('case_sensitive');
  return sortItems(pairs, args.flag('reverse'), (pair) =>
    foldCase(pair instanceof PyTuple ? (itemAt(pair.items, by === 'key' ? 0 : 1) ?? null) : null, caseSensitive),
  );
}

function extract(input: Value, args: BoundArguments, context: CallContext): Value {
  const more = args.get('morekeys') ?? null;
  const keys = more === null ? [input] : [input, ...(sequenceItems(more) ?? [more])];
  return keys.reduce<Value>((value, key) => context.item(value, key), args.value('container'));
}
