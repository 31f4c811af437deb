import type { Position } from '../errors.ts';
import type { Environment } from './environment.ts';
import { TemplateError } from './error.ts';
import { finalize } from './evaluate/finalize.ts';
import { Frame, Run } from './evaluate/frame.ts';
import type { Source } from './syntax/source.ts';
import type { Scope, Value } from './value.ts';

/**
 * Runs one evaluation. Every failure of it is a `TemplateError` with a place; what the scope or a lookup throws of its
 * own (`NotYetKnown`, a `BrokkrError`) passes through.
 */
export function runEvaluation<T>(source: Source, environment: Environment, scope: Scope, body: (frame: Frame) => T): T {
  const frame = new Frame(new Run(environment, scope), source);
  return guardStack(source, () => body(frame));
}

/** A result as it leaves a template, with errors placed at its start. */
export function finalizeAt(value: Value, at: Position): Value {
  try {
    return finalize(value);
  } catch (error) {
    if (error instanceof TemplateError) error.locate(at);
    throw error;
  }
}

/** Turns an overflow of the stack (expressions or data nested thousands deep) into an error of the template. */
export function guardStack<T>(source: Source, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof TemplateError) throw error.locate(source.position(0));
    if (!(error instanceof RangeError) || !/call stack/i.test(error.message)) throw error;
    throw new TemplateError('this template or its data is nested too deeply', { at: source.position(0), cause: error });
  }
}
