import { asList, callable } from './call.ts';
import { TemplateError } from './error.ts';
import { isDict, omit, PyCallable, PyObject, Undefined, type Value } from './value.ts';
import { formatMoment, momentOf } from './values/calendar.ts';
import { dictSet } from './values/compare.ts';
import { dateTime } from './values/datetime.ts';
import { iterate, range, requireDefined } from './values/sequence.ts';
import { toRepr } from './values/text.ts';

/** The functions and values every template knows. `lookup` and `query` belong to the evaluation itself. */
export const standardGlobals: Readonly<Record<string, Value>> = {
  omit,
  range: callable('range', ['!start', 'stop', 'step'], (args) => {
    const first = args.integer('start', 0);
    const stop = args.optionalInteger('stop');
    const step = args.integer('step', 1);
    return stop === undefined ? range(0, first, 1) : range(first, stop, step);
  }),
  dict: new PyCallable('dict', ([source], keyword) => makeDict(source, keyword)),
  namespace: new PyCallable('namespace', ([source], keyword) => makeNamespace(makeDict(source, keyword))),
  cycler: new PyCallable('cycler', (items) => makeCycler(items)),
  joiner: callable('joiner', ['sep'], (args) => makeJoiner(args.text('sep', ', '))),
  now: callable('now', ['utc', 'fmt'], (args) => {
    const moment = momentOf(Date.now() / 1000, args.flag('utc'));
    const format = args.optionalText('fmt');
    return format === undefined ? dateTime(moment) : formatMoment(format, moment, undefined);
  }),
  undef: callable(
    'undef',
    ['hint'],
    (args) => new Undefined(args.optionalText('hint') ?? 'a mandatory variable has not been overridden'),
  ),
};

function makeDict(source: Value | undefined, keyword: ReadonlyMap<string, Value>): Map<Value, Value> {
  const dict = new Map<Value, Value>();
  if (source !== undefined && isDict(source)) {
    for (const [key, value] of source.entries()) dict.set(key, value);
  } else if (source !== undefined) {
    for (const pair of iterate(source)) {
      const [key, value, ...more] = asList(pair, 'an entry of dict()');
      if (key === undefined || value === undefined || more.length > 0) {
        throw new TemplateError(`dict() takes pairs of key and value, not ${toRepr(pair)}`);
      }
      dictSet(dict, key, value);
    }
  }
  for (const [key, value] of keyword) dict.set(key, value);
  requireDefined(dict.values());
  return dict;
}

function makeNamespace(names: Map<Value, Value>): PyObject {
  return new PyObject('Namespace', {
    attribute: (name) => names.get(name),
    assign: (name, value) => names.set(name, value),
    text: () => `<Namespace ${toRepr(names)}>`,
  });
}

function makeCycler(items: readonly Value[]): PyObject {
  let position = 0;
  const current = () => items[position] ?? null;
  if (items.length === 0) throw new TemplateError('cycler() needs at least one item');
  const next = new PyCallable('next', () => {
    const item = current();
    position = (position + 1) % items.length;
    return item;
  });
  const reset = new PyCallable('reset', () => {
    position = 0;
    return null;
  });
  return new PyObject('Cycler', {
    attribute: (name) =>
      name === 'next' ? next : name === 'reset' ? reset : name === 'current' ? current() : undefined,
  });
}

function makeJoiner(separator: string): PyObject {
  let used = false;
  const call = new PyCallable('joiner', () => {
    const text = used ? separator : '';
    used = true;
    return text;
  });
  return new PyObject('Joiner', { callable: call });
}
