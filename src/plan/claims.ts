import type { TaskEntry } from './entries.ts';
import { writtenArguments } from './task-arguments.ts';

/** Does its author say that it never counts as changed: `changed_when: false`, not a template that may come to that? */
export function neverCountsAsChanged({ task }: Pick<TaskEntry, 'task'>): boolean {
  return task.changedWhen?.some((node) => node.kind === 'scalar' && node.value === false) === true;
}

const PROGRAMS = new Set(['command', 'raw', 'script', 'shell']);

/**
 * Is its author believed that a program which it runs leaves the host as it is? Only in a plan: a run asks again when the
 * program has run. What names a file that the program makes or removes says the opposite, whatever it counts as.
 */
export function isBelieved(entry: TaskEntry, mode: 'plan' | 'apply'): boolean {
  if (mode === 'apply' || !PROGRAMS.has(entry.task.module) || !neverCountsAsChanged(entry)) return false;
  return !writtenArguments(entry).some(({ key }) => key === 'creates' || key === 'removes');
}
