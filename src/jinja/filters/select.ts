import type { BoundArguments } from '../call.ts';
import { type CallContext, defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { type List, PyTuple, type Value } from '../value.ts';
import { equals, isTruthy } from '../values/compare.ts';
import { iterate } from '../values/sequence.ts';
import { sortItems } from '../values/sort.ts';
import { toText } from '../values/text.ts';
import { attributeOf, requiredAttribute } from './attribute.ts';
import { foldCase } from './lists.ts';

/** Filters that apply another filter or a test to each item. */
export const selectFilters: Readonly<Record<string, Filter>> = {
  map: defineFilter(['*', '**'], mapItems),
  select: defineFilter(['*', '**'], (input, args, context) => selectItems(input, args, context, true)),
  reject: defineFilter(['*', '**'], (input, args, context) => selectItems(input, args, context, false)),
  selectattr: defineFilter(['!attribute', '*', '**'], (input, args, context) =>
    selectAttribute(input, args, context, true),
  ),
  rejectattr: defineFilter(['!attribute', '*', '**'], (input, args, context) =>
    selectAttribute(input, args, context, false),
  ),
  groupby: defineFilter(['!attribute', 'default', 'case_sensitive'], groupBy),
};

function mapItems(input: Value, args: BoundArguments, context: CallContext): Value {
  const items = iterate(input);
  const attribute = args.extra.get('attribute');
  if (args.rest.length === 0 && attribute !== undefined) {
    const unknown = [...args.extra.keys()].find((name) => name !== 'attribute' && name !== 'default');
    if (unknown !== undefined) throw new TemplateError(`map(attribute=…) has no argument '${unknown}'`);
    const fallback = args.extra.get('default');
    return items.map((item) => attributeOf(item, attribute, context, fallback));
  }
  const [name, ...rest] = args.rest;
  if (name === undefined) throw new TemplateError('map needs the name of a filter, or `attribute=`');
  return items.map((item) => context.filter(toText(name), item, rest, args.extra));
}

function selectItems(input: Value, args: BoundArguments, context: CallContext, wanted: boolean): Value {
  const passes = itemTest(args.rest, args.extra, context);
  return iterate(input).filter((item) => passes(item) === wanted);
}

function selectAttribute(input: Value, args: BoundArguments, context: CallContext, wanted: boolean): Value {
  const attribute = args.value('attribute');
  const passes = itemTest(args.rest, args.extra, context);
  return iterate(input).filter((item) => passes(attributeOf(item, attribute, context)) === wanted);
}

/** The test that the arguments name; the item's own truth when they name none. */
function itemTest(rest: List, keyword: ReadonlyMap<string, Value>, context: CallContext): (item: Value) => boolean {
  const [name, ...positional] = rest;
  if (name === undefined) return isTruthy;
  return (item) => context.test(toText(name), item, positional, keyword);
}

function groupBy(input: Value, args: BoundArguments, context: CallContext): Value {
  const caseSensitive = args.flag('case_sensitive');
  const attribute = args.value('attribute');
  // Ansible takes `default` and does not use it: an item without the attribute is an error all the same.
  const keyOf = (item: Value): Value => requiredAttribute(item, attribute, context);
  const groups: { key: Value; folded: Value; items: Value[] }[] = [];
  for (const item of sortItems(iterate(input), false, (entry) => foldCase(keyOf(entry), caseSensitive))) {
    const key = keyOf(item);
    const folded = foldCase(key, caseSensitive);
    const last = groups.at(-1);
    if (last !== undefined && equals(last.folded, folded)) last.items.push(item);
    else groups.push({ key, folded, items: [item] });
  }
  return groups.map(({ key, items }) => new PyTuple([key, items], ['grouper', 'list']));
}
