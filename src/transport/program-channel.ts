import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { BrokkrError, UnreachableError } from '../errors.ts';
import { type Frame, FrameParser } from '../shell/frame.ts';
import { END_OF_PROGRAMS, packProgram } from '../shell/program.ts';
import type { Channel } from './channel.ts';
import { lastLines } from './start.ts';
import type { Traffic } from './target.ts';

/**
 * Milliseconds that stderr may come later than stdout, since the streams come independently: the marker that is waited for,
 * and the words of a shell that was killed, of which there may be none.
 */
const STDERR_LATER_MS = { marker: 5_000, words: 200 };

export interface Program {
  readonly nonce: string;
  readonly text: string;
}

/** What a program tells while it runs. `stream` says on which of its two outputs. */
export interface ProgramListener {
  /** Bytes that are kept of a frame's payload; all of them, when it is left out. */
  readonly keepBytes?: number;
  opened?(stream: 'stdout' | 'stderr', words: readonly string[]): void;
  frame(stream: 'stdout' | 'stderr', frame: Frame): void;
}

interface RunOptions {
  readonly onBoth: boolean;
  readonly content?: string | undefined;
}

/** A shell on a host that runs one program after the other (or, as a receiver, one program with content). */
export class ProgramChannel {
  readonly #host: string;
  readonly #channel: Channel;
  readonly #traffic: Traffic;
  #parsers: { stdout: FrameParser; stderr: FrameParser } | undefined;
  #failed: Error | undefined;
  #onFailed: ((error: Error) => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #noise = '';
  #aborted = false;

  /** `started` is the start of the shell: programs may be sent before it, and fail with it. */
  constructor(host: string, channel: Channel, traffic: Traffic, started: Promise<void>) {
    this.#host = host;
    this.#channel = channel;
    this.#traffic = traffic;
    for (const stream of ['stdout', 'stderr'] as const) {
      const decoder = new StringDecoder();
      channel[stream].on('data', (chunk: Buffer) => {
        traffic.bytesReceived += chunk.length;
        if (this.#parsers === undefined || stream === 'stderr') {
          this.#noise = (this.#noise + decoder.write(chunk)).slice(-4000);
        }
        this.#parsers?.[stream].push(chunk);
      });
    }
    started.catch((error: unknown) => {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
      channel.destroy();
    });
    channel.onClose((rc, signal) => {
      this.#parsers?.stdout.end();
      this.#parsers?.stderr.end();
      // A start that failed says more, and is told in the same turn.
      started.then(
        () => this.#fail(this.#lost(rc, signal)),
        () => {},
      );
    });
  }

  /**
   * Runs a program to its end, after those that were asked for before. With `onBoth`, the end has come only when both
   * outputs have said so.
   * @throws UnreachableError when the connection was lost first, BrokkrError when the program was killed: whatever the
   * listener has heard until then is all that is known of what the program did.
   */
  run(program: Program, listener: ProgramListener, options: RunOptions): Promise<void> {
    const turn = this.#turn.then(() => this.#run(program, listener, options));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #run(program: Program, listener: ProgramListener, options: RunOptions): Promise<void> {
    if (this.#failed !== undefined) throw this.#failed;
    this.#traffic.programs += 1;
    const ended = new Set<string>();
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const isOver = (): boolean => ended.has('stdout') && (ended.has('stderr') || !options.onBoth);
        const died = (): void => reject(this.#killed());
        const opened = (stream: 'stdout' | 'stderr', words: readonly string[]): void => {
          if (words[0] === 'END') ended.add(stream);
          else if (words[0] !== 'OVER') listener.opened?.(stream, words);
          if (isOver()) resolve();
          else if (words[0] === 'OVER')
            timer = setTimeout(died, STDERR_LATER_MS[ended.has('stdout') ? 'marker' : 'words']);
        };
        const parser = (stream: 'stdout' | 'stderr'): FrameParser =>
          new FrameParser(
            program.nonce,
            (frame) => listener.frame(stream, frame),
            (words) => opened(stream, words),
            listener.keepBytes,
          );
        this.#parsers = { stdout: parser('stdout'), stderr: parser('stderr') };
        this.#onFailed = reject;
        this.#send(packProgram(program));
        if (options.content !== undefined) {
          this.#stream(options.content).catch((error: unknown) => {
            // A receiver that has failed stops reading; its answer says why, so a broken pipe here is not the news.
            if (isFileError(error)) reject(new BrokkrError(`${options.content} cannot be sent: ${error.message}`));
          });
        }
      });
    } finally {
      clearTimeout(timer);
      this.#onFailed = undefined;
      this.#parsers = undefined;
      this.#noise = '';
    }
  }

  /** Lets the shell end by itself. */
  end(): void {
    if (this.#failed !== undefined) return;
    this.#send(Buffer.from(END_OF_PROGRAMS));
    this.#channel.stdin.end();
  }

  /** Ends the remote process group: the shell sees its input end while a program runs. */
  abort(): void {
    this.#aborted = true;
    this.#channel.stdin.end();
  }

  destroy(): void {
    this.#channel.destroy();
  }

  #fail(error: Error): void {
    this.#failed ??= error;
    this.#onFailed?.(this.#failed);
  }

  #send(bytes: Buffer): void {
    this.#traffic.bytesSent += bytes.length;
    this.#channel.stdin.write(bytes);
  }

  async #stream(file: string): Promise<void> {
    const source = createReadStream(file, { highWaterMark: 1 << 18 });
    source.on('data', (chunk) => {
      this.#traffic.bytesSent += chunk.length;
    });
    await pipeline(source, this.#channel.stdin);
  }

  #killed(): BrokkrError {
    const said = lastLines(this.#noise);
    return new BrokkrError(
      `the program on ${this.#host} ended before it had told what it did${said === '' ? '' : `: ${said}`}`,
      { hint: `something there has killed it; see: dmesg | tail, journalctl -n 50` },
    );
  }

  /** The other side is gone. A shell that ended by itself says more than that. */
  #lost(rc: number | null, signal: string | null): BrokkrError {
    if (this.#aborted)
      return new UnreachableError(this.#host, `interrupted: what ran on ${this.#host} was ended, and may be half done`);
    if (rc === null && signal === null) {
      return new UnreachableError(this.#host, `the connection to ${this.#host} was lost`);
    }
    const said = lastLines(this.#noise);
    const how = signal === null ? `with exit status ${rc}` : `by signal ${signal}`;
    return new UnreachableError(this.#host, `the shell on ${this.#host} ended ${how}${said === '' ? '' : `: ${said}`}`);
  }
}

/** An error of the file that is read, as opposed to one of the channel. */
function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'path' in error;
}
