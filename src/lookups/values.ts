import { asDict } from '../jinja/call.ts';
import type { Lookup } from '../jinja/environment.ts';
import { TemplateError } from '../jinja/error.ts';
import { isDict, type List, Undefined, type Value } from '../jinja/value.ts';
import { isTruthy } from '../jinja/values/compare.ts';
import { compileRegex } from '../jinja/values/regex.ts';
import { findFirst } from '../jinja/values/regex-run.ts';
import { toText, undefinedError } from '../jinja/values/text.ts';
import { sequenceItems, typeName } from '../jinja/values/types.ts';
import { LookupOptions, textOf } from './options.ts';

/** The lookups that only rearrange values, or find variables by their names. */
export const valueLookups: Readonly<Record<string, Lookup>> = {
  vars(terms, named, scope) {
    const options = new LookupOptions('vars', named, ['default']);
    return terms.map((term) => {
      const name = textOf(term, 'the name of a variable');
      const found = scope.lookup(name);
      const value = found === undefined ? options.get('default') : found;
      if (value === undefined) throw undefinedError(new Undefined(`'${name}' is undefined`));
      return value;
    });
  },
  varnames(terms, named, scope) {
    new LookupOptions('varnames', named, []);
    const names = [...(scope.names?.() ?? [])];
    return terms.flatMap((term) => {
      const pattern = compileRegex(textOf(term, 'the pattern of varnames'), { ignoreCase: false, multiline: false });
      return names.filter((name) => findFirst(pattern, name, false) !== undefined);
    });
  },
  env(terms, named) {
    const options = new LookupOptions('env', named, ['default']);
    return terms.map((term) => {
      const name = textOf(term, 'the name of an environment variable');
      return process.env[name] ?? options.get('default') ?? '';
    });
  },
  items: (terms, named) =>
    bare(
      'items',
      named,
      terms.flatMap((term) => listOf(term) ?? [term]),
    ),
  list: (terms, named) => bare('list', named, terms),
  dict: (terms, named) =>
    bare(
      'dict',
      named,
      terms.flatMap((term) =>
        [...asDict(term, 'what the lookup dict takes')].map(
          ([key, value]): Value =>
            new Map([
              ['key', key],
              ['value', value],
            ]),
        ),
      ),
    ),
  indexed_items: (terms, named) =>
    bare(
      'indexed_items',
      named,
      terms.flatMap((term) => listOf(term) ?? [term]).map((item, index): Value => [index, item]),
    ),
  nested(terms, named) {
    if (terms.length === 0) throw new TemplateError('the lookup nested needs at least one list');
    const lists = terms.map((term) => listOf(term) ?? [term]);
    return bare(
      'nested',
      named,
      lists.reduce<List[]>((rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])), [[]]),
    );
  },
  together(terms, named) {
    if (terms.length === 0) throw new TemplateError('the lookup together needs at least one list');
    const lists = terms.map((term) => requireList(term, 'together'));
    const longest = Math.max(...lists.map((list) => list.length));
    const rows = Array.from({ length: longest }, (_, row): Value => lists.map((list) => list[row] ?? null));
    return bare('together', named, rows);
  },
  random_choice(terms, named) {
    const chosen = terms[Math.floor(Math.random() * terms.length)];
    return bare('random_choice', named, chosen === undefined ? [] : [chosen]);
  },
  subelements: (terms, named) => bare('subelements', named, subelements(terms)),
};

function bare(lookup: string, named: ReadonlyMap<string, Value>, found: List): List {
  new LookupOptions(lookup, named, []);
  return found;
}

function listOf(value: Value): List | undefined {
  return typeof value === 'string' ? undefined : sequenceItems(value);
}

function requireList(value: Value, lookup: string): List {
  const items = listOf(value);
  if (items !== undefined) return items;
  throw new TemplateError(`the lookup ${lookup} takes lists, not ${typeName(value)}`);
}

/** Each element of a list below each item, as a pair of the item without that list and the element. */
function subelements([items, path, flags]: List): List {
  if (items === undefined || path === undefined)
    throw new TemplateError('the lookup subelements needs a list and the name of a key');
  const keys = textOf(path, 'the key of subelements').split('.');
  const skips = flags !== undefined && isDict(flags) && isTruthy(flags.get('skip_missing') ?? false);
  const elements = isDict(items) ? [...items.values()] : requireList(items, 'subelements');
  return elements.flatMap((item): List => {
    const found = keys.reduce<Value | undefined>(
      (at, key) => (at !== undefined && isDict(at) ? at.get(key) : undefined),
      item,
    );
    const below = found === undefined ? undefined : listOf(found);
    if (below !== undefined) return below.map((element): Value => [without(item, keys), element]);
    if (found === undefined && skips) return [];
    throw new TemplateError(
      found === undefined
        ? `subelements found no '${toText(path)}' in an item`
        : `'${toText(path)}' of an item of subelements must be a list, not ${typeName(found)}`,
      { hint: "{'skip_missing': True} as the third argument leaves such items out" },
    );
  });
}

function without(item: Value, [key, ...rest]: readonly string[]): Value {
  if (!isDict(item) || key === undefined) return item;
  return new Map(
    [...item].flatMap(([name, value]): [Value, Value][] => {
      if (name !== key) return [[name, value]];
      return rest.length === 0 ? [] : [[name, without(value, rest)]];
    }),
  );
}
