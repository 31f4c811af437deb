import type { ConfigNode } from './node.ts';
import { isTemplateNode } from './template-node.ts';

/**
 * Every text of a file that came out of a vault: what has to be redacted wherever something is printed. Of a file that is
 * vaulted as a whole those of variables only: a list is one of plays or tasks, whose words are no secrets.
 */
export function vaultedTexts(file: ConfigNode): ReadonlySet<string> {
  const texts = new Set<string>();
  addVaultedTexts(file, file.kind === 'mapping', texts);
  return texts;
}

function addVaultedTexts(node: ConfigNode, isOfVariables: boolean, texts: Set<string>): void {
  if (node.kind === 'scalar') {
    const isSecret = node.vaulted && (isOfVariables || node.vaultText !== undefined);
    if (isSecret && typeof node.value === 'string' && !isTemplateNode(node)) texts.add(node.value);
  } else if (node.kind === 'sequence') {
    for (const item of node.items) addVaultedTexts(item, isOfVariables, texts);
  } else {
    for (const entry of node.entries) addVaultedTexts(entry.value, isOfVariables, texts);
  }
}
