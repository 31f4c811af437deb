import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../src/jinja/error.ts';
import { compileCondition, compileExpression, evaluateCondition } from '../../../src/jinja/expression.ts';
import { at, caseVariables, scopeOf } from './scope.ts';

const scope = scopeOf(caseVariables());

describe('compileExpression', () => {
  it('can be evaluated with many scopes', () => {
    const expression = compileExpression('n + 1', at);
    expect([1, 2, 40].map((n) => expression.evaluate(scopeOf(new Map([['n', n]]))))).toEqual([2, 3, 41]);
  });

  it('has Python escapes in its strings', () => {
    expect(compileExpression(String.raw`'a\n\x41\u00e9\N'`, at).evaluate(scope)).toBe('a\nAé\\N');
  });

  it('is placed anew when the same text stands elsewhere', () => {
    const failing = (line: number) => () => compileExpression('nope', { file: 'f', line, column: 1 }).evaluate(scope);
    for (const line of [3, 8]) {
      expect(failing(line)).toThrow(TemplateError);
      try {
        failing(line)();
      } catch (error) {
        expect(error instanceof TemplateError ? error.at?.line : undefined).toBe(line);
      }
    }
  });
});

describe('evaluateCondition', () => {
  it.each([
    [true, true],
    [false, false],
    ['t', true],
    ['n == 4', false],
    ['{{ t }}', true],
    [' {{ n == 3 }}\n', true],
  ])('takes %j', (condition, value) => expect(evaluateCondition(condition, at, scope)).toBe(value));

  it.each(['n', "'yes'", 'l', 'none', "s | regex_search('b')", '{{ n }}', '', '  ', null, 1])(
    'refuses %j',
    (condition) => {
      expect(() => evaluateCondition(condition, at, scope)).toThrow(TemplateError);
    },
  );

  it('says what it got and how to make a boolean of it', () => {
    try {
      evaluateCondition('l', at, scope);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(TemplateError);
      if (!(error instanceof TemplateError)) return;
      expect(error.message).toBe("the condition gave [1, 2, 3] of type 'list', not true or false");
      expect(error.hint).toContain('length > 0');
    }
  });

  it('places errors inside {{ }} where they are', () => {
    try {
      evaluateCondition('{{ t and nope }}', at, scope);
      expect.unreachable();
    } catch (error) {
      expect(error instanceof TemplateError ? error.at?.column : undefined).toBe(10);
    }
  });

  it('can be read before anything is known', () => {
    expect([...compileCondition('{{ a is defined and b }}', at).names]).toEqual(['a', 'b']);
  });
});
