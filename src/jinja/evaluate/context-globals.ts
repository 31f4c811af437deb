import { BrokkrError } from '../../errors.ts';
import { shortName } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { type List, PyCallable, Undefined, type Value } from '../value.ts';
import { toText, undefinedError } from '../values/text.ts';
import { unknownName } from './calls.ts';
import type { Frame } from './frame.ts';

/** The globals that need the evaluation they are called in: `lookup`, `query` and its short form `q`. */
export function contextGlobal(name: string, frame: Frame): PyCallable | undefined {
  if (name === 'lookup') return lookupCallable(name, frame, false);
  return name === 'query' || name === 'q' ? lookupCallable(name, frame, true) : undefined;
}

function lookupCallable(name: string, frame: Frame, asList: boolean): PyCallable {
  return new PyCallable(name, (positional, keyword) => {
    const [plugin, ...terms] = positional;
    if (plugin === undefined)
      throw new TemplateError(`${name}() needs the name of a lookup`, { hint: `for example ${name}('env', 'HOME')` });
    const options = new Map(keyword);
    const wantList = asList || options.get('wantlist') === true;
    options.delete('wantlist');
    const strict = errorMode(options.get('errors'));
    options.delete('errors');
    const undefinedTerm = terms.find((term) => term instanceof Undefined);
    if (undefinedTerm instanceof Undefined) throw undefinedError(undefinedTerm);
    try {
      const found = runLookup(toText(plugin), terms, options, frame);
      return wantList ? found : single(found);
    } catch (error) {
      if (strict || !(error instanceof BrokkrError)) throw error;
      return wantList ? [] : null;
    }
  });
}

/** `errors='ignore'` and `'warn'` make nothing of a lookup that fails. Anything else is strict, as in Ansible. */
function errorMode(value: Value | undefined): boolean {
  return value !== 'ignore' && value !== 'warn';
}

function runLookup(name: string, terms: List, options: ReadonlyMap<string, Value>, frame: Frame): List {
  const lookup = frame.run.environment.lookups.get(shortName(name));
  if (lookup !== undefined) return lookup(terms, options, frame);
  throw unknownName('lookup', name, frame.run.environment);
}

/** What `lookup()` makes of the values found: the one value, or texts joined with commas. */
function single(found: List): Value {
  const [first] = found;
  if (found.length === 1 && first !== undefined) return first;
  if (found.length === 0) return found;
  return found.every((item) => typeof item === 'string') ? found.join(',') : found;
}
