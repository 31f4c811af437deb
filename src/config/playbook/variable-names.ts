import type { Position } from '../../errors.ts';
import type { ConfigNode, MappingNode } from '../node.ts';
import { isVariableName, whyNoVariableName } from '../variable-name.ts';
import { addProblem, type LoadContext } from './load-context.ts';

/** Notes a name that no template could use. */
export function checkVariableName(name: string, what: string, at: Position, context: LoadContext): boolean {
  if (isVariableName(name)) return true;
  addProblem(context, at, `'${name}' cannot be the name of ${what}`, whyNoVariableName(name));
  return false;
}

/** The values of a `vars:` mapping by name, every name checked. */
export function readVariables(node: MappingNode, context: LoadContext): ReadonlyMap<string, ConfigNode> {
  const variables = new Map<string, ConfigNode>();
  for (const { key, keyAt, value } of node.entries) {
    if (checkVariableName(key, 'a variable', keyAt, context)) variables.set(key, value);
  }
  return variables;
}
