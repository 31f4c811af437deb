import type { Position } from '../errors.ts';
import { type Environment, shortName } from './environment.ts';
import { TemplateError } from './error.ts';
import { unknownName } from './evaluate/calls.ts';
import { finalize } from './evaluate/finalize.ts';
import { Frame, Run } from './evaluate/frame.ts';
import type { Source } from './syntax/source.ts';
import type { References } from './syntax/token-stream.ts';
import type { Scope, Value } from './value.ts';

/** Keeps the results of a pure function of a text; the least recently used leave first. */
export class CompileCache<T> {
  readonly #entries = new Map<string, T>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string, compute: () => T): T {
    const known = this.#entries.get(key);
    const value = known ?? compute();
    if (known !== undefined) this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    return value;
  }
}

/** Throws `TemplateError` for the first filter or test that the environment does not have. */
export function checkReferences(references: References, environment: Environment, source: Source): void {
  for (const [name, offset] of references.filters) {
    if (environment.filters.has(shortName(name))) continue;
    throw unknownName('filter', name, environment.filters.keys()).locate(source.position(offset));
  }
  for (const [name, offset] of references.tests) {
    if (environment.tests.has(shortName(name))) continue;
    throw unknownName('test', name, environment.tests.keys()).locate(source.position(offset));
  }
}

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
