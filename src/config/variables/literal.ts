import type { Value } from '../../jinja/value.ts';
import type { ConfigNode } from '../node.ts';
import { isTemplateNode } from '../template-node.ts';

const literals = new WeakMap<ConfigNode, { readonly value: Value } | 'templated'>();

/**
 * The value of a node in which nothing is a template, the same object each time; `undefined` when something in it is.
 * Kept by node: a value without templates is the same in every scope.
 */
export function literalValue(node: ConfigNode): Value | undefined {
  if (node.kind === 'scalar') return isTemplateNode(node) ? undefined : node.value;
  let known = literals.get(node);
  if (known === undefined) {
    known = isLiteral(node) ? { value: convert(node) } : 'templated';
    literals.set(node, known);
  }
  return known === 'templated' ? undefined : known.value;
}

function isLiteral(node: ConfigNode): boolean {
  if (node.kind === 'scalar') return !isTemplateNode(node);
  if (node.kind === 'sequence') return node.items.every(isLiteral);
  return node.entries.every((entry) => isLiteral(entry.value));
}

function convert(node: ConfigNode): Value {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(convert);
  return new Map(node.entries.map((entry): [Value, Value] => [entry.key, convert(entry.value)]));
}
