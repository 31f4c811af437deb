import { TemplateError } from '../error.ts';
import type { FilterNode, Statement } from '../syntax/nodes.ts';
import type { Value } from '../value.ts';
import { isTruthy } from '../values/compare.ts';
import { assign } from './assign.ts';
import { applyFilter, callValue } from './calls.ts';
import { importedName, importNames, moduleObject, renderBlock, renderInclude } from './compose.ts';
import { evaluate, evaluateArguments } from './evaluate.ts';
import type { Frame } from './frame.ts';
import { renderFor } from './loop.ts';
import { makeMacro, type RenderBody } from './macro.ts';
import { Output } from './output.ts';

/** Renders statements one after the other, up to a `break` or `continue`. */
export const renderBody: RenderBody = (body, frame, output) => {
  for (const statement of body) {
    if (statement.kind === 'break' || statement.kind === 'continue') return statement.kind;
    const signal = renderAt(statement, frame, output);
    if (signal !== undefined) return signal;
  }
  return undefined;
};

function renderAt(statement: Statement, frame: Frame, output: Output): ReturnType<RenderBody> {
  try {
    return renderStatement(statement, frame, output);
  } catch (error) {
    if (error instanceof TemplateError && error.at === undefined) error.locate(frame.position(statement.offset));
    throw error;
  }
}

function renderStatement(statement: Statement, frame: Frame, output: Output): ReturnType<RenderBody> {
  switch (statement.kind) {
    case 'text':
      output.addText(statement.text);
      return undefined;
    case 'output':
      output.add(evaluate(statement.expression, frame));
      return undefined;
    case 'if':
      return renderIf(statement, frame, output);
    case 'for':
      renderFor(statement, frame, output, renderBody);
      return undefined;
    case 'with': {
      const inner = frame.child();
      for (const { target, value } of statement.assignments) assign(target, evaluate(value, frame), inner);
      return renderBody(statement.body, inner, output);
    }
    case 'filterBlock':
      output.add(applyBlockFilter(statement.filter, capture(statement.body, frame.child()), frame));
      return undefined;
    case 'callBlock': {
      const caller = makeMacro(statement.caller, frame, renderBody);
      const { positional, keyword } = evaluateArguments(statement.call.arguments, frame);
      const values = { positional, keyword: new Map([...keyword, ['caller', caller]]) };
      output.add(callValue(evaluate(statement.call.callee, frame), values, frame));
      return undefined;
    }
    case 'include':
      renderInclude(statement, frame, output, renderBody);
      return undefined;
    case 'block':
      renderBlock(statement, frame, output, renderBody);
      return undefined;
    default:
      define(statement, frame);
      return undefined;
  }
}

/** The statements that only give names a value. */
function define(statement: Statement, frame: Frame): void {
  switch (statement.kind) {
    case 'set':
      assign(statement.target, evaluate(statement.value, frame), frame);
      return;
    case 'capture': {
      const value = capture(statement.body, frame.child());
      const filtered = statement.filter === undefined ? value : applyBlockFilter(statement.filter, value, frame);
      assign(statement.target, filtered, frame);
      return;
    }
    case 'macro':
      frame.own.set(statement.name, makeMacro(statement, frame, renderBody));
      return;
    case 'do':
      evaluate(statement.expression, frame);
      return;
    case 'import':
      frame.own.set(statement.name, moduleObject(importNames(statement, frame, renderBody)));
      return;
    case 'fromImport': {
      const names = importNames(statement, frame, renderBody);
      for (const { name, alias } of statement.names) {
        frame.own.set(alias, importedName(names, name, statement.offset, frame));
      }
      return;
    }
    default:
  }
}

function renderIf(statement: Statement & { kind: 'if' }, frame: Frame, output: Output): ReturnType<RenderBody> {
  const branch = statement.branches.find(({ test }) => isTruthy(evaluate(test, frame)));
  return renderBody(branch?.body ?? statement.otherwise, frame, output);
}

function capture(body: readonly Statement[], frame: Frame): Value {
  const output = new Output();
  renderBody(body, frame, output);
  return output.value();
}

/** Applies the filters of `{% filter a | b %}` and `{% set x | a %}`, the innermost to the block's value. */
function applyBlockFilter(filter: FilterNode, value: Value, frame: Frame): Value {
  const input = filter.input?.kind === 'filter' ? applyBlockFilter(filter.input, value, frame) : value;
  return applyFilter(filter.name, input, evaluateArguments(filter.arguments, frame), frame);
}
