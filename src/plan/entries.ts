import type { Block, InheritedKeywords, Task } from '../config/play.ts';
import type { RoleUse } from '../config/role.ts';

/** Where a task stands inside blocks, outermost first. */
export interface BlockPlace {
  readonly block: Block;
  readonly section: 'block' | 'rescue' | 'always';
}

interface Placed {
  /** Position in the play's list of entries; it grows when something is included before it. */
  index: number;
  readonly blocks: readonly BlockPlace[];
}

export interface TaskEntry extends Placed {
  readonly kind: 'task';
  readonly task: Task;
  /** The play, the blocks around the task and the task itself, outermost first: what they hand down. */
  readonly lineage: readonly InheritedKeywords[];
  /** The role that it belongs to. */
  readonly role: RoleUse | undefined;
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

/** After the handlers of a flush: here those of a role that is included go. */
interface FlushEndEntry extends Placed {
  readonly kind: 'flush-end';
  readonly flush: TaskEntry | undefined;
}

export type Entry = TaskEntry | BlockEndEntry | FlushEndEntry;

/** What a `meta` task asks for. */
export function metaAction(task: Task): string {
  const [argument] = task.args.entries;
  return argument?.value.kind === 'scalar' ? String(argument.value.value).trim() : '';
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

/** Is there a task, from a position on, with which a host that cannot be reached may go on? */
export function mayBeLost(entries: readonly Entry[], from: number): boolean {
  return entries.some(
    (entry) => entry.kind === 'task' && entry.index >= from && inherited(entry, 'ignoreUnreachable') !== undefined,
  );
}

/** May the facts that a task sets be another host's: is it delegated, and does something say `delegate_facts`? */
export function mayDelegateFacts(entry: TaskEntry): boolean {
  const node = inherited(entry, 'delegateFacts');
  if (node === undefined || inherited(entry, 'delegateTo') === undefined) return false;
  return node.kind !== 'scalar' || node.value !== false;
}

/** Does a block around it have a rescue, which takes care of a failure at this place? */
export function isRescued({ blocks }: Entry): boolean {
  return blocks.some(({ block, section }) => section === 'block' && block.rescue.length > 0);
}
