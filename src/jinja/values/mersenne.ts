import { createHash } from 'node:crypto';
import { TemplateError } from '../error.ts';
import { PyFloat, type Value } from '../value.ts';
import { typeName } from './types.ts';

const size = 624;
const middle = 397;

/**
 * Python's `random.Random(seed)`: MT19937 (Matsumoto and Nishimura) seeded by array, so that a seeded `random` or
 * `shuffle` gives what Ansible gives.
 */
export class PythonRandom {
  readonly #state = new Uint32Array(size);
  #index = size;

  constructor(seed: Value) {
    this.#seedByArray(words(seedNumber(seed)));
  }

  /** An int below `bound`, each equally likely. */
  below(bound: bigint): bigint {
    const bits = bound.toString(2).length;
    let value = this.#bits(bits);
    while (value >= bound) value = this.#bits(bits);
    return value;
  }

  /** Puts the items in a random order, in place. */
  shuffle<T>(items: T[]): void {
    for (let i = items.length - 1; i >= 1; i--) {
      const j = Number(this.below(BigInt(i + 1)));
      const [a, b] = [items[i], items[j]];
      if (a === undefined || b === undefined) continue;
      items[i] = b;
      items[j] = a;
    }
  }

  #bits(count: number): bigint {
    let result = 0n;
    let shift = 0n;
    for (let left = count; left > 0; left -= 32) {
      const word = left >= 32 ? this.#next() : this.#next() >>> (32 - left);
      result |= BigInt(word) << shift;
      shift += 32n;
    }
    return result;
  }

  #next(): number {
    if (this.#index >= size) this.#generate();
    let y = this.#at(this.#index);
    this.#index += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  #generate(): void {
    for (let i = 0; i < size; i++) {
      const y = (this.#at(i) & 0x80000000) | (this.#at((i + 1) % size) & 0x7fffffff);
      this.#state[i] = this.#at((i + middle) % size) ^ (y >>> 1) ^ ((y & 1) * 0x9908b0df);
    }
    this.#index = 0;
  }

  #at(i: number): number {
    return this.#state[i] ?? 0;
  }

  #seedByArray(key: readonly number[]): void {
    this.#state[0] = 19650218;
    for (let i = 1; i < size; i++) {
      const previous = this.#at(i - 1);
      this.#state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
    let i = 1;
    const advance = () => {
      i += 1;
      if (i < size) return;
      this.#state[0] = this.#at(size - 1);
      i = 1;
    };
    const mixed = (factor: number) => this.#at(i) ^ Math.imul(this.#at(i - 1) ^ (this.#at(i - 1) >>> 30), factor);
    for (let k = 0; k < Math.max(size, key.length); k++) {
      const j = k % key.length;
      this.#state[i] = mixed(1664525) + (key[j] ?? 0) + j;
      advance();
    }
    for (let k = 0; k < size - 1; k++) {
      this.#state[i] = mixed(1566083941) - i;
      advance();
    }
    this.#state[0] = 0x80000000;
    this.#index = size;
  }
}

/** The number Python seeds with: of a text, its bytes followed by their SHA-512; of a float, its hash. */
function seedNumber(seed: Value): bigint {
  if (typeof seed === 'number' || typeof seed === 'bigint' || typeof seed === 'boolean') {
    const value = BigInt(seed);
    return value < 0n ? -value : value;
  }
  if (typeof seed === 'string') {
    const bytes = Buffer.from(seed, 'utf8');
    const all = Buffer.concat([bytes, createHash('sha512').update(bytes).digest()]);
    return BigInt(`0x${all.toString('hex')}`);
  }
  if (seed instanceof PyFloat) return BigInt.asUintN(64, floatHash(seed.value));
  throw new TemplateError(`a value of type '${typeName(seed)}' cannot be a seed`);
}

/** Python's hash of a float: its fraction modulo the prime 2^61 - 1, and never -1 (docs: Hashing of numeric types). */
function floatHash(value: number): bigint {
  if (Number.isNaN(value)) throw new TemplateError('nan cannot be a seed: Python takes another number every time');
  if (value < 0) {
    const hash = -floatHash(-value);
    return hash === -1n ? -2n : hash;
  }
  if (value === Number.POSITIVE_INFINITY) return 314159n;
  let numerator = value;
  let halvings = 0n;
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    halvings += 1n;
  }
  // 2^61 is 1 modulo the prime, so that to halve once is to double sixty times.
  return (BigInt(numerator) * (1n << ((60n * halvings) % 61n))) % ((1n << 61n) - 1n);
}

function words(value: bigint): number[] {
  const result: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 32n) result.push(Number(rest & 0xffffffffn));
  return result.length === 0 ? [0] : result;
}
