import type { BoundArguments } from '../call.ts';
import { type CallContext, defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import type { List, Value } from '../value.ts';
import { equals } from '../values/compare.ts';
import { iterate } from '../values/sequence.ts';
import { attributeOf } from './attribute.ts';
import { foldCase } from './lists.ts';

/** Filters that treat lists as sets; the order of the items is that of their first appearance. */
export const setFilters: Readonly<Record<string, Filter>> = {
  unique: defineFilter(['case_sensitive', 'attribute'], unique),
  union: setFilter((left, right) => distinct([...left, ...right])),
  intersect: setFilter((left, right) => distinct(left).filter(memberOf(right))),
  difference: setFilter((left, right) => distinct(left).filter(not(memberOf(right)))),
  symmetric_difference: setFilter((left, right) =>
    distinct([...left.filter(not(memberOf(right))), ...right.filter(not(memberOf(left)))]),
  ),
};

function setFilter(combine: (left: List, right: List) => List): Filter {
  return defineFilter(['!other'], (input, args, context) => {
    const [left, right] = [iterate(input), iterate(args.value('other'))];
    context.spend(left.length + right.length);
    return combine(left, right);
  });
}

function unique(input: Value, args: BoundArguments, context: CallContext): Value {
  const attribute = args.get('attribute') ?? null;
  const caseSensitive = args.get('case_sensitive') === undefined ? false : args.flag('case_sensitive');
  const seen = new Members();
  return iterate(input).filter((item) => {
    const value = attribute === null ? item : attributeOf(item, attribute, context);
    return seen.add(foldCase(value, caseSensitive));
  });
}

/** The items without repetitions. */
function distinct(items: List): Value[] {
  const seen = new Members();
  return items.filter((item) => seen.add(item));
}

function memberOf(items: List): (item: Value) => boolean {
  const members = new Members();
  for (const item of items) members.add(item);
  return (item) => members.has(item);
}

function not(test: (item: Value) => boolean): (item: Value) => boolean {
  return (item) => !test(item);
}

/** A set by Python's equality. Texts and small ints, which most lists hold, are found without a search. */
class Members {
  readonly #simple = new Set<Value>();
  readonly #others: Value[] = [];

  has(item: Value): boolean {
    if (this.#simple.has(item)) return true;
    if (typeof item === 'string') return false;
    return (
      this.#others.some((other) => equals(other, item)) ||
      (isNumeric(item) && [...this.#simple].some((other) => equals(other, item)))
    );
  }

  /** False when the item was there already. */
  add(item: Value): boolean {
    if (this.has(item)) return false;
    if (typeof item === 'string' || typeof item === 'number') this.#simple.add(item);
    else this.#others.push(item);
    if (this.#others.length > 20_000) throw new TemplateError('too many dicts or lists to compare with each other');
    return true;
  }
}

function isNumeric(item: Value): boolean {
  return typeof item !== 'number' && (typeof item !== 'object' || item === null ? typeof item === 'boolean' : true);
}
