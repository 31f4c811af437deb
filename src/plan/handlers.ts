import type { Task } from '../config/play.ts';
import type { RoleUse } from '../config/role.ts';
import type { Entry, TaskEntry } from './entries.ts';

/** A handler as it is known to a run. */
export interface Handler {
  /** How it is recorded on a host while it is owed: with its role, so that no other has the name. */
  readonly name: string;
  /** What it is notified by beside its topics. */
  readonly names: readonly string[];
  readonly task: Task;
  /** Whose handler it is; `undefined`: the play's own. */
  readonly role: RoleUse | undefined;
}

/** The handlers of a play, each once, in the order in which they are written. */
export function handlerEntries(entries: readonly Entry[]): readonly TaskEntry[] {
  const found = new Map<Task, TaskEntry>();
  for (const entry of entries)
    if (entry.kind === 'task' && entry.isHandler && !found.has(entry.task)) found.set(entry.task, entry);
  return [...found.values()];
}

/** A handler by what it is called on a host. */
export function handlerOf({ task, role }: Pick<TaskEntry, 'task' | 'role'>, name: string): Handler {
  const full = role === undefined ? name : `${role.name} : ${name}`;
  return { name: full, names: [name, full], task, role };
}

/**
 * What a notification stands for, as ansible-core 2.19 finds it: of the lists of handlers (each role's, the play's own) the
 * last one that has the name, in it the first handler of that name; and every handler that listens to it, of those with the
 * same name only the first.
 */
export function findHandlers(handlers: readonly Handler[], notified: string): readonly Handler[] {
  const lists = [...new Set(handlers.map(({ role }) => role))].reverse();
  const named = lists
    .flatMap((list) => handlers.filter(({ role }) => role === list))
    .find(({ names }) => names.includes(notified));
  const found = new Map<string, Handler>();
  for (const handler of handlers) {
    if (found.has(handler.name)) continue;
    if (handler === named || handler.task.listen.includes(notified)) found.set(handler.name, handler);
  }
  return [...found.values()];
}
