import { describe, expect, it } from 'vitest';
import { fromJson, toJson } from '../../../src/jinja/json.ts';
import { PyFloat, PyTuple, Undefined, type Value } from '../../../src/jinja/value.ts';

describe('toJson', () => {
  it('gives plain data', () => {
    const value = new Map<Value, Value>([
      ['a', new PyTuple([1, new PyFloat(1.5)])],
      [1, null],
      [true, [false]],
      [null, 'x'],
    ]);
    expect(toJson(value)).toEqual({ a: [1, 1.5], 1: null, true: [false], null: 'x' });
  });

  it.each([
    ['undefined', new Undefined("'x' is undefined")],
    ['an int JSON cannot hold', 2n ** 60n],
  ])('refuses %s', (_name, value) => {
    expect(() => toJson(value)).toThrow();
  });

  it('keeps a dangerous key a key', () => {
    const json = toJson(new Map<Value, Value>([['__proto__', 1]]));
    expect(Object.keys(json ?? {})).toEqual(['__proto__']);
  });
});

describe('fromJson', () => {
  it('tells whole numbers from others', () => {
    expect(fromJson({ a: [1, 1.5, null, true, 'x'] })).toEqual(
      new Map([['a', [1, new PyFloat(1.5), null, true, 'x']]]),
    );
  });

  it('comes back from toJson', () => {
    const json = { a: [1, { b: null }], c: 'x' };
    expect(toJson(fromJson(json))).toEqual(json);
  });
});
