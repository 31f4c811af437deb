import type { Position } from '../errors.ts';
import { CompileCache } from './cache.ts';
import { finalizeAt, guardStack, runEvaluation } from './compile.ts';
import type { Environment } from './environment.ts';
import { TemplateError } from './error.ts';
import { evaluate } from './evaluate/evaluate.ts';
import { checkReferences } from './references.ts';
import { standardEnvironment } from './standard.ts';
import { tokenize } from './syntax/lexer.ts';
import type { Expression as Node } from './syntax/nodes.ts';
import { expressionStream, parseExpression } from './syntax/parse-expression.ts';
import { Source } from './syntax/source.ts';
import { noReferences, type References } from './syntax/token-stream.ts';
import type { Scope, Value } from './value.ts';
import { toRepr } from './values/text.ts';
import { typeName } from './values/types.ts';

/** A bare expression, as in `when`, `until`, `failed_when` and `eval`. */
export interface Expression {
  readonly source: string;
  readonly at: Position;
  /** The variables it names, those it may never reach (behind `and`, `default`) included. */
  readonly names: ReadonlySet<string>;
  /** Throws `TemplateError`; `NotYetKnown` of the scope passes through. */
  evaluate(scope: Scope): Value;
}

export interface ExpressionOptions {
  readonly environment?: Environment | undefined;
}

interface Parsed {
  readonly node: Node;
  readonly references: References;
}

const parsed = new CompileCache<Parsed>(4000);

/**
 * Reads an expression. Escapes in its strings are Python's (`'\n'` is a newline), unlike those of `{{ }}` in YAML.
 *
 * @param at where the expression starts in its file
 * @throws TemplateError for what is not an expression, and for a filter or test the environment does not have
 */
export function compileExpression(text: string, at: Position, options: ExpressionOptions = {}): Expression {
  const environment = options.environment ?? standardEnvironment;
  const source = new Source(text, at);
  const { node, references } = guardStack(source, () => parsed.get(text, () => parse(source)));
  checkReferences(references, environment, source);
  return {
    source: text,
    at,
    names: new Set(references.names.keys()),
    evaluate: (scope) =>
      runEvaluation(source, environment, scope, (frame) =>
        finalizeAt(evaluate(node, frame), source.position(node.offset)),
      ),
  };
}

function parse(source: Source): Parsed {
  const references = noReferences();
  const stream = expressionStream(source, tokenize(source, 0, undefined, false).tokens, references);
  const node = parseExpression(stream);
  stream.expectEnd();
  return { node, references };
}

const wholeTemplate = /^\s*\{\{(?:(?!\}\}|\{\{)[\s\S])*\}\}\s*$/;

/**
 * Evaluates one condition of `when`, `until`, `changed_when` or `failed_when` by ansible-core 2.19's rule: the result
 * has to be a boolean. A whole condition in `{{ }}` is read as what is inside. Lists of conditions are the caller's.
 *
 * @param condition an expression, or the boolean that YAML already made of it
 */
export function evaluateCondition(
  condition: string | boolean | null | number,
  at: Position,
  scope: Scope,
  options: ExpressionOptions = {},
): boolean {
  if (typeof condition === 'boolean') return condition;
  const result = compileCondition(condition, at, options).evaluate(scope);
  if (typeof result === 'boolean') return result;
  throw new TemplateError(
    `the condition gave ${shorten(toRepr(result))} of type '${typeName(result)}', not true or false`,
    {
      at,
      hint: conditionHint(result),
    },
  );
}

/** Reads the expression of a condition without evaluating it: for checks before a run. */
export function compileCondition(
  condition: string | null | number,
  at: Position,
  options: ExpressionOptions = {},
): Expression {
  if (typeof condition !== 'string') {
    throw new TemplateError('a condition is an expression, in text', {
      at,
      hint: 'write `true`, `false` or an expression',
    });
  }
  if (condition.trim() === '')
    throw new TemplateError('this condition is empty', { at, hint: 'write an expression, or leave the keyword out' });
  if (!wholeTemplate.test(condition)) return compileExpression(condition, at, options);
  const start = condition.indexOf('{{') + 2;
  const inner = condition.slice(start, condition.lastIndexOf('}}')).replace(/^-|-$/g, ' ');
  return compileExpression(inner, new Source(condition, at).position(start), options);
}

function conditionHint(result: Value): string {
  if (typeof result === 'string') return 'compare it (`== …`), use `is match(…)`, `| bool`, or `| length > 0`';
  if (typeof result === 'number' || typeof result === 'bigint') return 'compare it: `!= 0`, or use `| bool`';
  if (result === null) return 'use `is none` or `is not none`';
  return 'use `| length > 0`, or a test such as `is defined`';
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
