import type { Position } from '../../errors.ts';
import type { ConfigNode, MappingNode } from '../node.ts';
import { addProblem, type LoadContext } from './load-context.ts';

/** Python's keywords: a template could never say such a name. */
const reserved = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Whether a template can use the name: ASCII letters, digits and `_`, not beginning with a digit, no Python keyword. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name);
}

/** Notes a name that no template could use. */
export function checkVariableName(name: string, what: string, at: Position, context: LoadContext): boolean {
  if (isVariableName(name)) return true;
  const reason = reserved.has(name)
    ? 'the word is a keyword of the expression language'
    : 'a name has ASCII letters, digits and _, and does not begin with a digit';
  const better = name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  addProblem(
    context,
    at,
    `'${name}' cannot be the name of ${what}`,
    isVariableName(better) && /[A-Za-z]/.test(better) && !name.includes('{') ? `${reason}: ${better}` : reason,
  );
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
