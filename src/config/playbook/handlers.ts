import { nearestName, type Position } from '../../errors.ts';
import type { Play, Task, TaskOrBlock, Templated } from '../play.ts';
import type { RoleUse } from '../role.ts';
import { isTemplateNode } from '../template-node.ts';
import { nameHint } from './describe.ts';
import { addProblem, type LoadContext } from './load-context.ts';

type Sections = Pick<Play, 'preTasks' | 'tasks' | 'postTasks' | 'handlers'>;

/**
 * Notes every notified name that no handler has or listens to; warns of handlers that share a name, of which ansible-core
 * 2.19 runs the first.
 */
export function checkHandlers(play: Sections, context: LoadContext): void {
  const handlers = [...tasksOf(play.handlers, undefined)];
  const names = new Map<string, Position>();
  const full = new Set<string>();
  let templated = context.play.hasOpenHandlers;
  for (const { task, role } of handlers) {
    const { name, at } = task;
    templated ||= name !== undefined && isTemplateNode(name);
    const text = textOf(name);
    if (text === undefined) continue;
    const earlier = names.get(text);
    if (role !== undefined) {
      full.add(text).add(`${role.name} : ${text}`);
    } else if (earlier !== undefined) {
      const message = `two handlers are named '${text}': the one in line ${earlier.line} runs, this one never does`;
      context.warnings.push({ message, at });
    } else names.set(text, at);
  }
  // A handler's templated name is only known with its variables.
  if (templated) return;
  const topics = new Set([...full, ...names.keys(), ...handlers.flatMap(({ task }) => task.listen)]);
  for (const notified of notifiedNames([...play.preTasks, ...play.tasks, ...play.postTasks, ...play.handlers])) {
    const text = textOf(notified);
    if (text === undefined || isTemplateNode(notified) || topics.has(text)) continue;
    const nearest = nearestName(text, topics);
    const hint = topics.size === 0 ? 'the play has no handlers' : nameHint(nearest, [...topics]);
    addProblem(context, notified.at, `no handler is named '${text}' or listens to it`, hint);
  }
}

function textOf(node: Templated | undefined): string | undefined {
  return node?.kind === 'scalar' ? String(node.value) : undefined;
}

/** Every task of a list, those inside blocks included, in order, with the role it belongs to. */
function* tasksOf(
  list: readonly TaskOrBlock[],
  role: RoleUse | undefined,
): Generator<{ readonly task: Task; readonly role: RoleUse | undefined }> {
  for (const entry of list) {
    if (entry.kind === 'task') yield { task: entry, role };
    else for (const part of [entry.block, entry.rescue, entry.always]) yield* tasksOf(part, entry.role ?? role);
  }
}

function* notifiedNames(list: readonly TaskOrBlock[]): Generator<Templated> {
  for (const entry of list) {
    yield* entry.notify;
    if (entry.kind === 'block') yield* notifiedNames([...entry.block, ...entry.rescue, ...entry.always]);
  }
}
