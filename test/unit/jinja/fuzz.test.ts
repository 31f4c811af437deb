import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../src/jinja/error.ts';
import { compileExpression } from '../../../src/jinja/expression.ts';
import { standardEnvironment } from '../../../src/jinja/standard.ts';
import { compileTemplate } from '../../../src/jinja/template.ts';
import { at, caseVariables, scopeOf } from './scope.ts';

const names = [
  ...caseVariables().keys(),
  'nope',
  'range',
  'dict',
  'namespace',
  'loop',
  'self',
  '__proto__',
  'constructor',
];
const filters = [...standardEnvironment.filters.keys()];
const tests = [...standardEnvironment.tests.keys()];
const attributes = [
  'items',
  'append',
  'update',
  'format',
  'upper',
  'join',
  'a',
  '__class__',
  '__proto__',
  'constructor',
  'toString',
  'length',
];

/** Expressions that are mostly well formed, out of every operator, filter, test and method there is. */
const expression: fc.Arbitrary<string> = fc.letrec<{ node: string; call: string }>((tie) => ({
  call: fc
    .array(
      fc.oneof(
        tie('node'),
        tie('node').map((value) => `attribute=${value}`),
        tie('node').map((value) => `*${value}`),
      ),
      { maxLength: 3 },
    )
    .map((args) => `(${args.join(', ')})`),
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...names),
    fc.constantFrom(
      '0',
      '1',
      '-1',
      '2.5',
      "''",
      "'a'",
      "'%s %d'",
      "'{} {0:>5}'",
      "'(a+)+$'",
      'true',
      'none',
      '[]',
      '{}',
      '[1, [2]]',
      "{'a': 1}",
      '99999999999999999999',
    ),
    fc
      .tuple(
        tie('node'),
        fc.constantFrom('+', '-', '*', '/', '//', '%', '**', '~', '==', '<', 'in', 'not in', 'and', 'or'),
        tie('node'),
      )
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(tie('node'), fc.constantFrom(...filters), fc.oneof(fc.constant(''), tie('call')))
      .map(([a, name, call]) => `(${a} | ${name}${call})`),
    fc
      .tuple(tie('node'), fc.constantFrom(...tests), fc.oneof(fc.constant(''), tie('call')))
      .map(([a, name, call]) => `(${a} is ${name}${call})`),
    fc
      .tuple(tie('node'), fc.constantFrom(...attributes), fc.oneof(fc.constant(''), tie('call')))
      .map(([a, name, call]) => `${a}.${name}${call}`),
    fc.tuple(tie('node'), tie('node')).map(([a, key]) => `${a}[${key}]`),
    fc.tuple(tie('node'), tie('node'), tie('node')).map(([a, b, step]) => `${a}[${b}:${b}:${step}]`),
    fc.tuple(tie('node'), tie('node'), tie('node')).map(([a, test, b]) => `(${a} if ${test} else ${b})`),
    tie('node').map((a) => `[${a}, ${a}]`),
    tie('node').map((a) => `{${a}: ${a}}`),
  ),
})).node;

const piece = fc.oneof(
  expression.map((text) => `{{ ${text} }}`),
  expression.map((text) => `{% if ${text} %}a{% else %}b{% endif %}`),
  expression.map((text) => `{% for x in ${text} %}{{ x }}{{ loop.index }}{% endfor %}`),
  expression.map((text) => `{% set x = ${text} %}`),
  expression.map((text) => `{% macro m(a, b=${text}) %}{{ a }}{{ b }}{{ m(a) }}{% endmacro %}{{ m(1) }}`),
  fc.constantFrom(
    '{%',
    '%}',
    '{{',
    '}}',
    '{#',
    '#}',
    '{% raw %}',
    '{% endif %}',
    '{% endfor %}',
    '-',
    '\n',
    "'",
    '\\',
    'text',
    '{% block b %}',
    '{{ self.b() }}',
  ),
  fc.string({ maxLength: 8 }),
);

function outcome(run: () => unknown): 'value' | 'error' {
  try {
    run();
    return 'value';
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    expect(error.at).toBeDefined();
    return 'error';
  }
}

const variables = caseVariables();
const scope = scopeOf(variables);
const settings = { numRuns: 3000, seed: 20260, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false };

describe('any input gives a value or a TemplateError', () => {
  it('as an expression', () => {
    fc.assert(
      fc.property(expression, (text) => {
        expect(['value', 'error']).toContain(outcome(() => compileExpression(text, at).evaluate(scope)));
      }),
      settings,
    );
  }, 60_000);

  it('as a template', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.join('');
        expect(['value', 'error']).toContain(outcome(() => compileTemplate(text, at).evaluate(scope)));
        expect(['value', 'error']).toContain(outcome(() => compileTemplate(text, at).renderText(scope)));
      }),
      settings,
    );
  }, 60_000);

  it('and leaves the variables as they were', () => {
    expect(variables).toEqual(caseVariables());
  });

  it.each([
    ['deep brackets', '['.repeat(100_000)],
    ['deep parentheses', `${'('.repeat(5000)}1${')'.repeat(5000)}`],
    ['a long sum', `1${'+1'.repeat(50_000)}`],
    ['a long chain of attributes', `n${'.a'.repeat(50_000)}`],
    ['a long chain of nots', `${'not '.repeat(50_000)}n`],
    ['a long chain of minuses', `${'-'.repeat(50_000)}1`],
    ['a long chain of filters', `n${' | string'.repeat(50_000)}`],
    ['a long chain of tests', `n${' and n'.repeat(50_000)}`],
    ['a long inline if', `1${' if n else 1'.repeat(5000)}`],
    ['a huge power', '9 ** 9 ** 9'],
    ['a huge repetition', "'a' * 999999999"],
    ['a huge repetition of a list', '[1] * 999999999'],
    ['a huge range', 'range(999999999)'],
    ['a huge product', 'range(1000) | product(range(1000), range(1000))'],
    ['huge permutations', 'range(100) | permutations'],
    ['a huge format', "'%999999999d' % 1"],
    ['a huge width', "'{:999999999}'.format(1)"],
    ['a huge padding', "'a'.center(999999999)"],
    ['a regular expression without end', "('a' * 40 ~ '!') is match('(a+)+$')"],
  ])(
    'and %s comes back too',
    (_name, text) => {
      expect(['value', 'error']).toContain(outcome(() => compileExpression(text, at).evaluate(scope)));
    },
    20_000,
  );

  it.each([
    ['nested loops', '{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}'],
    ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
    ['deep blocks', '{% if n %}'.repeat(5000)],
    [
      'doubling text',
      `{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}`,
    ],
    ['growing output', `{% for i in range(1000) %}{{ 'a' * 100000 }}{% endfor %}`],
  ])(
    'and %s ends with an error',
    (_name, text) => {
      expect(outcome(() => compileTemplate(text, at).evaluate(scope))).toBe('error');
    },
    20_000,
  );
});
