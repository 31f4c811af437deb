import type { Block, InheritedKeywords, Play, Task, TaskOrBlock, Templated } from '../config/play.ts';

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
  /** The `meta: flush_handlers` that a handler stands at: its conditions are the flush's. */
  readonly flush: TaskEntry | undefined;
}

/** After a block's last task: here a failure that was not rescued goes on to whatever is around the block. */
export interface BlockEndEntry extends Placed {
  readonly kind: 'block-end';
  readonly block: Block;
}

export type Entry = TaskEntry | BlockEndEntry;

/** Which tasks take part, by their tags. */
export interface TagSelection {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

/**
 * A play's tasks in the order in which a host comes to them: blocks laid flat, and the handlers once more at every place
 * where they are flushed (after each section, and at `meta: flush_handlers`). Tasks that the tags leave out are not there.
 * `readTags` gives the text of a tag list. With `forceHandlers` the flush after a section is its `always`.
 */
export function listEntries(
  play: Play,
  selection: TagSelection,
  readTags: (tags: readonly Templated[]) => readonly string[],
  forceHandlers = false,
): Entry[] {
  const entries: Entry[] = [];
  const playTags = readTags(play.tags);
  const handedDown = playKeywords(play);
  for (const section of [play.preTasks, play.tasks, play.postTasks]) {
    if (section.length === 0) continue;
    const around: Block = { kind: 'block', ...handedDown, block: section, rescue: [], always: play.handlers };
    const place = (part: BlockPlace['section']): BlockPlace[] =>
      forceHandlers ? [{ block: around, section: part }] : [];
    addList(section, place('block'), [handedDown], playTags);
    addFlush(place('always'), undefined);
    if (forceHandlers) entries.push({ kind: 'block-end', index: entries.length, blocks: [], block: around });
  }
  return entries;

  function addList(
    list: readonly TaskOrBlock[],
    blocks: readonly BlockPlace[],
    lineage: readonly InheritedKeywords[],
    tags: readonly string[],
    handlersOf?: { readonly flush: TaskEntry | undefined },
  ): void {
    for (const item of list) {
      const itemTags = [...tags, ...readTags(item.tags)];
      const itemLineage = [...lineage, item];
      if (item.kind === 'block') {
        for (const section of ['block', 'rescue', 'always'] as const) {
          addList(item[section], [...blocks, { block: item, section }], itemLineage, itemTags, handlersOf);
        }
        entries.push({ kind: 'block-end', index: entries.length, blocks, block: item });
        continue;
      }
      if (handlersOf === undefined && !isSelected(itemTags, selection)) continue;
      const entry: TaskEntry = {
        kind: 'task',
        index: entries.length,
        blocks,
        task: item,
        lineage: itemLineage,
        isHandler: handlersOf !== undefined,
        flush: handlersOf?.flush,
      };
      entries.push(entry);
      const flushes = item.module === 'meta' && metaAction(item) === 'flush_handlers';
      if (flushes && handlersOf === undefined) addFlush(blocks, entry);
    }
  }

  function addFlush(blocks: readonly BlockPlace[], flush: TaskEntry | undefined): void {
    addList(play.handlers, blocks, [handedDown], [], { flush });
  }
}

/** What a play hands down to its tasks; its variables, conditions of connection and tags are read elsewhere. */
function playKeywords(play: Play): InheritedKeywords {
  return {
    name: undefined,
    at: play.at,
    when: [],
    become: { become: undefined, becomeUser: undefined, becomeMethod: undefined },
    vars: { source: 'play', variables: new Map() },
    environment: [],
    tags: [],
    notify: [],
    ignoreErrors: undefined,
    ignoreUnreachable: play.ignoreUnreachable,
    anyErrorsFatal: play.anyErrorsFatal,
    noLog: play.noLog,
    checkMode: play.checkMode,
    diff: play.diff,
    runOnce: undefined,
    delegateTo: undefined,
    throttle: undefined,
  };
}

/** What a `meta` task asks for. */
export function metaAction(task: Task): string {
  const [argument] = task.args.entries;
  return argument?.value.kind === 'scalar' ? String(argument.value.value).trim() : '';
}

/** Ansible's rule: `always` runs unless it is skipped by name, `never` only when a tag of the task is asked for. */
function isSelected(tags: readonly string[], { tags: wanted, skipTags }: TagSelection): boolean {
  const named = wanted.some((tag) => tags.includes(tag));
  const all = wanted.length === 0 || wanted.includes('all');
  const tagged = wanted.includes('tagged') && tags.length > 0 && !tags.includes('never');
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
