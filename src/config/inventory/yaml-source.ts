import { nearestName, type Position } from '../../errors.ts';
import type { ConfigNode, MappingEntry, MappingNode } from '../node.ts';
import { addChild, addGroup, addHosts, type SourceReading, setGroupVariable, setVariable } from './source.ts';

const SECTIONS = ['hosts', 'vars', 'children'];

/** Reads a YAML or JSON inventory: the top-level keys are groups, each with `hosts`, `vars` and `children`. */
export function readYamlSource(reading: SourceReading, root: ConfigNode): void {
  if (root.kind !== 'mapping') {
    problem(reading, 'an inventory is a mapping of groups, and this is none', root.at, 'start with all:');
    return;
  }
  const plugin = root.entries.find((entry) => entry.key === 'plugin');
  if (plugin !== undefined && !isEmpty(plugin.value)) {
    const hint = 'give the inventory itself, or a script that prints it as JSON';
    problem(reading, 'this configures an inventory plugin, and plugins are not run', plugin.keyAt, hint);
    return;
  }
  for (const entry of root.entries) readGroup(reading, entry);
}

function readGroup(reading: SourceReading, entry: MappingEntry): string | undefined {
  const { value: definition, keyAt: at } = entry;
  const name = groupName(reading, entry);
  if (name === undefined) return undefined;
  if (definition.kind !== 'mapping' && !isNull(definition)) {
    const hint = 'a group is a mapping with hosts, vars and children';
    reading.warnings.push({ message: `${name} is no group, it is skipped`, at, hint });
    return name;
  }
  addGroup(reading, name, at);
  if (definition.kind !== 'mapping') return name;
  for (const section of definition.entries) readSection(reading, name, section);
  return name;
}

function groupName(reading: SourceReading, entry: MappingEntry): string | undefined {
  if (entry.keyValue === undefined && entry.key !== '') return entry.key;
  const message = entry.key === '' ? 'a group has no name' : `the group name ${entry.key} is not a string`;
  problem(reading, message, entry.keyAt, 'put the name in quotes');
  return undefined;
}

function readSection(reading: SourceReading, group: string, section: MappingEntry): void {
  if (!SECTIONS.includes(section.key)) {
    const near = nearestName(section.key, SECTIONS);
    const hint = near === undefined ? `a group has ${SECTIONS.join(', ')}` : `did you mean ${near}?`;
    const message = `the key ${section.key} of the group ${group} is unknown, it is skipped`;
    reading.warnings.push({ message, at: section.keyAt, hint });
    return;
  }
  const entries = sectionEntries(reading, group, section);
  for (const entry of entries) {
    if (section.key === 'vars') {
      setGroupVariable(reading, reading.graph.addGroup(group), entry.key, entry.value);
    } else if (section.key === 'children') {
      const child = readGroup(reading, entry);
      if (child !== undefined && reading.graph.groups.has(child)) addChild(reading, group, child, entry.keyAt);
    } else {
      readHost(reading, group, entry);
    }
  }
}

/** The entries of a section. A bare name stands for a mapping with that one key. */
function sectionEntries(reading: SourceReading, group: string, section: MappingEntry): readonly MappingEntry[] {
  const node = section.value;
  if (node.kind === 'mapping') return node.entries;
  if (isNull(node)) return [];
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    return [{ key: node.value, keyAt: node.at, value: { ...node, value: null } }];
  }
  const message = `${section.key} of the group ${group} has to be a mapping, and is a ${node.kind}`;
  problem(reading, message, section.keyAt, `write one "name:" a line below ${section.key}:, without "- "`);
  return [];
}

function readHost(reading: SourceReading, group: string, entry: MappingEntry): void {
  if (entry.keyValue !== undefined || entry.key === '') {
    const message = entry.key === '' ? 'a host has no name' : `the host name ${entry.key} is not a string`;
    problem(reading, message, entry.keyAt, `put the name in quotes: '${entry.key}'`);
    return;
  }
  const hosts = addHosts(reading, entry.key, group, entry.keyAt);
  const variables = hostVariables(reading, entry);
  for (const host of hosts) {
    const known = reading.graph.hosts.get(host)?.variables;
    if (known === undefined) throw new TypeError(`the host ${host} was added and is not there`);
    for (const variable of variables) setVariable(reading, known, variable.key, variable.value);
  }
}

function hostVariables(reading: SourceReading, entry: MappingEntry): MappingNode['entries'] {
  if (entry.value.kind === 'mapping') return entry.value.entries;
  if (isEmpty(entry.value)) return [];
  const message = `what stands below the host ${entry.key} has to be a mapping of its variables`;
  problem(reading, message, entry.value.at, 'write one "name: value" a line below the host');
  return [];
}

function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** What Python takes for false: nothing, no, 0, an empty text or list. */
function isEmpty(node: ConfigNode): boolean {
  if (node.kind === 'scalar')
    return node.value === null || node.value === false || node.value === 0 || node.value === '';
  return node.kind === 'sequence' ? node.items.length === 0 : node.entries.length === 0;
}

function problem(reading: SourceReading, message: string, at: Position, hint: string): void {
  reading.problems.push({ message, at, hint });
}
