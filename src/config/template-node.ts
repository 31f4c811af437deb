import type { Position } from '../errors.ts';
import { isTemplate } from '../jinja/template.ts';
import type { ConfigNode, ScalarNode } from './node.ts';

export type TemplateNode = ScalarNode & { readonly value: string };

/** Text with a Jinja block in it that is not marked `!unsafe` and did not come out of a vault. */
export function isTemplateNode(node: ConfigNode): node is TemplateNode {
  return node.kind === 'scalar' && typeof node.value === 'string' && !node.unsafe && isTemplate(node.value);
}

/** Where the text of a scalar starts, which is where the places inside a template count from. */
export function textPosition(node: ScalarNode): Position {
  return node.textAt ?? node.at;
}
