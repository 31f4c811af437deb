import type { Block, InheritedKeywords, Play, Task, TaskOrBlock, Templated } from '../config/play.ts';
import type { Position } from '../errors.ts';

/** Where a task stands inside blocks, outermost first. */
export interface BlockPlace {
  readonly block: Block;
  readonly section: 'block' | 'rescue' | 'always';
}

interface Placed {
  /** Position in the play's list of entries. */
  readonly index: number;
  readonly blocks: readonly BlockPlace[];
}

export interface TaskEntry extends Placed {
  readonly kind: 'task';
  readonly task: Task;
  /** The play, the blocks around the task and the task itself, outermost first: what they hand down. */
  readonly lineage: readonly InheritedKeywords[];
  /** The task is a handler at one of its flushes: it runs when it was notified. */
  readonly isHandler: boolean;
}

/** After a block's last task: here a failure that was not rescued goes on to whatever is around the block. */
export interface BlockEndEntry extends Placed {
  readonly kind: 'block-end';
  readonly block: Block;
}

/** After the handlers of a flush: whoever was notified has run. */
export interface FlushEndEntry extends Placed {
  readonly kind: 'flush-end';
}

export type Entry = TaskEntry | BlockEndEntry | FlushEndEntry;

/** Which tasks take part, by their tags. */
export interface TagSelection {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

/**
 * A play's tasks in the order in which a host comes to them: blocks laid flat, and the handlers once more at every place
 * where they are flushed (after each section, and at `meta: flush_handlers`). Tasks that the tags leave out are not there.
 * `readTags` gives the text of a tag list.
 */
export function listEntries(
  play: Play,
  selection: TagSelection,
  readTags: (tags: readonly Templated[]) => readonly string[],
): Entry[] {
  const entries: Entry[] = [];
  const playTags = readTags(play.tags);
  for (const section of [play.preTasks, play.tasks, play.postTasks]) {
    if (section.length === 0) continue;
    addList(section, [], [], playTags, false);
    addFlush();
  }
  return entries;

  function addList(
    list: readonly TaskOrBlock[],
    blocks: readonly BlockPlace[],
    lineage: readonly InheritedKeywords[],
    tags: readonly string[],
    isHandler: boolean,
  ): void {
    for (const item of list) {
      const itemTags = [...tags, ...readTags(item.tags)];
      const itemLineage = [...lineage, item];
      if (item.kind === 'block') {
        for (const section of ['block', 'rescue', 'always'] as const) {
          addList(item[section], [...blocks, { block: item, section }], itemLineage, itemTags, isHandler);
        }
        entries.push({ kind: 'block-end', index: entries.length, blocks, block: item });
      } else if (item.module === 'meta' && metaAction(item) === 'flush_handlers') {
        if (!isHandler) addFlush();
      } else if (isHandler || isSelected(itemTags, selection)) {
        entries.push({ kind: 'task', index: entries.length, blocks, task: item, lineage: itemLineage, isHandler });
      }
    }
  }

  function addFlush(): void {
    if (play.handlers.length === 0) return;
    addList(play.handlers, [], [], [], true);
    entries.push({ kind: 'flush-end', index: entries.length, blocks: [] });
  }
}

/** What a `meta` task asks for. */
export function metaAction(task: Task): string {
  const [argument] = task.args.entries;
  return argument?.value.kind === 'scalar' ? String(argument.value.value).trim() : '';
}

/** Ansible's rule: `always` runs unless it is skipped by name, `never` only when a tag of the task is asked for. */
export function isSelected(tags: readonly string[], { tags: wanted, skipTags }: TagSelection): boolean {
  const named = wanted.some((tag) => tags.includes(tag));
  const all = wanted.length === 0 || wanted.includes('all');
  const tagged = wanted.includes('tagged') && tags.some((tag) => tag !== 'never' && tag !== 'always');
  const untagged = wanted.includes('untagged') && tags.length === 0;
  const always = tags.includes('always') && !skipTags.includes('always');
  const selected = named || tagged || untagged || always || (all && !tags.includes('never'));
  const skipped =
    skipTags.some((tag) => tags.includes(tag)) ||
    (skipTags.includes('all') && !always) ||
    (skipTags.includes('tagged') && tags.length > 0) ||
    (skipTags.includes('untagged') && tags.length === 0);
  return selected && !skipped;
}

/** The first of the task, its blocks and the play (innermost first) that says something about a keyword. */
export function inherited<K extends keyof InheritedKeywords>(
  entry: TaskEntry,
  keyword: K,
): InheritedKeywords[K] | undefined {
  for (let i = entry.lineage.length - 1; i >= 0; i--) {
    const value = entry.lineage[i]?.[keyword];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Where a task stands, for messages and events. */
export function positionOf(entry: TaskEntry): Position {
  return entry.task.at;
}
