import type { ConfigNode, VariableLayer } from '../node.ts';
import { isTemplateNode } from '../template-node.ts';

/** Every text that came out of a vault: what has to be redacted wherever something is printed. */
export function vaultedTexts(layers: Iterable<VariableLayer>): Set<string> {
  const texts = new Set<string>();
  for (const { variables } of layers) for (const node of variables.values()) addVaultedTexts(node, texts);
  return texts;
}

/** Adds the vaulted texts of one value, such as the arguments of a task. */
function addVaultedTexts(node: ConfigNode, texts: Set<string>): void {
  if (node.kind === 'scalar') {
    if (node.vaulted && typeof node.value === 'string' && !isTemplateNode(node)) texts.add(node.value);
  } else if (node.kind === 'sequence') {
    for (const item of node.items) addVaultedTexts(item, texts);
  } else {
    for (const entry of node.entries) addVaultedTexts(entry.value, texts);
  }
}
