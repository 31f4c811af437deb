import type { ConfigNode, MappingNode } from '../node.ts';
import type { Block, TaskOrBlock } from '../play.ts';
import { describeNode, isNothing } from './describe.ts';
import { importTasks, isImportTasks } from './import-tasks.ts';
import { KeywordReader } from './keyword-reader.ts';
import type { KeywordOwner } from './keywords.ts';
import { addProblem, checkKeywords, type LoadContext } from './load-context.ts';
import { readInherited } from './read-inherited.ts';
import { importRole, isImportRole } from './roles/import-role.ts';
import { readTask } from './task.ts';

/** Reads a list of tasks and blocks: `tasks:` of a play, the parts of a block, or a file of tasks. */
export function readTaskList(
  node: ConfigNode | undefined,
  keyword: string,
  owner: KeywordOwner,
  context: LoadContext,
): readonly TaskOrBlock[] {
  if (node === undefined || isNothing(node)) return [];
  if (node.kind !== 'sequence') {
    addProblem(context, node.at, `'${keyword}' must be a list of ${owner}s, and is ${describeNode(node)}`);
    return [];
  }
  return node.items.flatMap((item) => {
    const entry = readEntry(item, keyword, owner, context);
    return entry === undefined ? [] : [entry];
  });
}

function readEntry(
  item: ConfigNode,
  keyword: string,
  owner: KeywordOwner,
  context: LoadContext,
): TaskOrBlock | undefined {
  if (item.kind !== 'mapping') {
    if (isNothing(item)) return undefined;
    addProblem(context, item.at, `a ${owner} of '${keyword}' must be a mapping, and is ${describeNode(item)}`);
    return undefined;
  }
  if (isImportRole(item)) return importRole(item, owner, context, readTaskList);
  if (isImportTasks(item)) return importTasks(item, owner, context, readTaskList);
  if (item.entries.some(({ key }) => key === 'block' || key === 'rescue' || key === 'always')) {
    return readBlock(item, owner, context);
  }
  return readTask(item, owner, context, readTaskList);
}

function readBlock(item: MappingNode, owner: KeywordOwner, context: LoadContext): Block | undefined {
  if (owner === 'handler') {
    addProblem(
      context,
      item.at,
      'a block cannot be a handler',
      "make each task of it a handler that listens to one topic ('listen')",
    );
    return undefined;
  }
  checkKeywords(item, 'block', context);
  const keywords = new KeywordReader(item, context);
  if (!keywords.has('block')) {
    addProblem(context, item.at, "'rescue' and 'always' belong to a 'block', and there is none here");
  }
  return {
    kind: 'block',
    ...readInherited(keywords, 'block'),
    block: readTaskList(keywords.raw('block'), 'block', owner, context),
    rescue: readTaskList(keywords.raw('rescue'), 'rescue', owner, context),
    always: readTaskList(keywords.raw('always'), 'always', owner, context),
  };
}
