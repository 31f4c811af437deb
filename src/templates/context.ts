import { nearestName } from '../errors.ts';
import { isDict, Omit, PyObject, type Scope, Undefined, type Value } from '../jinja/value.ts';
import { dictGet } from '../jinja/values/compare.ts';
import { sequenceItems, typeName } from '../jinja/values/types.ts';
import type { Path } from './syntax.ts';

/** What names mean at a place of a template: one for the whole text, one more inside every `{{#each}}` and `{{#with}}`. */
export interface Context {
  /** What `this` is. At the top it is every variable of the host. */
  readonly self: { readonly kind: 'scope' } | { readonly kind: 'value'; readonly value: Value };
  /** The names between `| |`. */
  readonly parameters: ReadonlyMap<string, Value>;
  /** `@index`, `@key`, `@first`, `@last`. */
  readonly data: ReadonlyMap<string, Value>;
  readonly parent: Context | undefined;
}

export const topContext: Context = {
  self: { kind: 'scope' },
  parameters: new Map(),
  data: new Map(),
  parent: undefined,
};

/** A name that leads nowhere. */
export class Missing {
  readonly message: string;
  /** Found only when it is asked for: {{default …}} never does. */
  readonly hint: () => string | undefined;

  constructor(message: string, hint: () => string | undefined = () => undefined) {
    this.message = message;
    this.hint = hint;
  }
}

/** Follows a path through own keys and items only; no value has a prototype that could be reached. */
export function resolvePath(path: Path, context: Context, scope: Scope): Value | Missing {
  const [head, ...rest] = path.segments;
  let here: Context | undefined = context;
  for (let up = 0; up < path.depth; up++) here = here?.parent;
  if (here === undefined) return new Missing(`'${path.text}' goes up further than there are blocks`);
  if (path.data) return fromData(path, here, scope);
  if (head === undefined) {
    return here.self.kind === 'value' ? here.self.value : new Missing(`'${path.text}' is not one value here`);
  }
  if (!path.scoped && path.depth === 0) {
    for (let place: Context | undefined = here; place !== undefined; place = place.parent) {
      const parameter = place.parameters.get(head);
      if (parameter !== undefined) return descend(parameter, rest, head);
    }
  }
  if (here.self.kind === 'scope') return fromScope(head, rest, scope);
  const found = descend(here.self.value, path.segments, 'this');
  if (!(found instanceof Missing) || path.scoped) return found;
  // The usual slip: inside {{#each}} and {{#with}} a bare name means a key of the item.
  const outside = () => [...(scope.names?.() ?? [])].includes(head);
  const hint = `the variable '${head}' is outside this block: write @root.${path.segments.join('.')}`;
  return new Missing(found.message, () => (outside() ? hint : found.hint()));
}

function fromScope(head: string, rest: readonly string[], scope: Scope): Value | Missing {
  const value = scope.lookup(head);
  if (value !== undefined) return descend(value, rest, head);
  return new Missing(`'${head}' is undefined`, () => didYouMean(head, scope.names?.() ?? []));
}

function fromData(path: Path, here: Context, scope: Scope): Value | Missing {
  const [name = '', head, ...rest] = path.segments;
  if (name === 'root') {
    if (head === undefined)
      return new Missing("'@root' is not one value", () => 'name a variable: @root.kafka_version');
    return fromScope(head, rest, scope);
  }
  for (let place: Context | undefined = here; place !== undefined; place = place.parent) {
    const value = place.data.get(name);
    if (value !== undefined) return descend(value, path.segments.slice(1), `@${name}`);
  }
  return new Missing(`'@${name}' exists only inside {{#each}}`);
}

function descend(start: Value, segments: readonly string[], name: string): Value | Missing {
  let value = start;
  let walked = name;
  for (const segment of segments) {
    if (value instanceof Undefined) break;
    const next = memberOf(value, segment);
    if (next === undefined) {
      const keys = isDict(value) ? value.keys() : [];
      return new Missing(`'${walked}' (${typeName(value)}) has no '${segment}'`, () =>
        didYouMean(segment, [...keys].map(String)),
      );
    }
    value = next;
    walked = `${walked}.${segment}`;
  }
  if (value instanceof Undefined) return new Missing(value.message, () => value.hint);
  if (value instanceof Omit) return new Missing(`'${walked}' is omitted`);
  return value;
}

function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const near = nearestName(name, known);
  return near === undefined ? undefined : `did you mean '${near}'?`;
}

function memberOf(value: Value, segment: string): Value | undefined {
  const index = /^\d{1,15}$/.test(segment) ? Number(segment) : undefined;
  if (isDict(value)) return value.get(segment) ?? (index === undefined ? undefined : dictGet(value, index));
  const items = sequenceItems(value);
  if (items !== undefined) return segment === 'length' ? items.length : index === undefined ? undefined : items[index];
  return value instanceof PyObject ? value.attribute(segment) : undefined;
}
