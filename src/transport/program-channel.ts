import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type BrokkrError, UnreachableError } from '../errors.ts';
import { type Frame, FrameParser } from '../shell/frame.ts';
import { END_OF_PROGRAMS, packProgram } from '../shell/program.ts';
import type { Channel } from './channel.ts';
import type { Traffic } from './target.ts';

export interface Program {
  readonly nonce: string;
  readonly text: string;
}

/** What a program tells while it runs. `stream` says on which of its two outputs. */
export interface ProgramListener {
  opened?(stream: 'stdout' | 'stderr', words: readonly string[]): void;
  frame(stream: 'stdout' | 'stderr', frame: Frame): void;
}

/** A shell on a host that runs one program after the other (or, as a receiver, one program with content). */
export class ProgramChannel {
  readonly #host: string;
  readonly #channel: Channel;
  readonly #traffic: Traffic;
  #parsers: { stdout: FrameParser; stderr: FrameParser } | undefined;
  #closed: { rc: number | null; signal: string | null } | undefined;
  #onClosed: (() => void) | undefined;
  #noise = '';

  constructor(host: string, channel: Channel, traffic: Traffic) {
    this.#host = host;
    this.#channel = channel;
    this.#traffic = traffic;
    for (const stream of ['stdout', 'stderr'] as const) {
      channel[stream].on('data', (chunk: Buffer) => {
        traffic.bytesReceived += chunk.length;
        if (this.#parsers === undefined || stream === 'stderr')
          this.#noise = (this.#noise + chunk.toString()).slice(-4000);
        this.#parsers?.[stream].push(chunk);
      });
    }
    channel.onClose((rc, signal) => {
      this.#closed = { rc, signal };
      this.#parsers?.stdout.end();
      this.#parsers?.stderr.end();
      this.#onClosed?.();
    });
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /**
   * Runs a program to its end. With `onBoth`, the end has come only when both outputs have said so.
   * @throws UnreachableError when the connection was lost first: whatever the listener has heard until then is all that is
   * known of what the program did.
   */
  async run(
    program: Program,
    listener: ProgramListener,
    options: { onBoth: boolean; content?: string | undefined },
  ): Promise<void> {
    if (this.#closed !== undefined) throw this.#lost();
    this.#traffic.programs += 1;
    const ended = new Set<string>();
    await new Promise<void>((resolve, reject) => {
      const parser = (stream: 'stdout' | 'stderr'): FrameParser =>
        new FrameParser(
          program.nonce,
          (frame) => listener.frame(stream, frame),
          (words) => {
            if (words[0] === 'END') ended.add(stream);
            else listener.opened?.(stream, words);
            if (ended.has('stdout') && (ended.has('stderr') || !options.onBoth)) resolve();
          },
        );
      this.#parsers = { stdout: parser('stdout'), stderr: parser('stderr') };
      this.#onClosed = () => reject(this.#lost());
      this.#send(packProgram(program.text));
      if (options.content !== undefined) {
        // A receiver that has failed stops reading; its answer says why, so a broken pipe here is not the news.
        this.#stream(options.content).catch(() => {});
      }
    });
    this.#onClosed = undefined;
    this.#parsers = undefined;
  }

  /** Sends one line, such as a password: not counted as a program. */
  sendLine(line: string): void {
    this.#send(Buffer.from(`${line}\n`));
  }

  /** Lets the shell end by itself. */
  end(): void {
    if (this.#closed !== undefined) return;
    this.#send(Buffer.from(END_OF_PROGRAMS));
    this.#channel.stdin.end();
  }

  /** Ends the remote process group: the shell sees its input end while a program runs. */
  abort(): void {
    this.#channel.stdin.end();
  }

  destroy(): void {
    this.#channel.destroy();
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

  /** The other side is gone. A shell that ended by itself says more than that: it could not be started as asked. */
  #lost(): BrokkrError {
    const { rc = null, signal = null } = this.#closed ?? {};
    const said = this.#noise.trim().split('\n').slice(-5).join('\n');
    if (rc === null && signal === null) {
      return new UnreachableError(this.#host, `the connection to ${this.#host} was lost`);
    }
    const how = signal === null ? `with exit status ${rc}` : `by signal ${signal}`;
    return new UnreachableError(this.#host, `the shell on ${this.#host} ended ${how}${said === '' ? '' : `: ${said}`}`);
  }
}
