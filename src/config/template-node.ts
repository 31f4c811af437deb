import { isTemplate } from '../jinja/template.ts';
import type { ConfigNode, ScalarNode } from './node.ts';

export type TemplateNode = ScalarNode & { readonly value: string };

/** Text with a Jinja block in it that is not marked `!unsafe` and did not come out of a vault. */
export function isTemplateNode(node: ConfigNode): node is TemplateNode {
  return node.kind === 'scalar' && typeof node.value === 'string' && !node.unsafe && isTemplate(node.value);
}
