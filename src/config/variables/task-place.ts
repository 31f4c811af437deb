import { dirname, resolve } from 'node:path';
import type { Value } from '../../jinja/value.ts';
import type { VariableLayer } from '../node.ts';
import type { Block, Task } from '../play.ts';
import { exportedLayers, includersOf, type RoleUse, roleLayers } from '../role.ts';
import { LayeredLevel, type Level, ValueLevel } from './level.ts';
import { type Levels, valueLevel } from './precedence.ts';

/** What a place hands down of variables: a block, or the task itself. */
type Around = Pick<Task, 'vars' | 'at'> & Partial<Pick<Block, 'role' | 'inclusion' | 'environment'>>;

/** The variables of blocks, roles and inclusions around a task, outermost first, put over those of its play: these where there are none. */
export function atPlace(levels: Levels, lineage: readonly Around[]): Levels {
  const role = lineage.findLast((each) => each.role !== undefined)?.role;
  const inclusions = lineage.flatMap(({ inclusion }) => (inclusion === undefined ? [] : [inclusion]));
  const layers = filled(lineage.map(({ vars }) => vars));
  const last = lineage.at(-1);
  const file = last?.at.file;
  const isElsewhere = last !== undefined && !playFolders(levels.magic).includes(folderOf(last));
  const environment = environmentLevel(lineage);
  if (role === undefined && inclusions.length === 0 && layers.length === 0 && !isElsewhere && environment === undefined)
    return levels;
  const task = [...levels.task, ...layers];
  const magic = over(environment, over(searchLevel(role, file, levels.magic), levels.magic));
  if (role === undefined && inclusions.length === 0) return { ...levels, task, magic };
  const own = role === undefined ? undefined : levelsOfRole(role);
  const params = inclusions.flatMap(({ values, vars }) => [
    ...(vars.variables.size === 0 ? [] : [new LayeredLevel([{ ...vars, source: 'vars of an include' }])]),
    valueLevel('loop variable of an include', values),
  ]);
  return {
    ...levels,
    task,
    params: [...params.toReversed(), own?.params].filter((level) => level !== undefined),
    magic: own === undefined ? magic : over(own.magic, magic),
    roleVars: own?.vars ?? levels.roleVars,
    roleDefaults: own?.defaults ?? levels.roleDefaults,
  };
}

const folderBy = new WeakMap<Around, string>();

/** The folder of the file in which it is written, which is asked for on every host and in every round. */
function folderOf(around: Around): string {
  const before = folderBy.get(around);
  if (before !== undefined) return before;
  const folder = resolve(dirname(around.at.file));
  folderBy.set(around, folder);
  return folder;
}

/** `environment`: what the keywords of that name say, outermost first. */
function environmentLevel(lineage: readonly Around[]): Level | undefined {
  if (lineage.every(({ environment }) => environment === undefined || environment.length === 0)) return undefined;
  const items = lineage.flatMap(({ environment }) => environment ?? []);
  const [first] = items;
  if (first === undefined) return undefined;
  const node = { kind: 'sequence', at: first.at, items } as const;
  return new LayeredLevel([{ source: 'magic variable', variables: new Map([['environment', node]]) }]);
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
  const includers = includersOf(role);
  return new Map<string, Value>([
    // Of a role of a collection it is the last part.
    ['role_name', role.name.replace(/^\w+\.\w+\./, '')],
    ['ansible_role_name', role.name],
    ['ansible_collection_name', /^(\w+\.\w+)\.\w/.exec(role.name)?.[1] ?? null],
    ['role_path', resolve(role.folder)],
    ...(includers.length === 0
      ? []
      : ([
          ['ansible_parent_role_names', includers.map(({ name }) => name)],
          ['ansible_parent_role_paths', includers.map(({ folder }) => resolve(folder))],
        ] as const)),
  ]);
}

/** Where a task looks for files: in its role, in those that led to it, beside its file, and where the play does. */
function searchLevel(role: RoleUse | undefined, file: string | undefined, weak: Level): Level {
  const folders = (): Value => {
    const roles = role === undefined ? [] : [role, ...role.parents].map(({ folder }) => folder);
    const below = playFolders(weak);
    const near = [...roles, ...(file === undefined ? [] : [dirname(file)])].map((folder): Value => resolve(folder));
    return [...new Set([...near, ...below])];
  };
  return new ValueLevel({
    source: 'magic variable',
    get: (name) => (name === 'ansible_search_path' ? folders() : undefined),
    names: () => ['ansible_search_path'],
  });
}

/** Where tasks of no role, in the playbook itself, look for files. */
function playFolders(magic: Level): readonly Value[] {
  const play = magic.find('ansible_search_path');
  return play?.node === undefined && Array.isArray(play?.value) ? play.value : [];
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
