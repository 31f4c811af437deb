import type { BoundArguments, Parameters } from './call.ts';
import type { List, Scope, Value } from './value.ts';

/** What a filter, test or lookup may use of the evaluation it is part of. */
export interface CallContext {
  readonly environment: Environment;
  /** The names the template sees, its own variables included. */
  readonly scope: Scope;
  /** Counts work against the evaluation's bound; throws `TemplateError` when it is used up. */
  spend(steps: number): void;
  filter(name: string, input: Value, positional?: List, keyword?: ReadonlyMap<string, Value>): Value;
  test(name: string, input: Value, positional?: List, keyword?: ReadonlyMap<string, Value>): boolean;
  call(callee: Value, positional: List): Value;
  /** `value[key]` as a template reads it: an item, or a method; undefined when there is neither. */
  item(value: Value, key: Value): Value;
}

export interface Filter {
  readonly parameters: Parameters;
  /** True when the filter looks at undefined values itself; otherwise an undefined argument is the result. */
  readonly takesUndefined: boolean;
  apply(input: Value, args: BoundArguments, context: CallContext): Value;
}

export interface Test {
  readonly parameters: Parameters;
  readonly takesUndefined: boolean;
  apply(input: Value, args: BoundArguments, context: CallContext): boolean;
}

/**
 * Answers `lookup('name', *terms, **options)`: the values found, as a list. What it throws as a `BrokkrError` or
 * `NotYetKnown` reaches the caller of the evaluation.
 */
export type Lookup = (terms: List, options: ReadonlyMap<string, Value>, scope: Scope) => List;

/** The text of a template that `include`, `import` or `extends` names; `undefined` when there is none. */
export type Loader = (name: string) => string | undefined;

/** The documents of a YAML text, for `from_yaml`. Throws a `BrokkrError` for what is not YAML. */
type YamlReader = (text: string) => List;

type Explain = (kind: 'filter' | 'test', name: string) => string | undefined;

/** What expressions can name besides variables. */
export interface Environment {
  readonly filters: ReadonlyMap<string, Filter>;
  readonly tests: ReadonlyMap<string, Test>;
  readonly globals: ReadonlyMap<string, Value>;
  readonly lookups: ReadonlyMap<string, Lookup>;
  readonly loader: Loader | undefined;
  readonly readYaml: YamlReader | undefined;
  /** Why a filter or test that is not there is not, and what to do; `undefined` where nothing is known of it. */
  readonly explain: Explain | undefined;
}

export interface EnvironmentParts {
  readonly filters?: Readonly<Record<string, Filter>> | undefined;
  readonly tests?: Readonly<Record<string, Test>> | undefined;
  readonly globals?: Readonly<Record<string, Value>> | undefined;
  readonly lookups?: Readonly<Record<string, Lookup>> | undefined;
  readonly loader?: Loader | undefined;
  readonly readYaml?: YamlReader | undefined;
  readonly explain?: Explain | undefined;
}

/** An environment that has all of `base` and the given parts, which win where both have a name. */
export function extendEnvironment(base: Environment, parts: EnvironmentParts): Environment {
  return {
    filters: new Map([...base.filters, ...Object.entries(parts.filters ?? {})]),
    tests: new Map([...base.tests, ...Object.entries(parts.tests ?? {})]),
    globals: new Map([...base.globals, ...Object.entries(parts.globals ?? {})]),
    lookups: new Map([...base.lookups, ...Object.entries(parts.lookups ?? {})]),
    loader: parts.loader ?? base.loader,
    readYaml: parts.readYaml ?? base.readYaml,
    explain: parts.explain ?? base.explain,
  };
}

/** A filter: `defineFilter(['!old', '!new', 'count'], (input, args) => …)`. */
export function defineFilter(
  parameters: Parameters,
  apply: Filter['apply'],
  options: { takesUndefined?: boolean } = {},
): Filter {
  return { parameters, apply, takesUndefined: options.takesUndefined ?? false };
}

export function defineTest(
  parameters: Parameters,
  apply: Test['apply'],
  options: { takesUndefined?: boolean } = {},
): Test {
  return { parameters, apply, takesUndefined: options.takesUndefined ?? false };
}

/** Filters, tests and lookups of Ansible's own collection may be named in full: `ansible.builtin.to_json`. */
export function shortName(name: string): string {
  return name.replace(/^ansible\.(?:builtin|legacy)\./, '');
}
