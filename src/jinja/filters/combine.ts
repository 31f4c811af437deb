import { asDict, asList, type BoundArguments } from '../call.ts';
import { defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { type Dict, isDict, type List, type Value } from '../value.ts';
import { contains, dictGet, dictSet, equals } from '../values/compare.ts';
import { itemAt, iterate, requireDefined } from '../values/sequence.ts';
import { toRepr, toText } from '../values/text.ts';
import { isInteger, isList, sequenceItems, typeName } from '../values/types.ts';
import { flatten } from './lists.ts';

const listMerges = ['replace', 'keep', 'append', 'prepend', 'append_rp', 'prepend_rp'] as const;
type ListMerge = (typeof listMerges)[number];

/** Filters that make dicts, and lists of dicts. */
export const dictFilters: Readonly<Record<string, Filter>> = {
  combine: defineFilter(['*', '**'], combine),
  dict2items: defineFilter(['key_name', 'value_name'], (input, args) => {
    const [keyName, valueName] = [args.text('key_name', 'key'), args.text('value_name', 'value')];
    const dict = asDict(input, 'dict2items');
    requireDefined(dict.values());
    return [...dict.entries()].map(
      ([key, value]) =>
        new Map<Value, Value>([
          [keyName, key],
          [valueName, value],
        ]),
    );
  }),
  items2dict: defineFilter(['key_name', 'value_name'], itemsToDict),
  subelements: defineFilter(['!subelements', 'skip_missing'], subelements),
  rekey_on_member: defineFilter(['!key', 'duplicates'], rekeyOnMember),
};

/** A dict of the dicts of a list, or of another dict, by what each has under a key. */
function rekeyOnMember(input: Value, args: BoundArguments): Value {
  const key = args.value('key');
  const duplicates = args.text('duplicates', 'error');
  if (duplicates !== 'error' && duplicates !== 'overwrite')
    throw new TemplateError(`rekey_on_member knows no duplicates '${duplicates}'`, { hint: 'use error or overwrite' });
  const items = isDict(input) ? [...input.values()] : sequenceItems(input);
  if (items === undefined) throw new TemplateError(`rekey_on_member takes a list or a dict, not ${typeName(input)}`);
  const result = new Map<Value, Value>();
  for (const item of items) {
    const value = dictGet(asDict(item, 'each value that rekey_on_member takes'), key);
    if (value === undefined) throw new TemplateError(`rekey_on_member: an item has no key ${toRepr(key)}`);
    if (duplicates === 'error' && dictGet(result, value) !== undefined)
      throw new TemplateError(`rekey_on_member: ${toRepr(value)} is there twice`, { hint: "duplicates='overwrite'" });
    dictSet(result, value, item);
  }
  return result;
}

function combine(input: Value, args: BoundArguments): Value {
  const recursive = args.extra.get('recursive') === true;
  const merge = toText(args.extra.get('list_merge') ?? 'replace');
  const listMerge = listMerges.find((name) => name === merge);
  if (listMerge === undefined) {
    throw new TemplateError(`combine has no list_merge '${merge}'`, { hint: `use ${listMerges.join(', ')}` });
  }
  const unknown = [...args.extra.keys()].find((name) => name !== 'recursive' && name !== 'list_merge');
  if (unknown !== undefined) throw new TemplateError(`combine has no argument '${unknown}'`);
  const dicts = flatten([input, ...args.rest], 1, true).map((item) => asDict(item, 'each value that combine merges'));
  for (const dict of dicts) requireDefined(dict.values());
  const [first, ...rest] = dicts;
  return rest.reduce<Dict>((merged, dict) => mergeDicts(merged, dict, recursive, listMerge), first ?? new Map());
}

/** One dict laid over another. */
function mergeDicts(low: Dict, high: Dict, recursive: boolean, listMerge: ListMerge): Dict {
  // Equal dicts are not merged at all, so that their lists are not doubled.
  if (low.size === 0 || equals(low, high)) return high;
  const result = new Map<Value, Value>(low.entries());
  for (const [key, value] of high.entries()) {
    const before = dictGet(result, key);
    if (before === undefined) result.set(key, value);
    else if (recursive && isDict(before) && isDict(value))
      dictSet(result, key, mergeDicts(before, value, recursive, listMerge));
    else if (isList(before) && isList(value)) dictSet(result, key, mergeLists(before, value, listMerge));
    else dictSet(result, key, value);
  }
  return result;
}

function mergeLists(low: List, high: List, merge: ListMerge): List {
  const newOf = (items: List, others: List) => items.filter((item) => !contains(others, item));
  switch (merge) {
    case 'replace':
      return high;
    case 'keep':
      return low;
    case 'append':
      return [...low, ...high];
    case 'prepend':
      return [...high, ...low];
    case 'append_rp':
      return [...newOf(low, high), ...high];
    case 'prepend_rp':
      return [...high, ...newOf(low, high)];
  }
}

function itemsToDict(input: Value, args: BoundArguments): Value {
  const [keyName, valueName] = [args.valueOr('key_name', 'key'), args.valueOr('value_name', 'value')];
  const result = new Map<Value, Value>();
  for (const item of asList(input, 'items2dict')) {
    const key = partOf(item, keyName);
    const value = partOf(item, valueName);
    if (key === undefined || value === undefined) {
      const missing = key === undefined ? keyName : valueName;
      throw new TemplateError(`items2dict: ${toRepr(item)} has no ${toRepr(missing)}`, {
        hint: 'name the keys: items2dict(key_name=…, value_name=…)',
      });
    }
    dictSet(result, key, value);
  }
  return result;
}

/** What a dict has under a key, or a list at an index. */
function partOf(item: Value, name: Value): Value | undefined {
  const items = sequenceItems(item);
  if (items === undefined) return dictGet(asDict(item, 'each item of items2dict'), name);
  return isInteger(name) ? itemAt(items, Number(name)) : undefined;
}

function subelements(input: Value, args: BoundArguments): Value {
  const path = toText(args.value('subelements')).split('.');
  const result: Value[] = [];
  for (const element of isDict(input) ? input.values() : iterate(input)) {
    let value: Value | undefined = element;
    for (const key of path) value = value !== undefined && isDict(value) ? value.get(key) : undefined;
    if (value === undefined && args.flag('skip_missing')) continue;
    if (value === undefined || !isList(value)) {
      throw new TemplateError(
        `subelements: '${path.join('.')}' is ${value === undefined ? 'not there' : `a ${typeName(value)}, not a list`}`,
      );
    }
    for (const item of value) result.push([element, item]);
  }
  return result;
}
