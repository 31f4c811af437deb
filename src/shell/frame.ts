import { randomBytes } from 'node:crypto';

/**
 * How a remote program's answer is told apart from everything else on the channel. A frame begins with a line
 * `NONCE words…` and lasts until the next such line; the line break before the nonce belongs to the marker, so a frame's
 * payload is exactly the bytes that were written, whatever they are. The nonce is random and new for every program.
 */
export interface Frame {
  /** The words after the nonce: `['B', '3']`. */
  readonly words: readonly string[];
  readonly payload: Buffer;
  /** How many bytes came after the payload's limit and were not kept. */
  readonly dropped?: number;
}

export function newNonce(): string {
  return `brokkr${randomBytes(12).toString('hex')}`;
}

/** Shell text that defines `s`, which prints a frame's marker: `s B 3`. `N` must hold the nonce. */
export const MARKER_FUNCTION = `s() { printf '\\n%s %s\\n' "$N" "$*"; }`;

/** Cuts a byte stream into frames. What stands before the first marker (a banner, a noisy shell start) is dropped. */
export class FrameParser {
  readonly #marker: Buffer;
  readonly #onFrame: (frame: Frame) => void;
  readonly #onOpen: ((words: readonly string[]) => void) | undefined;
  readonly #chunks: Buffer[] = [];
  readonly #limit: number;
  #pending: Buffer = Buffer.from('\n');
  #words: readonly string[] | undefined;
  #kept = 0;
  #dropped = 0;

  /**
   * `onOpen` is told a frame's words as soon as its marker has come, `onFrame` the whole frame. Of a payload, `limit` bytes
   * are kept: a program that prints without end must not take the memory.
   */
  constructor(
    nonce: string,
    onFrame: (frame: Frame) => void,
    onOpen?: (words: readonly string[]) => void,
    limit = Number.POSITIVE_INFINITY,
  ) {
    this.#marker = Buffer.from(`\n${nonce} `);
    this.#onFrame = onFrame;
    this.#onOpen = onOpen;
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const start = this.#pending.indexOf(this.#marker);
      if (start < 0) {
        // A marker may be cut anywhere, so as many bytes as it has stay behind.
        this.#keep(Math.max(0, this.#pending.length - this.#marker.length));
        return;
      }
      const end = this.#pending.indexOf(0x0a, start + this.#marker.length);
      if (end < 0) {
        this.#keep(start);
        return;
      }
      this.#keep(start);
      this.#close();
      const line = this.#pending.subarray(this.#marker.length, end - start).toString();
      this.#words = line.split(' ');
      this.#onOpen?.(this.#words);
      this.#pending = this.#pending.subarray(end - start + 1);
    }
  }

  /** The stream has ended: the last frame, cut short or not, is handed over. */
  end(): void {
    this.#keep(this.#pending.length);
    this.#close();
  }

  #keep(length: number): void {
    if (this.#words !== undefined) {
      const kept = Math.min(length, this.#limit - this.#kept);
      if (kept > 0) this.#chunks.push(this.#pending.subarray(0, kept));
      this.#kept += kept;
      this.#dropped += length - kept;
    }
    this.#pending = this.#pending.subarray(length);
  }

  #close(): void {
    if (this.#words === undefined) return;
    const frame = { words: this.#words, payload: Buffer.concat(this.#chunks) };
    const dropped = this.#dropped;
    this.#chunks.length = 0;
    this.#kept = 0;
    this.#dropped = 0;
    this.#words = undefined;
    this.#onFrame(dropped === 0 ? frame : { ...frame, dropped });
  }
}
