import { defineTest, type Test } from '../environment.ts';
import { isDict, PyCallable, PyFloat, PyObject, Undefined, type Value } from '../value.ts';
import { arithmetic } from '../values/arithmetic.ts';
import { compare, contains, equals } from '../values/compare.ts';
import { toText } from '../values/text.ts';
import { isNumber, sequenceItems } from '../values/types.ts';

const comparison = (operator: '<' | '<=' | '>' | '>=', holds: (order: number) => boolean) =>
  defineTest(['!other'], (input, args) => holds(compare(input, args.value('other'), operator)));
const equal = defineTest(['!other'], (input, args) => equals(input, args.value('other')));
const unequal = defineTest(['!other'], (input, args) => !equals(input, args.value('other')));
const less = comparison('<', (order) => order < 0);
const lessOrEqual = comparison('<=', (order) => order <= 0);
const greater = comparison('>', (order) => order > 0);
const greaterOrEqual = comparison('>=', (order) => order >= 0);
const within = defineTest(['!seq'], (input, args) => contains(args.value('seq'), input));

/** Jinja's own tests. */
export const basicTests: Readonly<Record<string, Test>> = {
  defined: defineTest([], (input) => !(input instanceof Undefined), { takesUndefined: true }),
  undefined: defineTest([], (input) => input instanceof Undefined, { takesUndefined: true }),
  none: defineTest([], (input) => input === null),
  string: defineTest([], (input) => typeof input === 'string'),
  number: defineTest([], isNumber),
  integer: defineTest([], (input) => typeof input === 'number' || typeof input === 'bigint'),
  float: defineTest([], (input) => input instanceof PyFloat),
  boolean: defineTest([], (input) => typeof input === 'boolean'),
  mapping: defineTest([], isDict),
  sequence: defineTest([], isIterable),
  iterable: defineTest([], isIterable),
  callable: defineTest(
    [],
    (input) => input instanceof PyCallable || (input instanceof PyObject && input.callable !== undefined),
  ),
  true: defineTest([], (input) => input === true),
  false: defineTest([], (input) => input === false),
  in: within,
  eq: equal,
  equalto: equal,
  '==': equal,
  ne: unequal,
  '!=': unequal,
  lt: less,
  lessthan: less,
  '<': less,
  le: lessOrEqual,
  '<=': lessOrEqual,
  gt: greater,
  greaterthan: greater,
  '>': greater,
  ge: greaterOrEqual,
  '>=': greaterOrEqual,
  odd: defineTest([], (input) => equals(arithmetic('%', input, 2), 1)),
  even: defineTest([], (input) => equals(arithmetic('%', input, 2), 0)),
  divisibleby: defineTest(['!num'], (input, args) => equals(arithmetic('%', input, args.value('num')), 0)),
  lower: defineTest([], (input) => hasCase(toText(input), 'toLowerCase')),
  upper: defineTest([], (input) => hasCase(toText(input), 'toUpperCase')),
  sameas: defineTest(['!other'], (input, args) => isSame(input, args.value('other'))),
  filter: defineTest([], (input, _args, context) => context.environment.filters.has(toText(input))),
  test: defineTest([], (input, _args, context) => context.environment.tests.has(toText(input))),
};

function isIterable(input: Value): boolean {
  return typeof input === 'string' || isDict(input) || sequenceItems(input) !== undefined;
}

function hasCase(text: string, change: 'toLowerCase' | 'toUpperCase'): boolean {
  return text === text[change]() && text.toLowerCase() !== text.toUpperCase();
}

function isSame(left: Value, right: Value): boolean {
  return left instanceof PyFloat && right instanceof PyFloat ? left.value === right.value : left === right;
}
