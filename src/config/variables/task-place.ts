import { resolve } from 'node:path';
import type { Value } from '../../jinja/value.ts';
import type { VariableLayer } from '../node.ts';
import type { Block, Task } from '../play.ts';
import { exportedLayers, type RoleUse, roleLayers } from '../role.ts';
import { LayeredLevel, type Level } from './level.ts';
import { type Levels, valueLevel } from './precedence.ts';

/** What a place hands down of variables: a block, or the task itself. */
type Around = Pick<Task, 'vars'> & Partial<Pick<Block, 'role' | 'inclusion'>>;

/** The variables of blocks, roles and inclusions around a task, outermost first, put over those of its play: these where there are none. */
export function atPlace(levels: Levels, lineage: readonly Around[]): Levels {
  const role = lineage.findLast((each) => each.role !== undefined)?.role;
  const inclusions = lineage.flatMap(({ inclusion }) => (inclusion === undefined ? [] : [inclusion]));
  const layers = filled(lineage.map(({ vars }) => vars));
  if (role === undefined && inclusions.length === 0 && layers.length === 0) return levels;
  const task = [...levels.task, ...layers];
  if (role === undefined && inclusions.length === 0) return { ...levels, task };
  const own = role === undefined ? undefined : levelsOfRole(role);
  const params = inclusions.flatMap(({ values, vars }) => [
    ...(vars.variables.size === 0 ? [] : [new LayeredLevel([{ ...vars, source: 'vars of an include' }])]),
    valueLevel('loop variable of an include', values),
  ]);
  return {
    ...levels,
    task,
    params: [...params.toReversed(), own?.params].filter((level) => level !== undefined),
    magic: own === undefined ? levels.magic : over(own.magic, levels.magic),
    roleVars: own?.vars ?? levels.roleVars,
    roleDefaults: own?.defaults ?? levels.roleDefaults,
  };
}

/** What the roles of a play give to all of its tasks. */
export function exposedLevels(roles: readonly RoleUse[]): Pick<Levels, 'playRoleVars' | 'playRoleDefaults'> {
  if (roles.length === 0) return { playRoleVars: undefined, playRoleDefaults: undefined };
  const layers = roles.map(exportedLayers);
  return {
    playRoleVars: new LayeredLevel(layers.flatMap(({ vars }) => vars)),
    playRoleDefaults: new LayeredLevel(layers.flatMap(({ defaults }) => defaults)),
  };
}

interface RoleLevels {
  readonly defaults: Level;
  readonly vars: Level;
  readonly params: Level | undefined;
  readonly magic: Level | undefined;
}

const known = new WeakMap<RoleUse, RoleLevels>();

function levelsOfRole(role: RoleUse): RoleLevels {
  const before = known.get(role);
  if (before !== undefined) return before;
  const { defaults, vars, params } = roleLayers(role);
  const given = filled(params);
  const made = {
    defaults: new LayeredLevel(defaults),
    vars: new LayeredLevel(filled(vars)),
    params: given.length === 0 ? undefined : new LayeredLevel(given),
    magic: valueLevel('magic variable', roleMagic(role)),
  };
  known.set(role, made);
  return made;
}

/** Source: Ansible's "Special Variables" reference, 2.19. */
function roleMagic(role: RoleUse): ReadonlyMap<string, Value> {
  const { parents } = role;
  return new Map<string, Value>([
    // Of a role of a collection it is the last part.
    ['role_name', role.name.replace(/^\w+\.\w+\./, '')],
    ['ansible_role_name', role.name],
    ['role_path', resolve(role.folder)],
    ...(parents.length === 0
      ? []
      : ([
          ['ansible_parent_role_names', parents.map(({ name }) => name)],
          ['ansible_parent_role_paths', parents.map(({ folder }) => resolve(folder))],
        ] as const)),
  ]);
}

function filled(layers: readonly VariableLayer[]): VariableLayer[] {
  return layers.filter(({ variables }) => variables.size > 0);
}

/** Two levels as one: what the first has counts. */
function over(strong: Level | undefined, weak: Level): Level {
  if (strong === undefined) return weak;
  return {
    find: (name) => strong.find(name) ?? weak.find(name),
    all: (name) => [...strong.all(name), ...weak.all(name)],
    *names() {
      yield* strong.names();
      yield* weak.names();
    },
  };
}
