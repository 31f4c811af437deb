import type { Task } from '../config/play.ts';
import type { Entry } from './entries.ts';

/** A handler as it is known to a run: the name is how it is recorded on a host while it is owed. */
export interface Handler {
  readonly name: string;
  readonly task: Task;
}

/** The handlers of a play, each once, in the order in which they are written. */
export function handlerTasks(entries: readonly Entry[]): readonly Task[] {
  return [...new Set(entries.flatMap((entry) => (entry.kind === 'task' && entry.isHandler ? [entry.task] : [])))];
}

/**
 * What a notification stands for, as ansible-core 2.19 finds it: the first handler of that name, and every handler that
 * listens to it; of those with the same name only the first.
 */
export function findHandlers(handlers: readonly Handler[], notified: string): readonly Handler[] {
  const found = new Map<string, Handler>();
  for (const handler of handlers) {
    if (found.has(handler.name)) continue;
    if (handler.name === notified || handler.task.listen.includes(notified)) found.set(handler.name, handler);
  }
  return [...found.values()];
}
