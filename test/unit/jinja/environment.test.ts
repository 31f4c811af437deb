import { describe, expect, it } from 'vitest';
import { defineFilter, defineTest } from '../../../src/jinja/environment.ts';
import { TemplateError } from '../../../src/jinja/error.ts';
import { createEnvironment, standardEnvironment } from '../../../src/jinja/standard.ts';
import { compileTemplate } from '../../../src/jinja/template.ts';
import type { Value } from '../../../src/jinja/value.ts';
import { toText } from '../../../src/jinja/values/text.ts';
import { at, caseVariables, scopeOf } from './scope.ts';

const scope = scopeOf(caseVariables());
const files = new Map([
  ['plain.j2', 'n={{ n }}'],
  ['base.j2', 'head\n{% block body %}base {{ n }}{% endblock %}\n\ntail'],
  ['child.j2', "{% extends 'base.j2' %}{% set n = 9 %}{% block body %}child {{ super() }}{% endblock %}"],
  ['grandchild.j2', "{% extends 'child.j2' %}{% block body %}[{{ super() }}]{% endblock %}"],
  ['macros.j2', "{% macro pair(k, v='x') %}{{ k }}={{ v }}{% endmacro %}{% set answer = 42 %}{% set _own = 1 %}"],
  ['broken.j2', 'a\n{{ n | nope }}'],
  ['loop.j2', "{% include 'loop.j2' %}"],
]);
const environment = createEnvironment({
  filters: { shout: defineFilter([], (input) => `${toText(input)}!`) },
  tests: { file: defineTest([], (input) => input === '/etc/passwd') },
  globals: { answer: 42 },
  lookups: {
    env: (terms) => terms.map((term) => `value of ${toText(term)}`),
    vars: (terms, options, names) =>
      terms.map((term): Value => names.lookup(toText(term)) ?? options.get('default') ?? null),
    lists: () => [[1], [2]],
  },
  loader: (name) => files.get(name),
});
const evaluate = (text: string) => compileTemplate(text, at, { environment }).evaluate(scope);

describe('an environment', () => {
  it('adds to the standard one without changing it', () => {
    expect(evaluate("{{ 'a' | shout | upper }}{{ answer }}{{ '/etc/passwd' is file }}")).toBe('A!42True');
    expect(standardEnvironment.filters.has('shout')).toBe(false);
    expect(() => compileTemplate("{{ 'a' | shout }}", at)).toThrow("no filter named 'shout'");
  });

  it('lets a variable hide a global', () => {
    const hiding = scopeOf(new Map([['answer', 1]]));
    expect(compileTemplate('{{ answer }}', at, { environment }).evaluate(hiding)).toBe(1);
  });

  it('answers lookups with one value, joined texts or a list', () => {
    expect(evaluate("{{ lookup('env', 'A') }}")).toBe('value of A');
    expect(evaluate("{{ lookup('ansible.builtin.env', 'A', 'B') }}")).toBe('value of A,value of B');
    expect(evaluate("{{ query('env', 'A') }}")).toEqual(['value of A']);
    expect(evaluate("{{ lookup('env', 'A', wantlist=True) }}")).toEqual(['value of A']);
    expect(evaluate("{{ lookup('lists') }}")).toEqual([[1], [2]]);
  });

  it('lets a lookup see the names of its template', () => {
    expect(evaluate("{% set own = 7 %}{{ lookup('vars', 'own') + lookup('vars', 'n') }}")).toBe(10);
    expect(evaluate("{{ lookup('vars', 'nope', default=5) }}")).toBe(5);
  });

  it('knows before anything is evaluated that a lookup does not exist', () => {
    expect(() => compileTemplate("{{ lookup('evn', 'A') if false }}", at, { environment })).toThrow(
      expect.objectContaining({ message: "no lookup named 'evn'", at: { ...at, column: at.column + 10 } }),
    );
    const passedOver = "{{ lookup('evn', 'A', errors='ignore') }}{{ lookup(['evn'][0], 'A') if false else '' }}";
    expect(compileTemplate(passedOver, at, { environment }).evaluate(scope)).toBe('');
  });

  it('names the nearest lookup', () => {
    expect(() => evaluate("{{ lookup('evn', 'A') }}")).toThrow("no lookup named 'evn'");
  });
});

describe('templates of templates', () => {
  it('include with the names around, or without', () => {
    expect(evaluate("{% set n = 5 %}{% include 'plain.j2' %}")).toBe('n=5');
    expect(evaluate("{% for n in l %}{% include 'plain.j2' %} {% endfor %}")).toBe('n=1 n=2 n=3 ');
    expect(() => evaluate("{% include 'plain.j2' without context %}")).toThrow("'n' is undefined");
    expect(evaluate("{% include ['nope.j2', 'plain.j2'] %}")).toBe('n=3');
    expect(evaluate("{% include 'nope.j2' ignore missing %}x")).toBe('x');
    expect(() => evaluate("{% include 'nope.j2' %}")).toThrow("'nope.j2' was not found");
  });

  it('extend each other', () => {
    expect(evaluate("{% include 'base.j2' %}")).toBe('head\nbase 3\ntail');
    expect(evaluate("{% include 'child.j2' %}")).toBe('head\nchild base 9\ntail');
    expect(evaluate("{% include 'grandchild.j2' %}")).toBe('head\n[child base 9]\ntail');
  });

  it('import macros and values', () => {
    expect(evaluate("{% import 'macros.j2' as m %}{{ m.pair('a') }} {{ m.answer }}")).toBe('a=x 42');
    expect(evaluate("{% from 'macros.j2' import pair as p, answer %}{{ p('k', answer) }}")).toBe('k=42');
    expect(() => evaluate("{% from 'macros.j2' import pear %}{{ pear() }}")).toThrow(/does not define 'pear'/);
    expect(() => evaluate("{% import 'macros.j2' as m %}{{ m._own }}")).toThrow(TemplateError);
  });

  it('place an error in the file it is in', () => {
    try {
      evaluate("{% include 'broken.j2' %}");
      expect.unreachable();
    } catch (error) {
      expect(error instanceof TemplateError ? error.at : undefined).toEqual({ file: 'broken.j2', line: 2, column: 8 });
    }
  });

  it('cannot include themselves for ever', () => {
    expect(() => evaluate("{% include 'loop.j2' %}")).toThrow(/nest deeper/);
  });
});
