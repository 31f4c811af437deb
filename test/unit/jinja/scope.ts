import type { Position } from '../../../src/errors.ts';
import { PyFloat, type Scope, type Value } from '../../../src/jinja/value.ts';

export const at: Position = { file: 'play.yml', line: 1, column: 1 };

/** The variables that the cases of `test/differential/jinja` are written for. */
export function caseVariables(): Map<string, Value> {
  return new Map<string, Value>([
    ['n', 3],
    ['s', 'abc'],
    ['e', ''],
    ['none', null],
    ['f', new PyFloat(1.5)],
    ['t', true],
    ['l', [1, 2, 3]],
    [
      'd',
      new Map<Value, Value>([
        ['a', 1],
        ['b', new Map<Value, Value>([['c', 2]])],
      ]),
    ],
    ['yes', 'yes'],
  ]);
}

/** A scope over a map of names. */
export function scopeOf(names: ReadonlyMap<string, Value>): Scope {
  return { lookup: (name) => names.get(name), names: () => names.keys() };
}
