/**
 * Hosts that are on their way in at the same time. A hundred handshakes at once are too many for a bastion, for the iron that
 * virtual hosts share, and for start-up files of one account that wait for each other.
 */
const AT_ONCE = 20;

/**
 * Milliseconds after which one that is still on its way makes room: those that are down must not keep others waiting for
 * long, and those whose shells start slowly must not become too many.
 */
const LONGEST_MS = { connecting: 2_000, starting: 10_000 };

/** A host's turn to come in. */
export interface Turn {
  /** It is connected, and its shell starts. */
  starts(): void;
  /** It is in, or has given up. The second call does nothing. */
  end(): void;
}

/**
 * Lets only some hosts be on their way in at the same moment, however many are worked on. Whoever waits loses none of the
 * time that it has to connect.
 */
export class Turns {
  readonly #atOnce: number;
  readonly #longestMs: typeof LONGEST_MS;
  readonly #waiting = new Set<(isTurn: boolean) => void>();
  #taken = 0;

  constructor(atOnce = AT_ONCE, longestMs = LONGEST_MS) {
    this.#atOnce = atOnce;
    this.#longestMs = longestMs;
  }

  /** Resolves when it is one's turn; undefined when the signal was aborted first. */
  async take(signal: AbortSignal): Promise<Turn | undefined> {
    if (this.#taken < this.#atOnce) this.#taken += 1;
    else if (!(await this.#wait(signal))) return undefined;
    let isOver = false;
    const end = (): void => {
      clearTimeout(timer);
      if (isOver) return;
      isOver = true;
      const [next] = this.#waiting;
      if (next === undefined) this.#taken -= 1;
      else next(true);
    };
    let timer = setTimeout(end, this.#longestMs.connecting).unref();
    return {
      starts: () => {
        clearTimeout(timer);
        timer = setTimeout(end, this.#longestMs.starting).unref();
      },
      end,
    };
  }

  #wait(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isTurn: boolean): void => {
        this.#waiting.delete(settle);
        signal.removeEventListener('abort', onAbort);
        resolve(isTurn);
      };
      const onAbort = (): void => settle(false);
      this.#waiting.add(settle);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
    });
  }
}
