import type { BoundArguments } from '../call.ts';
import { type CallContext, defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { type List, Undefined, type Value } from '../value.ts';
import { equals } from '../values/compare.ts';
import { NumberSet } from '../values/number-set.ts';
import { iterate, requireDefined } from '../values/sequence.ts';
import { isInteger } from '../values/types.ts';
import { attributeOf } from './attribute.ts';
import { foldCase } from './lists.ts';

/**
 * Filters that treat lists as sets. Ints come in the order of Python's sets; for anything else Python has another order
 * in each process, and here it is that of their first appearance.
 */
export const setFilters: Readonly<Record<string, Filter>> = {
  unique: defineFilter(['case_sensitive', 'attribute'], unique),
  union: setFilter(unionOfInts, (left, right) => distinct([...left, ...right])),
  intersect: setFilter(commonInts, (left, right) => distinct(left).filter(memberOf(right))),
  difference: setFilter(otherInts, (left, right) => distinct(left).filter(not(memberOf(right)))),
  symmetric_difference: setFilter(intsOfOne, (left, right) =>
    distinct([...left.filter(not(memberOf(right))), ...right.filter(not(memberOf(left)))]),
  ),
};

function setFilter(
  combineInts: (left: NumberSet, right: NumberSet) => NumberSet,
  combine: (left: List, right: List) => List,
): Filter {
  return defineFilter(['!other'], (input, args, context) => {
    const [left, right] = [iterate(input), iterate(args.value('other'))];
    context.spend(left.length + right.length);
    if (!left.every(isInteger) || !right.every(isInteger)) return combine(left, right);
    return combineInts(NumberSet.of(distinct(left)), NumberSet.of(distinct(right))).items();
  });
}

function unionOfInts(left: NumberSet, right: NumberSet): NumberSet {
  const all = left.copy();
  all.merge(right, not(memberOf(left.items())));
  return all;
}

/** The smaller set is gone through, and its items are taken. */
function commonInts(left: NumberSet, right: NumberSet): NumberSet {
  const [small, large] = right.size > left.size ? [left, right] : [right, left];
  return NumberSet.of(small.items().filter(memberOf(large.items())));
}

/** A small set is taken out of a copy of a large one; else what stays is put together anew. */
function otherInts(left: NumberSet, right: NumberSet): NumberSet {
  const stays = not(memberOf(right.items()));
  if (Math.floor(left.size / 4) <= right.size) return NumberSet.of(left.items().filter(stays));
  const rest = left.copy();
  for (const item of rest.items()) if (!stays(item)) rest.delete(item);
  return rest;
}

function intsOfOne(left: NumberSet, right: NumberSet): NumberSet {
  const result = right.copy();
  const isRight = memberOf(right.items());
  for (const item of left.items()) {
    if (!isRight(item)) result.add(item);
    else for (const other of result.items()) if (equals(item, other)) result.delete(other);
  }
  return result;
}

function unique(input: Value, args: BoundArguments, context: CallContext): Value {
  const attribute = args.get('attribute') ?? null;
  const caseSensitive = args.get('case_sensitive') === undefined ? false : args.flag('case_sensitive');
  const seen = new Members();
  return requireDefined(iterate(input)).filter((item) => {
    const value = attribute === null ? item : attributeOf(item, attribute, context);
    // No `default` covers this one: in Ansible it is the filter that has failed.
    if (value instanceof Undefined) throw new TemplateError(value.message, { hint: value.hint });
    return seen.add(foldCase(value, caseSensitive));
  });
}

/** The items without repetitions. */
function distinct<T extends Value>(items: readonly T[]): T[] {
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
