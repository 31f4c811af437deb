import { noKeywords } from '../../inherited.ts';
import type { ConfigNode, MappingNode } from '../../node.ts';
import type { Block } from '../../play.ts';
import { isTemplateNode } from '../../template-node.ts';
import { describeNode } from '../describe.ts';
import { checkImportKeywords } from '../import-keywords.ts';
import { KeywordReader, literalBoolean } from '../keyword-reader.ts';
import type { KeywordOwner } from '../keywords.ts';
import { addProblem, type LoadContext } from '../load-context.ts';
import { readArguments } from '../module-arguments.ts';
import { readInherited } from '../read-inherited.ts';
import { blockOf, type ReadTasks, type RoleRequest, readRole } from './read-role.ts';

const names = new Set(['import_role', 'ansible.builtin.import_role', 'ansible.legacy.import_role']);

export function isImportRole(item: MappingNode): boolean {
  return item.entries.some(({ key }) => names.has(key));
}

/** The tasks of a role, as a block whose keywords are those of the `import_role`; its handlers and variables go to the play. */
export function importRole(
  item: MappingNode,
  owner: KeywordOwner,
  context: LoadContext,
  readTasks: ReadTasks,
): Block | undefined {
  const entry = item.entries.find(({ key }) => names.has(key));
  if (entry === undefined) return undefined;
  checkImportKeywords(item, 'import_role', new Set([...names, 'args']), context);
  const keywords = readInherited(new KeywordReader(item, context), 'block');
  const more = item.entries.find(({ key }) => key === 'args')?.value;
  const args = readArguments('include_role', entry.value, more, entry.keyAt, context);
  const request = literalRequest(args, entry.key, context);
  if (request === undefined) return undefined;
  if (owner === 'handler') {
    addProblem(context, entry.keyAt, 'a role cannot be imported among handlers', 'its own handlers come with it');
    return undefined;
  }
  const read = readRole(request, context, readTasks);
  if (read === undefined) return undefined;
  context.play.roles.push(read.role);
  context.play.handlers.push(blockOf({ ...keywords, tags: [] }, [read.handlers]));
  return blockOf({ ...keywords, name: undefined }, [read.tasks]);
}

/** The role that the arguments of an `import_role` name, or of an `include_role` that names it without a template. */
export function literalRequest(args: MappingNode, keyword: string, context: LoadContext): RoleRequest | undefined {
  const argument = (key: string): ConfigNode | undefined => args.entries.find((each) => each.key === key)?.value;
  const name = argument('name') ?? argument('role');
  const text = (node: ConfigNode | undefined, key: string) => {
    if (node === undefined) return undefined;
    if (node.kind === 'scalar' && typeof node.value === 'string' && !isTemplateNode(node))
      return { name: node.value.trim(), at: node.at };
    const hint = isTemplateNode(node)
      ? 'it is read before there is a host: write it out, or use include_role'
      : undefined;
    addProblem(
      context,
      node.at,
      `'${key}' of '${keyword}' must be text that is written out, and is ${describeNode(node)}`,
      hint,
    );
    return undefined;
  };
  const named = text(name, 'name');
  if (name === undefined) addProblem(context, args.at, `'${keyword}' names no role`, "name it under 'name'");
  const from: Record<string, { name: string; at: ConfigNode['at'] }> = {};
  for (const part of ['tasks', 'handlers', 'vars', 'defaults'] as const) {
    const given = text(argument(`${part}_from`), `${part}_from`);
    if (given !== undefined) from[part] = given;
  }
  if (named === undefined) return undefined;
  const validate = argument('rolespec_validate');
  const duplicates = argument('allow_duplicates');
  const nothing = { source: 'role params', variables: new Map() };
  return {
    name: named.name,
    at: named.at,
    keywords: noKeywords(named.at),
    keywordVars: nothing,
    params: nothing,
    from,
    validates: validate === undefined || literalBoolean(validate) !== false,
    sameAs:
      duplicates !== undefined && literalBoolean(duplicates) === false
        ? `imported ${JSON.stringify(Object.values(from).map((each) => each.name))}`
        : undefined,
  };
}
