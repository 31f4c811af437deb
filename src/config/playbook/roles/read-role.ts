import type { Position } from '../../../errors.ts';
import { noKeywords } from '../../inherited.ts';
import type { ConfigNode, VariableLayer } from '../../node.ts';
import type { Block, InheritedKeywords, TaskOrBlock } from '../../play.ts';
import type { RoleUse } from '../../role.ts';
import type { KeywordOwner } from '../keywords.ts';
import { addProblem, type LoadContext } from '../load-context.ts';
import { argumentSpecTask } from './argument-spec.ts';
import { findRole } from './find-role.ts';
import { readRoleEntry } from './role-entry.ts';
import { type PartName, readMeta, readPart, readRoleVariables } from './role-files.ts';

/** Which role is wanted, and how. */
export interface RoleRequest {
  readonly name: string;
  readonly at: Position;
  /** What the tasks, handlers and dependencies of the role inherit. */
  readonly keywords: InheritedKeywords;
  readonly keywordVars: VariableLayer;
  readonly params: VariableLayer;
  /** `tasks_from` and its like: the file that is read instead of `main`. */
  readonly from: Readonly<Partial<Record<PartName['part'], { readonly name: string; readonly at: Position }>>>;
  /** The role around it depends on it. */
  readonly isDependency?: boolean;
  /** Whether the argument specification is held. */
  readonly validates: boolean;
  /** What makes it the same as another listing of the role, which is then not listed again; absent: it always is. */
  readonly sameAs: string | undefined;
}

/** A role as it was read for one place. */
export interface ReadRole {
  readonly role: RoleUse;
  /** Its tasks, behind those of the roles it depends on. */
  readonly tasks: Block;
  readonly handlers: Block;
}

export type ReadTasks = (
  node: ConfigNode | undefined,
  keyword: string,
  owner: KeywordOwner,
  context: LoadContext,
) => readonly TaskOrBlock[];

/** Reads a role with everything that it depends on; what is wrong in it is noted. */
export function readRole(request: RoleRequest, context: LoadContext, readTasks: ReadTasks): ReadRole | undefined {
  const folder = findRole(request.name, request.at, context);
  if (folder === undefined) return undefined;
  if (context.roles.some((parent) => parent.folder === folder && parent.name === request.name)) {
    const circle = [request.name, ...context.roles.map(({ name }) => name)].reverse().join(' → ');
    addProblem(context, request.at, `the roles need each other in a circle: ${circle}`);
    return undefined;
  }
  const dependencies: RoleUse[] = [];
  const part = (name: PartName['part']): PartName => ({
    part: name,
    name: 'main',
    at: undefined,
    ...request.from[name],
  });
  const role: RoleUse = {
    name: request.name,
    at: request.at,
    folder,
    parents: context.roles,
    dependencies,
    isDependency: request.isDependency === true,
    defaults: readRoleVariables(folder, part('defaults'), context),
    vars: readRoleVariables(folder, part('vars'), context),
    keywordVars: request.keywordVars,
    params: request.params,
  };
  const meta = readMeta(folder, context);
  const isListed = !meta.allowsDuplicates && isListedBefore(folder, request, context);
  const inside: LoadContext = { ...context, roles: [role, ...context.roles] };
  const below = meta.dependencies.flatMap((node) => {
    const wanted = readRoleEntry(node, inside);
    const read = wanted === undefined ? undefined : readRole({ ...wanted, isDependency: true }, inside, readTasks);
    return read === undefined ? [] : [read];
  });
  dependencies.push(...below.map((each) => each.role));
  const list = (name: 'tasks' | 'handlers', owner: KeywordOwner) =>
    readList(folder, part(name), owner, inside, readTasks);
  const entryPoint = part('tasks').name;
  const check = request.validates
    ? argumentSpecTask(meta.argumentSpecs, entryPoint, noKeywords(request.at), context)
    : undefined;
  const tasks = [...(check === undefined ? [] : [check]), ...list('tasks', 'task')];
  const around = (own: readonly TaskOrBlock[], others: readonly Block[]): Block =>
    blockOf(request.keywords, [...others, { ...blockOf(noKeywords(request.at), own), role }]);
  return {
    role,
    tasks: {
      ...around(
        tasks,
        below.map((each) => each.tasks),
      ),
      isRepeated: isListed,
    },
    handlers: around(
      list('handlers', 'handler'),
      below.map((each) => each.handlers),
    ),
  };
}

/** A list of tasks with keywords that they inherit. */
export function blockOf(keywords: InheritedKeywords, block: readonly TaskOrBlock[]): Block {
  return { kind: 'block', ...keywords, block, rescue: [], always: [] };
}

function isListedBefore(folder: string, { sameAs }: RoleRequest, { play }: LoadContext): boolean {
  if (sameAs === undefined) return false;
  const key = `${folder} ${sameAs}`;
  const before = play.listed.has(key);
  play.listed.add(key);
  return before;
}

function readList(
  folder: string,
  named: PartName,
  owner: KeywordOwner,
  context: LoadContext,
  readTasks: ReadTasks,
): readonly TaskOrBlock[] {
  const file = readPart(folder, named, context);
  if (file === undefined) return [];
  context.importing.push(file.file);
  const tasks = readTasks(file.node, named.part, owner, context);
  context.importing.pop();
  return tasks;
}
