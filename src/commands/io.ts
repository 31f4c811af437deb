import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import type { EventSink } from '../apply/events.ts';
import { InterruptedError } from '../errors.ts';
import { createReport, type Report } from '../report/sink.ts';
import { describeTerminal, type Terminal } from '../report/terminal.ts';
import { Redactor, Secret } from '../shell/redact.ts';

/** What a verb talks to: only here are the process's own streams known. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly redactor: Redactor;
  /** Failures that a report has told of already. */
  readonly told: WeakSet<Error>;
}

export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    redactor: new Redactor(),
    told: new WeakSet(),
  };
}

export function terminalOf(io: Io): Terminal {
  return describeTerminal(io.stdout, io.environment);
}

/** The report that fits where the output goes: a tree on a terminal, lines elsewhere, JSON when asked for. */
export async function reportFor(
  io: Io,
  options: { readonly json: boolean; readonly verbose: number; readonly diff: boolean },
  listeners: readonly EventSink[] = [],
): Promise<Report> {
  const terminal = terminalOf(io);
  const format = options.json ? 'json' : terminal.isTerminal && options.verbose === 0 ? 'tree' : 'lines';
  return createReport({
    format,
    ...(format === 'tree' ? { tree: (await import('../report/tree.ts')).TreeReport } : {}),
    stdout: io.stdout,
    stderr: io.stderr,
    redactor: io.redactor,
    verbosity: options.verbose,
    diff: options.diff,
    color: terminal.color,
    columns: terminal.columns,
    rows: terminal.rows,
    readSource,
    listeners,
  });
}

/** The text of a user's file, for the line that a problem points to. */
export function readSource(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

export function print(io: Io, lines: readonly string[]): void {
  io.stdout.write(lines.map((line) => `${io.redactor.redact(line)}\n`).join(''));
}

/** Asks a question that is answered by yes or no; anything but yes is no. */
export async function confirm(io: Io, question: string): Promise<boolean> {
  const reader = createInterface({ input: io.stdin, output: io.stdout });
  return /^\s*y(es)?\s*$/i.test(await answerTo(reader, `${question} [y/N] `, io.stdout));
}

/** Asks for a line of text. */
export async function askText(io: Io, question: string): Promise<string> {
  return answerTo(createInterface({ input: io.stdin, output: io.stderr }), question, io.stderr);
}

/** Asks for a password without showing it. */
export async function askSecret(io: Io, prompt: string): Promise<Secret> {
  io.stderr.write(prompt);
  const input = io.stdin as Readable & { setRawMode?(raw: boolean): void };
  const silent: Writable = new (await import('node:stream')).Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: silent, terminal: io.stdin.isTTY === true });
  try {
    const secret = await answerTo(reader, '');
    io.redactor.add(secret);
    return new Secret(secret);
  } finally {
    io.stderr.write('\n');
  }
}

/** @throws InterruptedError when the user presses Ctrl-C instead, or ends the input */
async function answerTo(reader: Interface, question: string, shown?: Writable): Promise<string> {
  const ended = once(reader, 'close').then(() => Promise.reject(new DOMException('it was closed', 'AbortError')));
  try {
    return await Promise.race([reader.question(question), ended]);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    shown?.write('\n');
    throw new InterruptedError('stopped at the question; nothing was changed');
  } finally {
    reader.close();
  }
}
