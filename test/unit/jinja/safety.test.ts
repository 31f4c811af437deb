import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../src/jinja/error.ts';
import { compileExpression } from '../../../src/jinja/expression.ts';
import { PyCallable, PyFloat, PyObject, PyTuple, type Value } from '../../../src/jinja/value.ts';
import { at, scopeOf } from './scope.ts';

const values: readonly (readonly [string, Value])[] = [
  ['text', 'a'],
  ['number', 1],
  ['big', 10n ** 30n],
  ['float', new PyFloat(1.5)],
  ['boolean', true],
  ['nothing', null],
  ['list', [1]],
  ['tuple', new PyTuple([1])],
  ['dict', new Map<Value, Value>([['a', 1]])],
  ['callable', new PyCallable('f', () => 1)],
  ['object', new PyObject('thing', {})],
];
const scope = scopeOf(new Map(values));
const ofJavaScript = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'length',
  'size',
  'call',
  'apply',
  'bind',
  'map',
  'forEach',
  'entries',
  'value',
  'items_',
  'names',
  '__class__',
  '__dict__',
  '__globals__',
  '__subclasses__',
];

describe('what belongs to JavaScript', () => {
  it.each(values.map(([name]) => name))('cannot be reached through a %s', (name) => {
    const reached = ofJavaScript.filter((attribute) =>
      [`${name}.${attribute} is defined`, `${name}['${attribute}'] is defined`].some(
        (text) => compileExpression(text, at).evaluate(scope) === true,
      ),
    );
    expect(reached).toEqual([]);
  });

  it.each(ofJavaScript)('is no variable: %s', (name) => {
    expect(compileExpression(`${name} is defined`, at).evaluate(scope)).toBe(false);
  });

  it('is no filter, test or lookup', () => {
    expect(() => compileExpression('1 | constructor', at)).toThrow(TemplateError);
    expect(() => compileExpression('1 is toString', at)).toThrow(TemplateError);
    expect(() => compileExpression("lookup('__proto__')", at).evaluate(scope)).toThrow(TemplateError);
    expect(() => compileExpression("[1] | map('constructor')", at).evaluate(scope)).toThrow(TemplateError);
  });

  it('is no harm as the key of a dict', () => {
    const text = "{'__proto__': 1, 'constructor': 2} | combine({'__proto__': 3}) | to_json";
    expect(compileExpression(text, at).evaluate(scope)).toBe('{"__proto__": 3, "constructor": 2}');
  });

  it('is not reached by a named group of a regular expression', () => {
    expect(() => compileExpression("'a' | regex_search('(?P<x>a)', '\\\\g<constructor>')", at).evaluate(scope)).toThrow(
      TemplateError,
    );
  });
});
