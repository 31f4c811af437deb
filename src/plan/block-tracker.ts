import type { Block } from '../config/play.ts';
import type { RoleUse } from '../config/role.ts';
import type { BlockPlace, Entry } from './entries.ts';

/** Where one host stands in the blocks of a play: which failed, in which section. */
export class BlockTracker {
  readonly #failed: Map<Block, BlockPlace['section']>;
  readonly #entered: Set<Block>;

  constructor(failed: ReadonlyMap<Block, BlockPlace['section']> = new Map(), entered: Iterable<Block> = []) {
    this.#failed = new Map(failed);
    this.#entered = new Set(entered);
  }

  clone(): BlockTracker {
    return new BlockTracker(this.#failed, this.#entered);
  }

  /** The host has come to a task that includes these tasks for it. */
  enter(included: Block): void {
    this.#entered.add(included);
  }

  /** The roles that the host has included and that the rest of its play sees. */
  get exposed(): readonly RoleUse[] {
    return [...this.#entered].flatMap(({ inclusion }) => inclusion?.exposed ?? []);
  }

  /** Is a failure on its way through a block that still has something to do about it? */
  get hasFailure(): boolean {
    return this.#failed.size > 0;
  }

  /** Does the host pass this entry by? `rescue` is for a block that failed, and a section that failed is over. */
  skips(entry: Entry): boolean {
    return entry.blocks.some(({ block, section }) => {
      if (block.inclusion !== undefined && !this.#entered.has(block)) return true;
      const failed = this.#failed.get(block);
      if (section === 'rescue') return failed !== 'block';
      if (section === 'always') return failed === 'always';
      return failed !== undefined;
    });
  }

  /** A task failed. `held`: a block around it goes on with its rescue or always; `out`: nothing is left to be done. */
  fail(entry: Entry): 'held' | 'out' {
    const innermost = entry.blocks.at(-1);
    if (innermost === undefined) return 'out';
    this.#failed.set(innermost.block, innermost.section);
    return 'held';
  }

  /** The end of a block. `out`: its failure was not rescued and there is no block around it. */
  end(block: Block, around: readonly BlockPlace[]): 'on' | 'out' {
    const failed = this.#failed.get(block);
    this.#failed.delete(block);
    if (failed === undefined || (failed === 'block' && block.rescue.length > 0)) return 'on';
    const outer = around.at(-1);
    if (outer === undefined) return 'out';
    this.#failed.set(outer.block, outer.section);
    return 'on';
  }
}
