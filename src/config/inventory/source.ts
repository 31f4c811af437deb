import type { Position, Problem } from '../../errors.ts';
import type { ConfigNode } from '../node.ts';
import { isVariableName, whyNoVariableName } from '../variable-name.ts';
import type { YamlOptions } from '../yaml.ts';
import type { Group, InventoryGraph } from './graph.ts';
import { expandHostPattern, HostRangeError } from './host-pattern.ts';

/** One inventory source while it is read into the graph: every problem and warning is collected. */
export interface SourceReading {
  readonly graph: InventoryGraph;
  /** The path or host list as the user gave it. */
  readonly source: string;
  readonly yaml: YamlOptions;
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/** Adds the hosts that a name stands for to a group. Returns their names; none after a problem. */
export function addHosts(reading: SourceReading, text: string, group: string, at: Position): readonly string[] {
  try {
    const { hosts, port } = expandHostPattern(text);
    if (hosts.length === 0) {
      const hint = 'give the smaller number first';
      reading.warnings.push({ message: `the range in ${text} is empty, so it names no host`, at, hint });
    }
    for (const host of hosts) reading.graph.addHost(host, group, reading.source, at, port);
    return hosts;
  } catch (error) {
    if (!(error instanceof HostRangeError)) throw error;
    reading.problems.push({ message: error.message, at, hint: 'write a range as web[1:3] or web[01:09:2]' });
    return [];
  }
}

/** Adds a group and warns once when a variable of its name could not exist. */
export function addGroup(reading: SourceReading, name: string, at: Position): Group {
  if (!reading.graph.groups.has(name) && !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) {
    const message = `the group name ${name} has characters that a variable name cannot have`;
    reading.warnings.push({ message, at, hint: 'use letters, digits and underscores' });
  }
  return reading.graph.addGroup(name);
}

export function addChild(reading: SourceReading, parent: string, child: string, at: Position): void {
  const error = reading.graph.addChild(parent, child);
  if (error === undefined) return;
  const message =
    error === 'itself'
      ? `the group ${parent} is its own child`
      : `the group ${parent} is below ${child} already, so ${child} cannot be its child`;
  reading.problems.push({ message, at, hint: 'remove one of the two from children' });
}

/** Sets a variable of a group; `ansible_group_priority` is an order among groups and no variable. */
export function setGroupVariable(reading: SourceReading, group: Group, name: string, value: ConfigNode): void {
  if (name !== 'ansible_group_priority') {
    setVariable(reading, group.variables, name, value);
    return;
  }
  const priority = value.kind === 'scalar' ? Number(value.value) : Number.NaN;
  if (Number.isInteger(priority)) group.priority = priority;
  else
    reading.problems.push({
      message: 'ansible_group_priority is not an integer',
      at: value.at,
      hint: 'the default is 1',
    });
}

export function setVariable(
  reading: SourceReading,
  variables: Map<string, ConfigNode>,
  name: string,
  value: ConfigNode,
): void {
  if (!isVariableName(name)) {
    const message = `${name} is no name that a template could use for a variable`;
    reading.warnings.push({ message, at: value.at, hint: whyNoVariableName(name) });
  }
  variables.set(name, value);
}
