import { join } from 'node:path';
import type { Loop } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, formatPosition } from '../errors.ts';
import { isDict, type List, type Value } from '../jinja/value.ts';
import { isTruthy } from '../jinja/values/compare.ts';
import { toText } from '../jinja/values/text.ts';
import { sequenceItems } from '../jinja/values/types.ts';

/**
 * The items that a task loops over, each as its loop variable holds it.
 * @param module says below which folders `with_first_found` looks
 */
export function loopItems(loop: Loop, scope: VariableScope, module = ''): List {
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
    case 'first_found':
      return scope.within([], searchPath(scope, module)).found(loop.style, list ?? [value]);
    case 'subelements':
      return subelements(loop, list ?? []);
    default:
      return scope.found(loop.style, list ?? [value]);
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

/** Where `with_first_found` looks: around the task, each time first in the folder that its module reads from. */
function searchPath(scope: VariableScope, module: string): ReadonlyMap<string, Value> {
  const below = { include_vars: 'vars', template: 'templates' }[module] ?? 'files';
  const folders = (sequenceItems(scope.lookup('ansible_search_path') ?? []) ?? []).map(toText);
  const places = folders.flatMap((folder) => [join(folder, below), folder]);
  return new Map<string, Value>([['ansible_search_path', [...new Set(places)]]]);
}

/** `with_subelements: [list, key, {skip_missing: true}]`: each item with each element of the list below the key. */
function subelements(loop: Loop, [items, path, flags]: List): List {
  const where = `(${formatPosition(loop.items.at)})`;
  const given = items ?? null;
  const above = isDict(given) ? [...given.values()] : asList(given);
  if (above === undefined || typeof path !== 'string')
    throw new BrokkrError(`with_subelements needs a list and the name of a list in its items ${where}`);
  const skips = flags !== undefined && isDict(flags) && isTruthy(flags.get('skip_missing') ?? false);
  return above.flatMap((item) => {
    const below = path.split('.').reduce<Value | undefined>((value, key) => {
      return value !== undefined && isDict(value) ? value.get(key) : undefined;
    }, item);
    const list = below === undefined ? undefined : asList(below);
    if (list !== undefined) return list.map((each) => [item, each]);
    if (skips) return [];
    throw new BrokkrError(`an item of with_subelements has no list '${path}' ${where}`, {
      hint: 'give {skip_missing: true} as the third item to pass over those',
    });
  });
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
