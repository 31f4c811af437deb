import type { Dice } from './random.ts';

/** What an expression is meant to be; now and then it is something else, since mistakes have to mean the same as well. */
export type Kind = 'number' | 'text' | 'list' | 'dict' | 'boolean';

/** Who draws an expression: its parts are drawn by the same. */
interface Drawing {
  readonly dice: Dice;
  value(kind: Kind): string;
  any(): string;
}

type Make = (write: Drawing) => string;

export const LEAVES: Readonly<Record<Kind, readonly string[]>> = {
  number: ['0', '1', '-2', '7', 'n', 'f', '2.5', '1e3', 'd.a', 'd.b.c', 'nope', '10 ** 20', 'none'],
  text: [
    "''",
    "'ab'",
    "'A b c'",
    "'a,b,c'",
    "'10'",
    "' x '",
    "'ü/é'",
    's',
    'e',
    'yes',
    "'1.2.3'",
    "'/a/b.tar.gz'",
    "'key: [1]'",
    'nope.x',
  ],
  list: [
    '[]',
    '[1, 2, 3]',
    "['b', 'a', 'b']",
    'l',
    '[[1, 2], [3]]',
    "[{'k': 1, 'v': 'x'}, {'k': 2}]",
    '(1, 2)',
    "[1, 'a', none]",
    '[true, 1, 1.0]',
  ],
  dict: ['{}', "{'a': 1}", 'd', "{'b': {'x': 1}, 'a': 2}", "{'k': [1, 2]}", '{1: 2}', "{'a': none}"],
  boolean: ['true', 'false', 't', 'n == 3', 's is defined', 'nope is defined', 'none is none'],
};

const binary =
  (kind: Kind, ...operators: string[]): Make =>
  (write) =>
    `(${write.value(kind)} ${write.dice.pick(operators)} ${write.value(kind)})`;
const filter =
  (kind: Kind, ...filters: string[]): Make =>
  (write) =>
    `${parenthesised(write.value(kind))} | ${write.dice.pick(filters)}`;
const test =
  (kind: Kind, ...tests: string[]): Make =>
  (write) =>
    `(${parenthesised(write.value(kind))} is ${write.dice.once(4) ? 'not ' : ''}${write.dice.pick(tests)})`;

function parenthesised(text: string): string {
  return /^[\w'"[{(]/.test(text) && !text.includes(' ') ? text : `(${text})`;
}

const choose =
  (kind: Kind): Make =>
  (write) =>
    `(${write.value(kind)} if ${write.value('boolean')} else ${write.value(kind)})`;

export const MAKERS: Readonly<Record<Kind, readonly Make[]>> = {
  number: [
    binary('number', '+', '-', '*', '/', '//', '%'),
    filter(
      'number',
      'abs',
      'int',
      'float',
      'round',
      'round(1)',
      "round(0, 'floor')",
      'default(5)',
      'pow(2)',
      'human_readable',
    ),
    filter('list', 'length', 'count', 'sum', 'first', 'last', 'min', 'max', 'sum(start=2)'),
    filter(
      'text',
      'int',
      'float',
      'length',
      'wordcount',
      'int(default=9)',
      "regex_search('[0-9]+') | int",
      'human_to_bytes',
    ),
    (write) => `${parenthesised(write.value('list'))}[${write.dice.pick(['0', '-1', '1', '9', 'n'])}]`,
    (write) => `${parenthesised(write.value('dict'))}${write.dice.pick(['.a', "['a']", '.get("a", 3)', '.zz'])}`,
    (write) => `${parenthesised(write.value('text'))}.${write.dice.pick(['find("b")', 'count("a")', 'index("a")'])}`,
    choose('number'),
  ],
  text: [
    binary('text', '~', '+'),
    filter(
      'text',
      'upper',
      'lower',
      'capitalize',
      'title',
      'trim',
      'b64encode',
      'quote',
      'basename',
      'dirname',
      'hash("md5")',
      'string',
      'reverse | join',
      'indent(2)',
      'center(9)',
      'truncate(3, true)',
      'splitext | first',
      'regex_escape',
      'urlencode',
      'comment',
      "replace('a', 'X')",
      "regex_replace('[ab]', 'Z')",
      "regex_replace('(.)', '\\\\1\\\\1')",
      "default('dd', true)",
      'wordwrap(3)',
      "split(',') | last",
      'ternary("T", "F")',
      'type_debug',
      'mandatory',
      'to_json',
    ),
    filter(
      'list',
      "join(',')",
      'join',
      'to_json',
      'to_nice_json',
      'to_yaml',
      'to_nice_yaml',
      'string',
      "map('string') | join('-')",
      'type_debug',
      'first | string',
    ),
    filter('dict', 'to_json', 'to_nice_json(indent=2)', 'to_yaml', 'string', 'to_nice_yaml', 'type_debug'),
    filter('number', 'string', 'type_debug', "default('x')", 'to_json', 'filesizeformat'),
    filter('boolean', 'string', "ternary('y', 'n')", 'to_json'),
    (write) => `${parenthesised(write.value('text'))}[${write.dice.pick(['0', ':2', '-1', '1:', '::-1', '::2'])}]`,
    (write) =>
      `${parenthesised(write.value('text'))}.${write.dice.pick(['upper()', 'split(",")[0]', 'replace("a", "b")', 'strip()', 'startswith("a")', 'zfill(5)', 'format(1)', 'title()', 'join(["p", "q"])', 'rjust(4, "0")'])}`,
    (write) => `'%s-%s' | format(${write.any()}, ${write.any()})`,
    (write) => `'{}/{}'.format(${write.any()}, ${write.any()})`,
    choose('text'),
  ],
  list: [
    binary('list', '+'),
    filter(
      'list',
      'sort',
      'sort(reverse=true)',
      'unique',
      'reverse | list',
      'flatten',
      'flatten(levels=1)',
      "map('string') | list",
      "select('number') | list",
      "reject('none') | list",
      "map('upper') | list",
      "map(attribute='k') | list",
      "map(attribute='v', default='-') | list",
      "selectattr('k', 'defined') | list",
      "selectattr('k', 'equalto', 1) | list",
      "rejectattr('v', 'defined') | list",
      'batch(2) | list',
      'slice(2) | list',
      "groupby('k')",
      'zip([7, 8, 9]) | list',
      "zip_longest([7, 8, 9], fillvalue='f') | list",
      'union([1, 9])',
      'intersect([1, 3])',
      'difference([1])',
      'symmetric_difference([1, 5])',
      'product([0, 1]) | list',
      'combinations(2) | list',
      'permutations(2) | list',
      'list',
      "map('default', 0) | list",
      'default([1])',
      "select('in', [1, 'a']) | list",
      "map('int') | list",
      "sort(attribute='k')",
      'from_yaml',
      'shuffle(seed=3)',
      'random(seed=5)',
    ),
    filter(
      'text',
      'list',
      'split',
      "split(',')",
      "regex_findall('[a-z]')",
      'splitext',
      'from_yaml',
      'urlsplit | dict2items',
    ),
    filter('dict', 'dict2items', 'list', 'items | list', 'dictsort', "dict2items(key_name='K', value_name='V')"),
    (write) => `[${write.any()}, ${write.any()}]`,
    (write) => `${parenthesised(write.value('list'))}[${write.dice.pick([':2', '1:', '-2:', '::-1', '::2'])}]`,
    (write) =>
      `${parenthesised(write.value('dict'))}.${write.dice.pick(['keys() | list', 'values() | list', 'items() | list'])}`,
    (write) => `range(${write.value('number')}) | list`,
    choose('list'),
  ],
  dict: [
    filter(
      'dict',
      "combine({'a': 9, 'z': [1]})",
      "combine({'b': {'y': 2}}, recursive=True)",
      "combine({'k': [3]}, list_merge='append')",
      'dict2items | items2dict',
      'default({})',
      'to_json | from_json',
      'to_yaml | from_yaml',
    ),
    filter('list', "items2dict(key_name='k', value_name='v')"),
    (write) => `{'q': ${write.any()}, 'r': ${write.any()}}`,
    (write) => `dict(a=${write.any()})`,
    (write) => `dict(['a', 'b'] | zip(${write.value('list')}))`,
    choose('dict'),
  ],
  boolean: [
    binary('number', '==', '!=', '<', '<=', '>', '>='),
    binary('text', '==', '!=', '<', 'in'),
    binary('list', '==', '!='),
    binary('boolean', 'and', 'or'),
    (write) => `(not ${write.value('boolean')})`,
    (write) =>
      `(${write.any()} ${write.dice.pick(['in', 'not in'])} ${write.value(write.dice.pick(['list', 'dict', 'text']))})`,
    filter('text', 'bool'),
    filter('number', 'bool'),
    test(
      'number',
      'number',
      'odd',
      'even',
      'divisibleby(3)',
      'integer',
      'float',
      'none',
      'defined',
      'boolean',
      'truthy',
      'falsy',
      'eq(3)',
      'gt(1)',
      'in [1, 2]',
    ),
    test(
      'text',
      'string',
      'match("a")',
      'search("b")',
      'regex("^a.*c$")',
      'lower',
      'upper',
      "version('1.2', '>=')",
      "version('2.0.0', '<', strict=true)",
      'sequence',
      'iterable',
      'abs',
      'contains("a")',
      'falsy(convert_bool=True)',
      'truthy(convert_bool=True)',
    ),
    test(
      'list',
      'sequence',
      'iterable',
      'mapping',
      'subset([1, 2, 3])',
      'superset([1])',
      'contains(1)',
      'any',
      'all',
      'defined',
      'sameas(l)',
      'string',
    ),
    test('dict', 'mapping', 'iterable', 'contains("a")', 'defined', 'failed', 'changed', 'sequence'),
    choose('boolean'),
  ],
};
