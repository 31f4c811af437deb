import { asInteger, type BoundArguments } from '../call.ts';
import { TemplateError } from '../error.ts';
import { checkItems } from '../limits.ts';
import type { List, Value } from '../value.ts';
import { equals } from '../values/compare.ts';
import { iterate } from '../values/sequence.ts';
import { sortItems } from '../values/sort.ts';
import { toRepr } from '../values/text.ts';
import { isList, sequenceItems } from '../values/types.ts';
import type { Method, Methods } from './method.ts';

type ListMethod = (items: List, args: BoundArguments) => Value;
type ListChange = (items: Value[], args: BoundArguments) => Value;

const shared: readonly (readonly [string, Method])[] = [
  ['index', reads(['!value', 'start', 'stop'], indexOf)],
  ['count', reads(['!value'], (items, args) => items.filter((item) => equals(item, args.value('value'))).length)],
];

/** The methods of a tuple. */
export const tupleMethods: Methods = new Map(shared);

/** The methods of a list; those that change it change what this one evaluation sees. */
export const listMethods: Methods = new Map([
  ...shared,
  ['copy', reads([], (items) => [...items])],
  ['append', changes(['!item'], (items, args) => nothing(items.push(args.value('item'))))],
  ['extend', changes(['!items'], (items, args) => nothing(items.push(...iterate(args.value('items')))))],
  ['insert', changes(['!index', '!item'], insert)],
  ['pop', changes(['index'], pop)],
  ['remove', changes(['!value'], (items, args) => nothing(items.splice(indexOf(items, args), 1)))],
  ['reverse', changes([], (items) => nothing(items.reverse()))],
  ['clear', changes([], (items) => nothing(items.splice(0)))],
  [
    'sort',
    changes(['reverse'], (items, args) =>
      nothing(items.splice(0, items.length, ...sortItems(items, args.flag('reverse')))),
    ),
  ],
]);

function reads(parameters: readonly string[], call: ListMethod): Method {
  return { parameters, call: (self, args) => call(sequenceItems(self) ?? [], args) };
}

function changes(parameters: readonly string[], call: ListChange): Method {
  return {
    parameters,
    call: (self, args, mutations) => {
      mutations.spend(1);
      const items = mutations.writableList(isList(self) ? self : []);
      const result = call(items, args);
      checkItems(items.length);
      return result;
    },
  };
}

function nothing(_done: unknown): null {
  return null;
}

function indexOf(items: List, args: BoundArguments): number {
  const wanted = args.value('value');
  const start = args.integer('start', 0);
  const stop = args.integer('stop', items.length);
  const index = items.findIndex((item, i) => i >= start && i < stop && equals(item, wanted));
  if (index < 0) throw new TemplateError(`${toRepr(wanted)} is not in list`);
  return index;
}

function insert(items: Value[], args: BoundArguments): Value {
  items.splice(asInteger(args.value('index'), 'index'), 0, args.value('item'));
  return null;
}

function pop(items: Value[], args: BoundArguments): Value {
  const index = args.integer('index', -1);
  const [item] = items.splice(index, 1);
  if (item === undefined) throw new TemplateError('pop index out of range');
  return item;
}
