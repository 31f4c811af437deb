/** How many slots behind the first one are looked at before a jump. */
const PROBES = 9;
/** CPython's hashes of ints are modulo this prime. */
const MODULUS = (1n << 61n) - 1n;

type Int = number | bigint | boolean;
/** `null` is the place of an item that was taken out. */
type Slot = Int | null | undefined;

/**
 * A set of ints in the order in which CPython keeps it (Objects/setobject.c: a table of slots, probed one after
 * the other and then by jumps), which is the order of what `union` and its like give. Only the order is its business:
 * an item that is there already must not be added again.
 */
export class NumberSet {
  #slots: Slot[] = Array.from({ length: 8 });
  #used = 0;
  #filled = 0;

  static of(items: readonly Int[]): NumberSet {
    const set = new NumberSet();
    for (const item of items) set.add(item);
    return set;
  }

  get size(): number {
    return this.#used;
  }

  items(): Int[] {
    return this.#slots.filter((slot) => slot !== undefined && slot !== null);
  }

  add(item: Int): void {
    this.#used += 1;
    if (!this.#place(item)) return;
    this.#filled += 1;
    if (this.#filled * 5 < (this.#slots.length - 1) * 3) return;
    this.#resize(this.#used * (this.#used > 50_000 ? 2 : 4));
  }

  delete(item: Int): void {
    this.#slots[this.#slots.indexOf(item)] = null;
    this.#used -= 1;
  }

  /** Python's `set(other)`: a table as large as it needs to be, filled in the order of the other one. */
  copy(): NumberSet {
    const made = new NumberSet();
    made.merge(this, () => true);
    return made;
  }

  /** Python's `|=`. @param isNew what of the other is not in this one */
  merge(other: NumberSet, isNew: (item: Int) => boolean): void {
    if (other.size === 0) return;
    if ((this.#filled + other.#used) * 5 >= (this.#slots.length - 1) * 3) this.#resize((this.#used + other.#used) * 2);
    if (this.#filled > 0) {
      for (const item of other.items()) if (isNew(item)) this.add(item);
      return;
    }
    if (this.#slots.length === other.#slots.length && other.#filled === other.#used) this.#slots = [...other.#slots];
    else for (const item of other.items()) this.#place(item);
    this.#used = other.#used;
    this.#filled = other.#used;
  }

  #resize(least: number): void {
    const items = this.items();
    let size = 8;
    while (size <= least) size *= 2;
    this.#slots = Array.from({ length: size });
    this.#filled = this.#used;
    for (const item of items) this.#place(item);
  }

  /** False when the item took the place of one that had been taken out. */
  #place(item: Int): boolean {
    const mask = this.#slots.length - 1;
    let perturb = hashOf(item);
    let at = Number(perturb & BigInt(mask));
    let left: number | undefined;
    for (;;) {
      const last = at + PROBES <= mask ? at + PROBES : at;
      for (let slot = at; slot <= last; slot += 1) {
        if (this.#slots[slot] === null) left = slot;
        if (this.#slots[slot] !== undefined) continue;
        this.#slots[left ?? slot] = item;
        return left === undefined;
      }
      perturb >>= 5n;
      at = Number((BigInt(at) * 5n + 1n + perturb) & BigInt(mask));
    }
  }
}

function hashOf(item: Int): bigint {
  const value = BigInt(item);
  const hash = value < 0n ? -(-value % MODULUS) : value % MODULUS;
  return BigInt.asUintN(64, hash === -1n ? -2n : hash);
}
