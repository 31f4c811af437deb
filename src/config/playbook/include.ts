import { dirname, isAbsolute, join } from 'node:path';
import { noKeywords } from '../inherited.ts';
import type { MappingNode } from '../node.ts';
import type { Include, TaskOrBlock } from '../play.ts';
import { isTemplateNode } from '../template-node.ts';
import type { TaskAction } from './action.ts';
import { describeNode } from './describe.ts';
import { KeywordReader } from './keyword-reader.ts';
import { inheritedKeywords, type KeywordOwner, supportedKeywords } from './keywords.ts';
import { addProblem, checkKeywords, type LoadContext } from './load-context.ts';
import { readInherited } from './read-inherited.ts';
import { literalRequest } from './roles/import-role.ts';
import { type ReadTasks, readRole } from './roles/read-role.ts';

/** What an including task brings in, and its arguments without the keywords that it applies. */
export interface ReadInclude {
  readonly include: Include;
  readonly args: MappingNode;
}

/** Is it a module that brings in what stands in other files? */
export function isIncluding(module: string): boolean {
  return module === 'include_tasks' || module === 'include_role' || module === 'include_vars';
}

/** What a task may say of itself that only includes others. Source: what ansible-core 2.19 accepts. */
const ofAnInclude = new Set(
  'action args collections ignore_errors listen loop loop_control name no_log register run_once tags vars when'.split(
    ' ',
  ),
);

/** The tasks that an include brings in inherit nothing of it: that is what `apply` is for. */
export function checkIncludeKeywords(node: MappingNode, module: string, context: LoadContext): void {
  if (module === 'include_vars') return;
  for (const { key, keyAt } of node.entries) {
    if (!supportedKeywords.handler.includes(key) || ofAnInclude.has(key)) continue;
    const hint = inheritedKeywords.includes(key)
      ? `for the included tasks write it under 'apply'`
      : 'give it to the included tasks';
    addProblem(context, keyAt, `'${key}' cannot stand beside '${module}'`, hint);
  }
}

/**
 * Reads the task's side of `include_tasks` and `include_role`. What it names without a template is read as well, so that its
 * problems are told with all others; the run reads it again, for the hosts that come to it. Until then, a module that is not
 * there is told as a warning where the include has a condition: roles bring files for every distribution.
 */
export function readInclude(
  { module, args }: TaskAction,
  owner: KeywordOwner,
  context: LoadContext,
  readTasks: ReadTasks,
): ReadInclude {
  if (module === 'include_vars')
    return { include: { kind: 'vars', apply: noKeywords(args.at), roles: context.roles }, args };
  const apply = args.entries.find(({ key }) => key === 'apply')?.value;
  if (apply !== undefined && apply.kind !== 'mapping')
    addProblem(context, apply.at, `'apply' must be a mapping of keywords, and is ${describeNode(apply)}`);
  if (apply?.kind === 'mapping') checkKeywords(apply, 'block', context);
  const applied =
    apply?.kind === 'mapping' ? readInherited(new KeywordReader(apply, context), 'block') : noKeywords(args.at);
  const rest = { ...args, entries: args.entries.filter(({ key }) => key !== 'apply') };
  if (module === 'include_role') {
    context.play.hasOpenHandlers = true;
    checkRole(rest, context, readTasks);
    return { include: { kind: 'role', apply: applied, roles: context.roles }, args: rest };
  }
  checkFile(rest, owner, context, readTasks);
  return { include: { kind: 'tasks', apply: applied, roles: context.roles }, args: rest };
}

function checkRole(args: MappingNode, context: LoadContext, readTasks: ReadTasks): void {
  if (args.entries.some(({ value }) => isTemplateNode(value))) return;
  const request = literalRequest(args, 'include_role', context);
  // A role may include itself, until a condition ends it.
  if (request === undefined || context.roles.some(({ name }) => name === request.name)) return;
  readRole(request, context, readTasks);
}

function checkFile(args: MappingNode, owner: KeywordOwner, context: LoadContext, readTasks: ReadTasks): void {
  const named = args.entries.find(({ key }) => key === 'file' || key === '_raw_params')?.value;
  if (named === undefined) {
    addProblem(context, args.at, "'include_tasks' names no file");
    return;
  }
  if (named.kind !== 'scalar' || typeof named.value !== 'string') {
    addProblem(context, named.at, `'include_tasks' must be the name of a file, and is ${describeNode(named)}`);
    return;
  }
  if (isTemplateNode(named)) {
    context.play.hasOpenHandlers = true;
    return;
  }
  const file = findIncluded(named.value.trim(), named.at.file, context);
  if (context.importing.includes(file)) return;
  readTaskFile(file, named.at, owner, context, readTasks);
}

/** Where the file of an `include_tasks` stands: beside the file that names it, in `tasks/` of the role, beside the playbook. */
export function findIncluded(name: string, from: string, { disk, roles, roleFolders }: LoadContext): string {
  if (isAbsolute(name)) return name;
  const folders = [dirname(from), ...roles.map(({ folder }) => join(folder, 'tasks')), roleFolders.playbookDir];
  const places = folders.map((folder) => join(folder, name));
  return places.find((place) => disk.isFile(place)) ?? places[0] ?? name;
}

/** The tasks of a file; none after a problem was noted. */
export function readTaskFile(
  file: string,
  at: MappingNode['at'],
  owner: KeywordOwner,
  context: LoadContext,
  readTasks: ReadTasks,
): readonly TaskOrBlock[] {
  const read = context.readFile(file, at, context.importing);
  if (read === undefined) return [];
  context.importing.push(file);
  const tasks = readTasks(read.node, file, owner, context);
  context.importing.pop();
  return tasks;
}
