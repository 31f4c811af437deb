import { type Environment, type EnvironmentParts, extendEnvironment } from './environment.ts';
import { basicFilters } from './filters/basic.ts';
import { standardGlobals } from './globals.ts';
import { basicTests } from './tests/basic.ts';

const empty: Environment = {
  filters: new Map(),
  tests: new Map(),
  globals: new Map(),
  lookups: new Map(),
  loader: undefined,
};

/** Every filter, test and global that needs no input or output. It has no lookups and no loader. */
export const standardEnvironment: Environment = extendEnvironment(empty, {
  filters: { ...basicFilters },
  tests: { ...basicTests },
  globals: standardGlobals,
});

/** The standard environment and what the caller adds: its lookups, tests that read files, a template loader. */
export function createEnvironment(parts: EnvironmentParts): Environment {
  return extendEnvironment(standardEnvironment, parts);
}
