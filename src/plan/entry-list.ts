import { noKeywords } from '../config/inherited.ts';
import type { Block, InheritedKeywords, Play, TaskOrBlock, Templated } from '../config/play.ts';
import type { RoleUse } from '../config/role.ts';
import { type BlockPlace, type Entry, metaAction, type TaskEntry } from './entries.ts';
import { isSelected, type TagSelection } from './select-tags.ts';

/** How a play is laid flat. */
export interface ListSetting {
  readonly selection: TagSelection;
  /** The text of a tag list. */
  readonly readTags: (tags: readonly Templated[]) => readonly string[];
  /** The flush after a section is its `always`. */
  readonly forceHandlers: boolean;
}

/** Whoever stands somewhere in the list: what is put in before them moves them on. */
export interface Standing {
  shift(after: number, count: number): void;
}

/**
 * A play's tasks in the order in which a host comes to them: blocks laid flat, and the handlers once more at every place
 * where they are flushed (after each section, and at `meta: flush_handlers`). Tasks that the tags leave out are not there.
 * What a task includes is put in behind it when the first host comes to it, for every host that enters.
 */
export class EntryList {
  readonly entries: Entry[] = [];
  /** Who stands in the list: the hosts of the batch, and those of a pass. */
  readonly standing = new Map<'batch' | 'pass', readonly Standing[]>();
  readonly #play: Play;
  readonly #setting: ListSetting;
  readonly #included = new Map<TaskEntry, Map<string, Block>>();
  readonly #handlersOf = new Set<string>();

  constructor(play: Play, setting: ListSetting) {
    this.#play = play;
    this.#setting = setting;
    const playTags = setting.readTags(play.tags);
    const handedDown = playKeywords(play);
    for (const section of [play.preTasks, play.tasks, play.postTasks]) {
      // The flush behind the last section is also that of handlers which others have notified at the one before.
      const isLast = section === play.postTasks && notifiesEachOther(play.handlers);
      if (section.length === 0 && !isLast) continue;
      const around: Block = { kind: 'block', ...handedDown, block: section, rescue: [], always: play.handlers };
      const place = (part: BlockPlace['section']): BlockPlace[] =>
        setting.forceHandlers ? [{ block: around, section: part }] : [];
      const made: Entry[] = [];
      this.#addList(made, section, { blocks: place('block'), lineage: [handedDown], tags: playTags });
      this.#addFlush(made, place('always'), undefined);
      if (setting.forceHandlers) made.push({ kind: 'block-end', index: 0, blocks: [], block: around });
      this.entries.push(...made);
    }
    this.#number();
  }

  /**
   * What a task includes, as a block behind it; the same block for every host for which it comes to the same thing.
   * @param key tells apart what the task includes
   */
  include(
    entry: TaskEntry,
    key: string,
    make: () => { readonly block: Block; readonly handlers: readonly Block[] },
  ): Block {
    const before = this.#included.get(entry) ?? new Map<string, Block>();
    const known = before.get(key);
    if (known !== undefined) return known;
    const { block, handlers } = make();
    const lineage = entry.lineage.slice(0, -1);
    const made: Entry[] = [];
    const tags = this.#setting.readTags([...this.#play.tags, ...lineage.flatMap((each) => each.tags)]);
    this.#addList(made, [block], { blocks: entry.blocks, lineage, tags });
    const last = [...before.values()].at(-1);
    const after =
      last === undefined ? entry : this.entries.find((each) => each.kind === 'block-end' && each.block === last);
    this.#insert((after ?? entry).index, made);
    this.#included.set(entry, before.set(key, block));
    for (const each of handlers) this.#addHandlers(each);
    return block;
  }

  /** The handlers of a role that was included: at every flush, behind those that are there. */
  #addHandlers(handlers: Block): void {
    const key = rolesOf(handlers).join();
    if (this.#handlersOf.has(key)) return;
    this.#handlersOf.add(key);
    for (const end of this.entries.filter((each) => each.kind === 'flush-end')) {
      const made: Entry[] = [];
      const lineage = [playKeywords(this.#play)];
      this.#addList(made, [handlers], { blocks: end.blocks, lineage, tags: [], handlersOf: { flush: end.flush } });
      this.#insert(end.index - 1, made);
    }
  }

  #insert(after: number, made: readonly Entry[]): void {
    this.entries.splice(after + 1, 0, ...made);
    this.#number();
    for (const each of [...this.standing.values()].flat()) each.shift(after, made.length);
  }

  #number(): void {
    for (const [index, entry] of this.entries.entries()) entry.index = index;
  }

  #addList(into: Entry[], list: readonly TaskOrBlock[], around: Around): void {
    for (const item of list) {
      if (item.kind === 'block' && item.isRepeated === true) continue;
      const tags = [...around.tags, ...this.#setting.readTags(item.tags)];
      const lineage = [...around.lineage, item];
      const { blocks, handlersOf } = around;
      if (item.kind === 'block') {
        for (const section of ['block', 'rescue', 'always'] as const) {
          const inside = { blocks: [...blocks, { block: item, section }], lineage, tags, handlersOf };
          this.#addList(into, item[section], inside);
        }
        into.push({ kind: 'block-end', index: 0, blocks, block: item });
        continue;
      }
      if (handlersOf === undefined && !isSelected(tags, this.#setting.selection)) continue;
      const isHandler = handlersOf !== undefined;
      const role = lineage.findLast(hasRole)?.role;
      const entry: TaskEntry = {
        kind: 'task',
        index: 0,
        blocks,
        task: item,
        lineage,
        role,
        isHandler,
        flush: handlersOf?.flush,
      };
      into.push(entry);
      const flushes = item.module === 'meta' && metaAction(item) === 'flush_handlers';
      if (flushes && !isHandler) this.#addFlush(into, blocks, entry);
    }
  }

  #addFlush(into: Entry[], blocks: readonly BlockPlace[], flush: TaskEntry | undefined): void {
    const lineage = [playKeywords(this.#play)];
    this.#addList(into, this.#play.handlers, { blocks, lineage, tags: [], handlersOf: { flush } });
    into.push({ kind: 'flush-end', index: 0, blocks, flush });
  }
}

function notifiesEachOther(handlers: readonly TaskOrBlock[]): boolean {
  return handlers.some(
    (each) =>
      each.notify.length > 0 ||
      (each.kind === 'block' && notifiesEachOther([...each.block, ...each.rescue, ...each.always])),
  );
}

/** The folders of the roles whose handlers these are. */
function rolesOf(block: Block): readonly string[] {
  const below = block.block.flatMap((each) => (each.kind === 'block' ? rolesOf(each) : []));
  return block.role === undefined ? below : [block.role.folder, ...below];
}

interface Around {
  readonly blocks: readonly BlockPlace[];
  readonly lineage: readonly InheritedKeywords[];
  readonly tags: readonly string[];
  readonly handlersOf?: { readonly flush: TaskEntry | undefined } | undefined;
}

function hasRole(each: InheritedKeywords): each is Block & { readonly role: RoleUse } {
  return 'role' in each && each.role !== undefined;
}

/** What a play hands down to its tasks; its variables, conditions of connection and tags are read elsewhere. */
function playKeywords(play: Play): InheritedKeywords {
  return {
    ...noKeywords(play.at),
    moduleDefaults: play.moduleDefaults,
    environment: play.environment,
    connection: play.connection,
    ignoreErrors: play.ignoreErrors,
    ignoreUnreachable: play.ignoreUnreachable,
    runOnce: play.runOnce,
    throttle: play.throttle,
    anyErrorsFatal: play.anyErrorsFatal,
    noLog: play.noLog,
    checkMode: play.checkMode,
    diff: play.diff,
  };
}
