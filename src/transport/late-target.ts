import { BrokkrError, UnreachableError } from '../errors.ts';
import type { Target } from './target.ts';

/** How a host is reached, of which a part may be asked for only when it is. */
export class LateTarget {
  #now: Target;
  readonly #ask: (() => Promise<Target>) | undefined;
  readonly #onKnown: (target: Target) => void;
  #completed: Promise<void> | undefined;

  /**
   * @param ask gives the whole target; absent: it is whole
   * @param onKnown is told of each of the two
   */
  constructor(target: Target, ask: (() => Promise<Target>) | undefined, onKnown: (target: Target) => void) {
    this.#now = target;
    this.#ask = ask;
    this.#onKnown = onKnown;
    onKnown(target);
  }

  get now(): Target {
    return this.#now;
  }

  /** Asks once. @throws UnreachableError when that cannot be told */
  complete(): Promise<void> {
    this.#completed ??= this.#complete();
    return this.#completed;
  }

  async #complete(): Promise<void> {
    if (this.#ask === undefined) return;
    try {
      this.#now = await this.#ask();
    } catch (error) {
      if (!(error instanceof BrokkrError)) throw error;
      throw new UnreachableError(this.#now.name, error.message, { cause: error, hint: error.hint });
    }
    this.#onKnown(this.#now);
  }
}
