import { describe, expect, it } from 'vitest';
import { BrokkrError } from '../../../src/errors.ts';
import { TemplateError, UndefinedError } from '../../../src/jinja/error.ts';
import { compileExpression } from '../../../src/jinja/expression.ts';
import { compileTemplate } from '../../../src/jinja/template.ts';
import { Undefined } from '../../../src/jinja/value.ts';
import { toText } from '../../../src/jinja/values/text.ts';
import { caseVariables, scopeOf } from './scope.ts';

const scope = scopeOf(new Map([...caseVariables(), ['kafka_version', '2.8.1']]));

function failure(run: () => unknown): TemplateError {
  try {
    run();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const at = { file: 'vars.yml', line: 10, column: 7 };
const ofExpression = (text: string) => failure(() => compileExpression(text, at).evaluate(scope));
const ofTemplate = (text: string) => failure(() => compileTemplate(text, at).evaluate(scope));

describe('a TemplateError', () => {
  it('is an expected failure and can be a problem of many', () => {
    const error = ofExpression('kafka_versoin');
    expect(error).toBeInstanceOf(BrokkrError);
    expect(error).toBeInstanceOf(UndefinedError);
    expect(error.problem).toEqual({
      message: "'kafka_versoin' is undefined",
      at,
      hint: "did you mean 'kafka_version'?",
    });
  });

  it.each([
    ['n + nope', 10, 11],
    ["n\n + 'a'", 11, 2],
    ['n | defualt(1)', 10, 11],
    ['n is evn', 10, 12],
    ['d.b.x', 10, 11],
    ["d['x']", 10, 8],
    ['s.uper()', 10, 9],
    ['[1, 2', 10, 12],
    ["'abc", 10, 7],
    ['n n', 10, 9],
    ["s | regex_search('(')", 10, 11],
    ["l | map('upper') | map('nope') | list", 10, 26],
  ])('points into %s', (text, line, column) => {
    expect(ofExpression(text).at).toEqual({ file: 'vars.yml', line, column });
  });

  it.each([
    ['a {{ nope }}', 10, 12],
    ['a\nb {{ nope }}', 11, 6],
    ['{% if n %}\n{{ 1 / 0 }}\n{% endif %}', 11, 6],
    ['{% if n %}\n', 10, 10],
    ['x {% endif %}', 10, 12],
    ['{{ n', 10, 7],
    ['{# n', 10, 7],
    ['{% for a, b in [[1]] %}{% endfor %}', 10, 14],
    ['{% iff n %}', 10, 10],
  ])('points into the template %j', (text, line, column) => {
    expect(ofTemplate(text).at).toEqual({ file: 'vars.yml', line, column });
  });

  it.each([
    ['n | defualt(1)', "did you mean 'default'?"],
    ['n is evn', "did you mean 'even'?"],
    ['s.uper()', "did you mean 'upper'?"],
    ['d.bb.c', "did you mean 'b'?"],
    ["s | replace('a', 'b', cuont=1)", "did you mean 'count'?"],
    ["'a' + n", 'join text with `~`, or convert with `| int` or `| string`'],
  ])('says for %s what to do', (text, hint) => expect(ofExpression(text).hint).toBe(hint));

  it('says for an unknown tag which is near', () => {
    expect(ofTemplate('{% esle %}').hint).toBeUndefined();
    expect(ofTemplate('{% inclde "x" %}').hint).toBe("did you mean 'include'?");
  });

  it('names the variable whose value is used outside a template', () => {
    expect(() => toText(new Undefined("'x' is undefined"))).toThrow("'x' is undefined");
  });
});
