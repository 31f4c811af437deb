import type { Value } from '../../jinja/value.ts';
import type { VariableLayer } from '../node.ts';
import { LayeredLevel, type Level, ValueLevel } from './level.ts';

/** The places that define variables, for one host at one place of a play. */
export interface Levels {
  readonly loop: ReadonlyMap<string, Value>;
  readonly magic: Level;
  readonly extra: Level;
  readonly state: Level;
  /** `vars` of blocks and tasks, the innermost last. */
  readonly task: readonly VariableLayer[];
  readonly varsFiles: Level | undefined;
  readonly play: Level | undefined;
  readonly facts: Level;
  /** Everything of inventory sources, `group_vars/` and `host_vars/`, in their own order. */
  readonly inventory: Level;
  readonly fallback: Level;
}

/**
 * Variable precedence, the strongest first. Loop and magic variables stand above `-e`, which Ansible's list does not
 * say and its code does. Source: Ansible's "Understanding variable precedence", 2.19, tried against it.
 */
export function levelsInOrder(levels: Levels): readonly Level[] {
  return [
    loopLevel(levels.loop),
    levels.magic,
    levels.extra,
    levels.state,
    levels.task.length === 0 ? undefined : new LayeredLevel(levels.task),
    levels.varsFiles,
    levels.play,
    levels.facts,
    levels.inventory,
    levels.fallback,
  ].filter((level) => level !== undefined);
}

function loopLevel(variables: ReadonlyMap<string, Value>): Level | undefined {
  if (variables.size === 0) return undefined;
  return new ValueLevel({
    source: 'loop variable',
    get: (name) => variables.get(name),
    names: () => variables.keys(),
  });
}
