import type { Frame } from './frame.ts';
import { preamble } from './program.ts';
import { quote } from './quote.ts';

/** Bytes of a command's output that are kept, each of stdout and stderr. */
const COMMAND_OUTPUT_LIMIT = 4 * 1024 * 1024;

/** What came of a command. */
export interface CommandOutput {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes that were not kept. */
  readonly dropped: number;
}

/**
 * A program that runs one shell command in the home of its user, with nothing on its stdin and the locale that the user
 * has. Its frames: `C` on both outputs, then `R rc`, `END` on both.
 */
export function compileCommand(command: string, nonce: string): { readonly nonce: string; readonly text: string } {
  const text = [
    preamble(nonce),
    'cd 2>/dev/null',
    's C; s C >&2',
    `( if [ -n "$A" ]; then LC_ALL=$A; else unset LC_ALL; fi; exec sh -c ${quote(command)} ) </dev/null`,
    'rc=$?; s R "$rc"; s END; s END >&2',
  ];
  return { nonce, text: text.join('\n') };
}

/** Reads the frames of such a program. */
export class CommandReader {
  readonly keepBytes = COMMAND_OUTPUT_LIMIT;
  readonly #outputs = { stdout: '', stderr: '' };
  #rc: number | undefined;
  #dropped = 0;

  frame(stream: 'stdout' | 'stderr', frame: Frame): void {
    if (frame.words[0] === 'R') this.#rc = Number(frame.words[1]);
    if (frame.words[0] !== 'C') return;
    this.#outputs[stream] = frame.payload.toString();
    this.#dropped += frame.dropped ?? 0;
  }

  /** `undefined` when the command did not come to its end. */
  output(): CommandOutput | undefined {
    return this.#rc === undefined ? undefined : { rc: this.#rc, ...this.#outputs, dropped: this.#dropped };
  }
}
