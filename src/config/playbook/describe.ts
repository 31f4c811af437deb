import { PyFloat } from '../../jinja/value.ts';
import type { ConfigNode } from '../node.ts';

/** What a value is, for a message: `a list`, `a mapping`, `nothing`, `the number 3`, `the text 'web'`. */
export function describeNode(node: ConfigNode): string {
  if (node.kind === 'sequence') return 'a list';
  if (node.kind === 'mapping') return 'a mapping';
  const { value } = node;
  if (value === null) return 'nothing';
  if (node.vaulted) return 'vaulted text';
  if (typeof value === 'string') return value.length > 40 ? 'text' : `the text '${value}'`;
  if (typeof value === 'boolean') return String(value);
  return `the number ${value instanceof PyFloat ? value.value : value}`;
}

/** True for a value that stands for "not written": an empty value in YAML. */
export function isNothing(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** The hint for a name that is not known: the nearest one, and what there is. */
export function nameHint(nearest: string | undefined, known?: readonly string[]): string | undefined {
  const list = known === undefined ? undefined : `known: ${[...known].sort().join(', ')}`;
  if (nearest === undefined) return list;
  if (known !== undefined && !known.includes(nearest)) return `did you mean '${nearest}'? it is not supported; ${list}`;
  return list === undefined ? `did you mean '${nearest}'?` : `did you mean '${nearest}'? ${list}`;
}
