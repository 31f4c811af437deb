import { dirname, isAbsolute, join } from 'node:path';
import type { ConfigNode, MappingNode, ScalarNode } from '../node.ts';
import type { Block, TaskOrBlock } from '../play.ts';
import { isTemplateNode } from '../template-node.ts';
import { describeNode } from './describe.ts';
import { checkImportKeywords } from './import-keywords.ts';
import { findIncluded } from './include.ts';
import { parseKeyValue } from './key-value.ts';
import { KeywordReader } from './keyword-reader.ts';
import type { KeywordOwner } from './keywords.ts';
import { addProblem, type LoadContext } from './load-context.ts';
import { readInherited } from './read-inherited.ts';

const names = new Set(['import_tasks', 'ansible.builtin.import_tasks', 'ansible.legacy.import_tasks']);

type ReadTasks = (
  node: ConfigNode,
  keyword: string,
  owner: KeywordOwner,
  context: LoadContext,
) => readonly TaskOrBlock[];

export function isImportTasks(item: MappingNode): boolean {
  return item.entries.some(({ key }) => names.has(key));
}

/** The tasks of another file, as a block whose keywords are those of the `import_tasks`, so each task inherits them. */
export function importTasks(
  item: MappingNode,
  owner: KeywordOwner,
  context: LoadContext,
  readTasks: ReadTasks,
): Block | undefined {
  checkImportKeywords(item, 'import_tasks', names, context);
  const inherited = readInherited(new KeywordReader(item, context), 'block');
  const path = readImportedPath(item, names, context);
  if (path === undefined) return undefined;
  const imported = context.readFile(findIncluded(path.value, path.at.file, context), path.at, context.importing);
  if (imported === undefined) return undefined;
  context.importing.push(imported.file);
  const block = imported.node === undefined ? [] : readTasks(imported.node, path.value, owner, context);
  context.importing.pop();
  return { kind: 'block', ...inherited, block, rescue: [], always: [] };
}

/** The file that an `import_…` names: plain text, `file=…`, or a mapping with `file`. */
export function readImportedPath(
  item: MappingNode,
  keywords: ReadonlySet<string>,
  context: LoadContext,
): (ScalarNode & { value: string }) | undefined {
  const entry = item.entries.find(({ key }) => keywords.has(key));
  if (entry === undefined) return undefined;
  const file = entry.value.kind === 'mapping' ? entry.value.entries.find(({ key }) => key === 'file') : entry;
  if (file?.value.kind !== 'scalar' || typeof file.value.value !== 'string') {
    const node = file?.value ?? entry.value;
    addProblem(context, node.at, `'${entry.key}' must be the name of a file, and is ${describeNode(node)}`);
    return undefined;
  }
  if (isTemplateNode(file.value)) {
    const hint = 'the file is read before there is a host: write its name out';
    addProblem(context, file.value.at, `the file of '${entry.key}' cannot be a template`, hint);
    return undefined;
  }
  const text = file.value.value;
  const value = /^\s*file=/.test(text) ? (parseKeyValue(text).options.get('file') ?? text) : text;
  return { ...file.value, value };
}

/** A path as an importing file means it: relative to that file's folder. */
export function besideFile(importing: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(importing), path);
}
