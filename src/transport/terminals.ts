import { NeedsTerminal } from './become.ts';
import type { Become } from './target.ts';

/** The accounts of a host that one only becomes on a terminal (`requiretty`). */
export class Terminals {
  readonly #accounts = new Set<string>();

  isFor(become: Become | undefined): boolean {
    return this.#accounts.has(accountKey(become));
  }

  /**
   * Runs something under an account. That this takes a terminal is known when it had none: then nothing has been run, and it
   * is done again.
   * @param forget gives up what was started without one
   */
  async given(become: Become | undefined, run: () => Promise<void>, forget: () => void): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof NeedsTerminal)) throw error;
      this.#accounts.add(accountKey(become));
      forget();
      await run();
    }
  }
}

/** The same for those who share a shell. */
export function accountKey(become: Become | undefined): string {
  return become === undefined ? '' : `${become.method} ${become.user}`;
}
