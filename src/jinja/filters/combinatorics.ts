import { defineFilter, type Filter } from '../environment.ts';
import { checkItems } from '../limits.ts';
import { type List, PyTuple, type Value } from '../value.ts';
import { iterate, requireDefined } from '../values/sequence.ts';

/** Filters that pair the items of lists. */
export const combinatoricFilters: Readonly<Record<string, Filter>> = {
  zip: defineFilter(['*'], (input, args) => {
    const lists = [input, ...args.rest].map((each) => requireDefined(iterate(each)));
    return rows(Math.min(...lists.map((list) => list.length)), lists, null);
  }),
  zip_longest: defineFilter(['*', '**'], (input, args) => {
    const lists = [input, ...args.rest].map((each) => requireDefined(iterate(each)));
    return rows(Math.max(...lists.map((list) => list.length)), lists, args.extra.get('fillvalue') ?? null);
  }),
  product: defineFilter(['*', '**'], (input, args) => {
    const repeat = Number(args.extra.get('repeat') ?? 1);
    const lists = [input, ...args.rest].map((each) => requireDefined(iterate(each)));
    return product(Array.from({ length: Math.min(Math.max(0, repeat), 64) }, () => lists).flat());
  }),
  combinations: defineFilter(['!set_size'], (input, args) =>
    choose(iterate(input), args.integer('set_size', 1), false),
  ),
  permutations: defineFilter(['set_size'], (input, args) => {
    const items = iterate(input);
    return choose(items, args.optionalInteger('set_size') ?? items.length, true);
  }),
};

function rows(count: number, lists: readonly List[], fill: Value): Value {
  return Array.from(
    { length: count },
    (_, i) => new PyTuple(lists.map((list) => (i < list.length ? (list[i] ?? null) : fill))),
  );
}

function product(lists: readonly List[]): Value {
  checkItems(lists.reduce((count, list) => count * list.length, 1));
  return lists
    .reduce<Value[][]>((found, list) => found.flatMap((row) => list.map((item) => [...row, item])), [[]])
    .map((row) => new PyTuple(row));
}

/** Every way to take `size` of the items: with order, or as they stand. */
function choose(items: List, size: number, ordered: boolean): Value {
  if (size > items.length || size < 0) return [];
  checkItems(countChoices(items.length, size, ordered));
  const found: PyTuple[] = [];
  const extend = (taken: readonly number[]) => {
    if (taken.length === size) {
      found.push(new PyTuple(taken.map((i) => items[i] ?? null)));
      return;
    }
    const from = ordered ? 0 : (taken.at(-1) ?? -1) + 1;
    for (let i = from; i < items.length; i++) if (!taken.includes(i)) extend([...taken, i]);
  };
  extend([]);
  return found;
}

function countChoices(total: number, size: number, ordered: boolean): number {
  let count = 1;
  for (let i = 0; i < size; i++) count = (count * (total - i)) / (ordered ? 1 : i + 1);
  return Math.round(count);
}
