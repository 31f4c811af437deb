import { TemplateError } from '../jinja/error.ts';
import type { Scope, Value } from '../jinja/value.ts';
import { type Context, Missing, resolvePath } from './context.ts';
import { type Argument, valueHelpers } from './helpers.ts';
import type { Expression } from './syntax.ts';

/** Where an expression is evaluated. */
export interface Surroundings {
  readonly context: Context;
  readonly scope: Scope;
  readonly file: string;
}

/** The value of an expression. A missing name is a `TemplateError` at that name. */
export function evaluate(expression: Expression, around: Surroundings): Value {
  const found = attempt(expression, around);
  if (!(found instanceof Missing)) return found;
  throw new TemplateError(found.message, { at: { file: around.file, ...expression.at }, hint: found.hint() });
}

function attempt(expression: Expression, around: Surroundings): Value | Missing {
  if (expression.kind === 'literal') return expression.value;
  if (expression.kind === 'path') return resolvePath(expression, around.context, around.scope);
  const helper = valueHelpers.get(expression.helper);
  if (helper === undefined) throw new TypeError(`helper ${expression.helper} passed the check of the template`);
  try {
    return helper.call(expression.args.map((arg) => argumentOf(arg, around)));
  } catch (error) {
    throw error instanceof TemplateError ? error.locate({ file: around.file, ...expression.at }) : error;
  }
}

function argumentOf(expression: Expression, around: Surroundings): Argument {
  return {
    value: () => evaluate(expression, around),
    attempt: () => {
      const found = attempt(expression, around);
      return found instanceof Missing ? undefined : found;
    },
  };
}
