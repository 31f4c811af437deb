import type { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import type { Event, EventSink } from '../apply/events.ts';
import type { Redactor } from '../shell/redact.ts';
import { JsonReport } from './json.ts';
import { LinesReport } from './lines.ts';
import { printableDeep } from './printable.ts';
import { redactEvent } from './redact-event.ts';
import type { TreeReport } from './tree.ts';

export interface ReportOptions {
  /** A tree is for a terminal: where standard output is none, it becomes lines. */
  readonly format: 'tree' | 'lines' | 'json';
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly redactor: Redactor;
  /** How many `-v` were given. */
  readonly verbosity: number;
  readonly diff: boolean;
  readonly color: boolean;
  readonly columns: number;
  /** The height of the terminal, for the tree. */
  readonly rows?: number;
  /** The text of a file of the user's, for the line that a problem points to. */
  readonly readSource?: (file: string) => string | undefined;
  /** The tree, loaded by whoever wants one: its library is not read by every run. */
  readonly tree?: typeof TreeReport;
  /** Hear every event as the report does, redacted. They must not throw. */
  readonly listeners?: readonly EventSink[];
  readonly now?: () => Date;
}

export interface Report {
  readonly emit: EventSink;
  /** Takes the moving part of a tree off the terminal, for a question to the user; the next event brings it back. */
  pause(): Promise<void>;
  /** Tells what is still held and waits until it is written. Rejects with the error of a listener, if one had any. */
  end(): Promise<void>;
}

interface Listener {
  readonly emit: EventSink;
  pause?(): Promise<void>;
  end(): void | Promise<void>;
}

/**
 * What the engine tells, to a terminal, a log or a program. Secrets are redacted here, before any listener hears of an
 * event. A listener that fails falls silent, and never stops a run.
 */
export function createReport(options: ReportOptions): Report {
  const stdout = carefulWriter(options.stdout);
  const stderr = carefulWriter(options.stderr);
  const listener = createListener(options, stdout.write, stderr.write);
  let broken: { readonly error: unknown } | undefined;
  const emit = (event: Event): void => {
    const redacted = redactEvent(event, options.redactor);
    for (const other of options.listeners ?? []) other(redacted);
    if (broken !== undefined) return;
    try {
      listener.emit(options.format === 'json' ? redacted : printableDeep(redacted));
    } catch (error) {
      broken = { error };
    }
  };
  return {
    emit,
    pause: async () => listener.pause?.(),
    end: async () => {
      try {
        await listener.end();
      } finally {
        await Promise.all([stdout.flush(), stderr.flush()]);
      }
      if (broken !== undefined) throw broken.error;
    },
  };
}

function createListener(options: ReportOptions, write: (text: string) => void, warn: (text: string) => void): Listener {
  const now = options.now ?? (() => new Date());
  if (options.format === 'json') return new JsonReport({ write, now });
  const { verbosity, diff, color, columns, readSource } = options;
  const { stdout, rows = 24 } = options;
  if (options.format === 'lines' || options.tree === undefined || !isTerminal(stdout))
    return new LinesReport({ write, warn, verbosity, diff, color, columns, readSource, progress: true });
  const clock = (): number => performance.now();
  return new options.tree({ stdout, write, warn, verbosity, diff, color, columns, rows, readSource, clock });
}

function isTerminal(stream: Writable): stream is WriteStream {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** Writes as long as somebody reads: a pager that was closed must not end a run that is in the middle of a change. */
function carefulWriter(stream: Writable): { write: (text: string) => void; flush: () => Promise<void> } {
  let closed = false;
  stream.on('error', () => {
    closed = true;
  });
  return {
    write: (text) => {
      if (!closed && !stream.destroyed) stream.write(text);
    },
    flush: () =>
      new Promise((resolve) => {
        if (closed || stream.destroyed || stream.writableEnded) resolve();
        else stream.write('', () => resolve());
      }),
  };
}
