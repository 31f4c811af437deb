import type { TaskOrBlock } from '../config/play.ts';
import type { TagSelection } from '../plan/select-tags.ts';
import type { PreparedPlay } from './playbook-run.ts';

/** Those that stand for tasks of many tags, or of none. */
const SPECIAL = new Set(['all', 'tagged', 'untagged', 'always', 'never']);

/**
 * The chosen tags that no task has, and those that there are. Where a task includes others, what these have is not known
 * before it runs, and no tag is called unknown.
 */
export function unknownTags(
  plays: readonly PreparedPlay[],
  { tags, skipTags }: TagSelection,
): { readonly unknown: readonly string[]; readonly known: readonly string[] } {
  const asked = [...tags, ...skipTags].filter((tag) => !SPECIAL.has(tag));
  if (asked.length === 0) return { unknown: [], known: [] };
  const known = new Set<string>();
  let isOpen = false;
  for (const { play, readTags } of plays) {
    const take = (written: TaskOrBlock['tags']): void => {
      for (const tag of readTags(written)) known.add(tag);
    };
    const walk = (list: readonly TaskOrBlock[]): void => {
      for (const each of list) {
        take(each.tags);
        if (each.kind === 'block') for (const part of [each.block, each.rescue, each.always]) walk(part);
        else if (each.include !== undefined && each.include.kind !== 'vars') isOpen = true;
      }
    };
    take(play.tags);
    for (const section of [play.preTasks, play.tasks, play.postTasks, play.handlers]) walk(section);
  }
  const unknown = isOpen ? [] : asked.filter((tag) => !known.has(tag));
  return { unknown, known: [...known].filter((tag) => !SPECIAL.has(tag)).sort() };
}
