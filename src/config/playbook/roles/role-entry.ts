import { noKeywords } from '../../inherited.ts';
import type { ConfigNode, MappingNode } from '../../node.ts';
import { isTemplateNode } from '../../template-node.ts';
import { describeNode } from '../describe.ts';
import { KeywordReader } from '../keyword-reader.ts';
import { supportedKeywords, unsupportedKeywords } from '../keywords.ts';
import { addProblem, type LoadContext, unknownKeyword } from '../load-context.ts';
import { readInherited } from '../read-inherited.ts';
import { checkTemplates } from '../template-check.ts';
import { checkVariableName } from '../variable-names.ts';
import type { RoleRequest } from './read-role.ts';

const nameKeys = new Set(['role', 'name', 'src']);
/** What `ansible-galaxy` reads in a dependency, and a run does not. */
const galaxyKeys = new Set(['src', 'scm', 'version']);

/** An entry of `roles:` or of a role's dependencies: a name, or a mapping with the name, keywords and parameters. */
export function readRoleEntry(node: ConfigNode, context: LoadContext): RoleRequest | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'string' && !isTemplateNode(node)) {
    const nothing = { source: 'role params', variables: new Map() };
    return {
      name: node.value.trim(),
      at: node.at,
      keywords: noKeywords(node.at),
      keywordVars: nothing,
      params: nothing,
      from: {},
      validates: true,
      sameAs: '',
    };
  }
  if (node.kind === 'mapping') return readMapping(node, context);
  const message = `a role must be a name or a mapping with 'role', and is ${describeNode(node)}`;
  addProblem(context, node.at, message, isTemplateNode(node) ? 'roles are read before there is a host' : undefined);
  return undefined;
}

function readMapping(node: MappingNode, context: LoadContext): RoleRequest | undefined {
  const named = node.entries.find(({ key }) => key === 'role') ?? node.entries.find(({ key }) => nameKeys.has(key));
  const name = named?.value;
  if (name?.kind !== 'scalar' || typeof name.value !== 'string' || isTemplateNode(name)) {
    const message =
      name === undefined
        ? "the role has no name ('role')"
        : `'role' must be the name of a role, and is ${describeNode(name)}`;
    addProblem(context, name?.at ?? node.at, message);
    return undefined;
  }
  const reader = new KeywordReader({ ...node, entries: node.entries.filter(({ key }) => !nameKeys.has(key)) }, context);
  const keywordVars = reader.variables('vars', 'vars of the role');
  const keywords = readInherited(reader, 'block');
  return {
    name: name.value.trim(),
    at: name.at,
    keywords: { ...keywords, vars: { source: 'no vars', variables: new Map() } },
    keywordVars,
    params: { source: 'role params', variables: readParams(node, context) },
    from: {},
    validates: true,
    sameAs: textOf({ ...node, entries: node.entries.filter(({ key }) => !nameKeys.has(key)) }),
  };
}

/** Every key that is no keyword is a parameter. */
function readParams(node: MappingNode, context: LoadContext): ReadonlyMap<string, ConfigNode> {
  const params = new Map<string, ConfigNode>();
  for (const { key, keyAt, value } of node.entries) {
    if (nameKeys.has(key) || galaxyKeys.has(key) || supportedKeywords.block.includes(key)) continue;
    if (unsupportedKeywords.block.includes(key)) {
      unknownKeyword(key, keyAt, 'block', context);
      continue;
    }
    checkTemplates(value, context);
    if (checkVariableName(key, 'a parameter of a role', keyAt, context)) params.set(key, value);
  }
  return params;
}

/** A value as text, wherever it stands: two that are written alike are the same. */
function textOf(node: ConfigNode): string {
  if (node.kind === 'scalar')
    return JSON.stringify(node.value, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  if (node.kind === 'sequence') return `[${node.items.map(textOf).join()}]`;
  return `{${node.entries
    .map(({ key, value }) => `${JSON.stringify(key)}:${textOf(value)}`)
    .sort()
    .join()}}`;
}
