import type { Position } from '../errors.ts';
import type { VariableLayer } from './node.ts';

/** A role at one place where it is used: under `roles:`, as a dependency, or by `import_role` and `include_role`. */
export interface RoleUse {
  /** As it is written: a name, a path, or a name with its collection. */
  readonly name: string;
  readonly at: Position;
  readonly folder: string;
  /** The roles that led to this one, the nearest first. */
  readonly parents: readonly RoleUse[];
  readonly dependencies: readonly RoleUse[];
  /** The nearest of its parents depends on it, and did not include or import it. */
  readonly isDependency?: boolean;
  /** `defaults/`. */
  readonly defaults: readonly VariableLayer[];
  /** `vars/`. */
  readonly vars: readonly VariableLayer[];
  /** `vars:` beside the role's name. */
  readonly keywordVars: VariableLayer;
  /** Other keys beside the role's name: its parameters. */
  readonly params: VariableLayer;
}

/** The layers that a role gives to the tasks of other roles and of the play. */
export function exportedLayers(role: RoleUse): { readonly defaults: VariableLayer[]; readonly vars: VariableLayer[] } {
  const below = role.dependencies.map(exportedLayers);
  return {
    defaults: [...below.flatMap((each) => each.defaults), ...role.defaults],
    vars: [...below.flatMap((each) => each.vars), ...role.vars],
  };
}

/**
 * The layers of a role's own tasks, each list from the weakest to the strongest. A role sees what it depends on, and, above
 * that for its variables and below its own defaults, the roles that led to it. Tried against ansible-core 2.19.
 */
export function roleLayers(role: RoleUse): {
  readonly defaults: readonly VariableLayer[];
  readonly vars: readonly VariableLayer[];
  readonly params: readonly VariableLayer[];
} {
  const outer = role.parents.toReversed();
  const below = role.dependencies.map(exportedLayers);
  return {
    defaults: [
      ...below.flatMap((each) => each.defaults),
      ...outer.flatMap((parent) => parent.defaults),
      ...role.defaults,
    ],
    vars: [
      ...outer.flatMap((parent) => [parent.keywordVars, ...parent.vars]),
      ...below.flatMap((each) => each.vars),
      ...role.vars,
      role.keywordVars,
    ],
    params: [...outer, role].map(({ params }) => params),
  };
}

/** The roles whose tasks have brought a role in, the nearest first: not those that only depend on it. */
export function includersOf(role: RoleUse): readonly RoleUse[] {
  const [nearest] = role.parents;
  if (nearest === undefined) return [];
  return role.isDependency === true ? includersOf(nearest) : [nearest, ...includersOf(nearest)];
}

/** Every role that one of these depends on, in the order in which they come, each once. */
export function dependenciesOf(roles: readonly RoleUse[]): readonly RoleUse[] {
  return [...new Set(roles.flatMap(({ dependencies }) => [...dependenciesOf(dependencies), ...dependencies]))];
}
