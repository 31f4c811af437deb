import type { Value } from '../../jinja/value.ts';
import type { VariableLayer } from '../node.ts';
import { LayeredLevel, type Level, ValueLevel } from './level.ts';

/** The places that define variables, for one host at one place of a play. */
export interface Levels {
  readonly loop: ReadonlyMap<string, Value>;
  readonly magic: Level;
  readonly extra: Level;
  /** What the `include_…` tasks around a task give to it, and above facts and results the parameters of its role. */
  readonly params: readonly Level[];
  readonly state: Level;
  /** `include_vars`. */
  readonly included: Level;
  /** `vars` of blocks and tasks, the innermost last. */
  readonly task: readonly VariableLayer[];
  /** `vars/` of the task's role. */
  readonly roleVars: Level | undefined;
  /** `vars/` of the roles that the whole play sees. */
  readonly playRoleVars: Level | undefined;
  readonly varsFiles: Level | undefined;
  readonly prompts: Level | undefined;
  readonly play: Level | undefined;
  readonly facts: Level;
  /** Everything of inventory sources, `group_vars/` and `host_vars/`, in their own order. */
  readonly inventory: Level;
  readonly roleDefaults: Level | undefined;
  readonly playRoleDefaults: Level | undefined;
  readonly fallback: Level;
}

/**
 * Variable precedence, the strongest first. Loop and magic variables stand above `-e`, which Ansible's list does not
 * say and its code does. Source: Ansible's "Understanding variable precedence", 2.19, tried against it.
 */
export function levelsInOrder(levels: Levels): readonly Level[] {
  return [
    valueLevel('loop variable', levels.loop),
    levels.magic,
    levels.extra,
    ...levels.params,
    levels.state,
    levels.included,
    levels.task.length === 0 ? undefined : new LayeredLevel(levels.task),
    levels.roleVars,
    levels.playRoleVars,
    levels.varsFiles,
    levels.prompts,
    levels.play,
    levels.facts,
    levels.inventory,
    levels.roleDefaults,
    levels.playRoleDefaults,
    levels.fallback,
  ].filter((level) => level !== undefined);
}

/** A level of values that are there already; nothing when there are none. */
export function valueLevel(source: string, variables: ReadonlyMap<string, Value>): Level | undefined {
  if (variables.size === 0) return undefined;
  return new ValueLevel({
    source,
    get: (name) => variables.get(name),
    names: () => variables.keys(),
  });
}
