import { type Environment, shortName } from './environment.ts';
import { unknownName } from './evaluate/calls.ts';
import type { Source } from './syntax/source.ts';
import type { References } from './syntax/token-stream.ts';

/** Throws `TemplateError` for the first filter, test or lookup that the environment does not have. */
export function checkReferences(references: References, environment: Environment, source: Source): void {
  for (const [name, offset] of references.filters) {
    if (environment.filters.has(shortName(name))) continue;
    throw unknownName('filter', name, environment).locate(source.position(offset));
  }
  for (const [name, offset] of references.tests) {
    if (environment.tests.has(shortName(name))) continue;
    throw unknownName('test', name, environment).locate(source.position(offset));
  }
  // The standard environment alone has none, and knows nothing of those to come.
  if (environment.lookups.size === 0) return;
  for (const [name, offset] of references.lookups) {
    if (environment.lookups.has(shortName(name))) continue;
    throw unknownName('lookup', name, environment).locate(source.position(offset));
  }
}
