import type { Loop } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, formatPosition } from '../errors.ts';
import { isDict, type List, type Value } from '../jinja/value.ts';
import { sequenceItems } from '../jinja/values/types.ts';

/** The items that a task loops over, each as its loop variable holds it. */
export function loopItems(loop: Loop, scope: VariableScope): List {
  const value = scope.template(loop.items);
  if (loop.style === 'dict') return dictItems(loop, value);
  const list = asList(value);
  switch (loop.style) {
    case 'loop':
      if (list === undefined) throw notAList(loop, value);
      return list;
    case 'list':
      return list ?? [value];
    case 'items':
      return flatten(list ?? [value], 1);
    case 'flattened':
      return flatten(list ?? [value], Number.POSITIVE_INFINITY);
    case 'indexed_items':
      return flatten(list ?? [value], 1).map((item, index) => [index, item]);
    case 'together': {
      const lists = (list ?? []).map((each) => asList(each) ?? [each]);
      const length = Math.max(0, ...lists.map((each) => each.length));
      return Array.from({ length }, (_, index) => lists.map((each) => each[index] ?? null));
    }
    case 'nested':
    case 'cartesian':
      return (list ?? []).reduce<Value[][]>(
        (rows, each) => rows.flatMap((row) => (asList(each) ?? [each]).map((item) => [...row, item])),
        [[]],
      );
    default:
      throw new BrokkrError(`with_${loop.style} is not supported (${formatPosition(loop.items.at)})`);
  }
}

function dictItems(loop: Loop, value: Value): List {
  if (!isDict(value)) throw new BrokkrError(`with_dict needs a dictionary (${formatPosition(loop.items.at)})`);
  return [...value].map(
    ([key, item]) =>
      new Map<Value, Value>([
        ['key', key],
        ['value', item],
      ]),
  );
}

function asList(value: Value): List | undefined {
  return sequenceItems(value);
}

function flatten(list: List, depth: number): List {
  return list.flatMap((item) => {
    const inner = asList(item);
    if (inner === undefined) return [item];
    return depth > 1 ? flatten(inner, depth - 1) : inner;
  });
}

function notAList(loop: Loop, value: Value): BrokkrError {
  const kind = isDict(value) ? 'a dictionary' : typeof value === 'string' ? 'a string' : 'no list';
  return new BrokkrError(`loop needs a list, and this is ${kind} (${formatPosition(loop.items.at)})`, {
    hint: isDict(value) ? 'write loop: "{{ … | dict2items }}"' : 'write the items as a list',
  });
}
