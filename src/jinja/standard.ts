import { type Environment, type EnvironmentParts, extendEnvironment } from './environment.ts';
import { basicFilters } from './filters/basic.ts';
import { combinatoricFilters } from './filters/combinatorics.ts';
import { dictFilters } from './filters/combine.ts';
import { hashFilters } from './filters/hash.ts';
import { jsonFilters } from './filters/json.ts';
import { listFilters } from './filters/lists.ts';
import { markupFilters } from './filters/markup.ts';
import { numberFilters } from './filters/numbers.ts';
import { pathFilters } from './filters/paths.ts';
import { randomFilters } from './filters/random.ts';
import { regexFilters } from './filters/regex.ts';
import { selectFilters } from './filters/select.ts';
import { setFilters } from './filters/sets.ts';
import { textFilters } from './filters/text.ts';
import { timeFilters } from './filters/time.ts';
import { urlFilters } from './filters/urls.ts';
import { yamlFilters } from './filters/yaml.ts';
import { standardGlobals } from './globals.ts';
import { ansibleTests } from './tests/ansible.ts';
import { basicTests } from './tests/basic.ts';

const empty: Environment = {
  filters: new Map(),
  tests: new Map(),
  globals: new Map(),
  lookups: new Map(),
  loader: undefined,
  readYaml: undefined,
  explain: undefined,
};

/** Every filter, test and global that needs no input or output. It has no lookups and no loader. */
export const standardEnvironment: Environment = extendEnvironment(empty, {
  filters: {
    ...basicFilters,
    ...combinatoricFilters,
    ...dictFilters,
    ...hashFilters,
    ...jsonFilters,
    ...listFilters,
    ...markupFilters,
    ...numberFilters,
    ...pathFilters,
    ...randomFilters,
    ...regexFilters,
    ...selectFilters,
    ...setFilters,
    ...textFilters,
    ...urlFilters,
    ...timeFilters,
    ...yamlFilters,
  },
  tests: { ...basicTests, ...ansibleTests },
  globals: standardGlobals,
});

/** The standard environment and what the caller adds: its lookups, tests that read files, a template loader. */
export function createEnvironment(parts: EnvironmentParts): Environment {
  return extendEnvironment(standardEnvironment, parts);
}
