import type { ConfigNode } from '../node.ts';
import type { Inventory } from './inventory.ts';

/** The variables of a host, each as the strongest layer has it, with that layer's source. */
export function variablesOf(
  inventory: Inventory,
  host: string,
): ReadonlyMap<string, { readonly value: ConfigNode; readonly source: string }> {
  const variables = new Map<string, { value: ConfigNode; source: string }>();
  for (const { source, variables: layer } of inventory.layersOf(host)) {
    for (const [name, value] of layer) variables.set(name, { value, source });
  }
  return variables;
}
