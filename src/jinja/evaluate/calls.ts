import { nearestName } from '../../errors.ts';
import { bindArguments } from '../call.ts';
import { type CallContext, type Environment, shortName } from '../environment.ts';
import { TemplateError, UndefinedError } from '../error.ts';
import { type List, PyCallable, PyObject, Undefined, type Value } from '../value.ts';
import { undefinedError } from '../values/text.ts';
import { typeName } from '../values/types.ts';
import { getItem } from './access.ts';
import { didYouMean, type Frame } from './frame.ts';

/** The values of a call's arguments. */
export interface Values {
  readonly positional: List;
  readonly keyword: ReadonlyMap<string, Value>;
}

const none: Values = { positional: [], keyword: new Map() };

/** Applies a filter by name. An undefined input or argument is the result, unless the filter looks at it itself. */
export function applyFilter(name: string, input: Value, values: Values, frame: Frame): Value {
  const filter = frame.run.environment.filters.get(shortName(name));
  if (filter === undefined) throw unknownName('filter', name, frame.run.environment);
  frame.run.spend(1);
  const missing = filter.takesUndefined ? undefined : firstUndefined(input, values);
  if (missing !== undefined) return missing;
  const args = bindArguments(`filter '${name}'`, filter.parameters, values.positional, values.keyword);
  return orMissing(() => filter.apply(input, args, contextOf(frame)));
}

/** Applies a test by name. An undefined input or argument is the result, unless the test looks at it itself. */
export function applyTest(name: string, input: Value, values: Values, frame: Frame): boolean | Undefined {
  const test = frame.run.environment.tests.get(shortName(name));
  if (test === undefined) throw unknownName('test', name, frame.run.environment);
  frame.run.spend(1);
  const missing = test.takesUndefined ? undefined : firstUndefined(input, values);
  if (missing !== undefined) return missing;
  const args = bindArguments(`test '${name}'`, test.parameters, values.positional, values.keyword);
  return orMissing(() => test.apply(input, args, contextOf(frame)));
}

/** Calls a method, macro or global. */
export function callValue(callee: Value, values: Values, frame: Frame): Value {
  if (callee instanceof Undefined) return callee;
  const target = callee instanceof PyObject ? callee.callable : callee;
  if (!(target instanceof PyCallable)) throw new TemplateError(`'${typeName(callee)}' object is not callable`);
  frame.run.spend(1);
  const missing = target.takesUndefined ? undefined : firstUndefined(null, values);
  return missing ?? orMissing(() => target.call(values.positional, values.keyword));
}

/** What filters, tests and lookups may use of this evaluation. */
function contextOf(frame: Frame): CallContext {
  frame.context ??= {
    environment: frame.run.environment,
    scope: frame,
    spend: (steps) => frame.run.spend(steps),
    filter: (name, input, positional = none.positional, keyword = none.keyword) =>
      applyFilter(name, input, { positional, keyword }, frame),
    test: (name, input, positional = none.positional, keyword = none.keyword) => {
      const result = applyTest(name, input, { positional, keyword }, frame);
      if (result instanceof Undefined) throw undefinedError(result);
      return result;
    },
    call: (callee, positional) => callValue(callee, { positional, keyword: none.keyword }, frame),
    item: (value, key) => getItem(value, key, frame, undefined),
  };
  return frame.context;
}

/** The error for a filter, test or lookup that does not exist. */
export function unknownName(kind: 'filter' | 'test' | 'lookup', name: string, environment: Environment): TemplateError {
  const known = { filter: environment.filters, test: environment.tests, lookup: environment.lookups }[kind];
  const hint =
    (kind === 'lookup' ? undefined : environment.explain?.(kind, name)) ?? didYouMean(nearestName(name, known.keys()));
  return new TemplateError(`no ${kind} named '${name}'`, { hint });
}

/** What is undefined within what it works on makes the result undefined as well: `default` covers it, as in Ansible 2.19. */
function orMissing<T>(act: () => T): T | Undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof UndefinedError)) throw error;
    return new Undefined(error.message, { hint: () => error.hint, at: error.at });
  }
}

function firstUndefined(input: Value, values: Values): Undefined | undefined {
  if (isMissing(input)) return input;
  return values.positional.find(isMissing) ?? [...values.keyword.values()].find(isMissing);
}

function isMissing(value: Value): value is Undefined {
  return value instanceof Undefined && !value.lenient;
}
