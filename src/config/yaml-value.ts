import type { Value } from '../jinja/value.ts';
import type { ConfigNode, MappingNode } from './node.ts';

/** The plain value of a node, nothing templated: a mapping becomes a dict whose keys keep their type and order. */
export function nodeToValue(node: ConfigNode): Value {
  // A node that several aliases share is converted once: else nested aliases grow beyond all bounds.
  return convert(node, new Map());
}

function convert(node: ConfigNode, known: Map<ConfigNode, Value>): Value {
  const before = known.get(node);
  if (before !== undefined) return before;
  const value = convertAnew(node, known);
  known.set(node, value);
  return value;
}

function convertAnew(node: ConfigNode, known: Map<ConfigNode, Value>): Value {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map((item) => convert(item, known));
  const dict = new Map<Value, Value>();
  for (const entry of node.entries) {
    dict.set(entry.keyValue === undefined ? entry.key : entry.keyValue, convert(entry.value, known));
  }
  return dict;
}

/** The entries of a mapping as variables by name; of equal names the last one counts. */
export function mappingVariables(node: MappingNode): ReadonlyMap<string, ConfigNode> {
  return new Map(node.entries.map((entry) => [entry.key, entry.value]));
}
