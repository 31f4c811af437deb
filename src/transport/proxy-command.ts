import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { lastLines } from './start.ts';

/** Milliseconds after which a command that does not end when it is asked to is killed. */
const LEAVE_MS = 2_000;

/** The standard input and output of a command, as a connection. With it ends the command, and all that it has started. */
export class CommandConnection extends Duplex {
  readonly #child: ChildProcess;
  #said = '';

  /** @param command for the user's shell, as ssh gives it a ProxyCommand; or a program and its arguments */
  constructor(command: string | readonly string[]) {
    super();
    const shell = process.env.SHELL || '/bin/sh';
    const [program = '', ...words] = typeof command === 'string' ? [shell, '-c', `exec ${command}`] : command;
    // A session of its own: Ctrl-C on the terminal is brokkr's, and the whole group can be ended.
    this.#child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    const { stdout, stdin, stderr } = this.#child;
    stdout?.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) stdout.pause();
    });
    stdin?.on('error', () => {});
    stderr?.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-4000);
    });
    this.#child.once('error', (error) => this.destroy(error));
    // Only now has it said all that it had to say, also on its standard error.
    this.#child.once('close', () => {
      this.once('end', () => this.destroy());
      this.push(null);
      this.resume();
    });
  }

  /** The end of what it has written to its standard error. */
  get said(): string {
    return lastLines(this.#said);
  }

  /** Has it ended by itself, and told that it did not do what it was for? */
  get hasFailed(): boolean {
    return (this.#child.exitCode ?? 0) !== 0;
  }

  /** Resolves with true as soon as it has said something of this kind to its standard error, with false at its end. */
  saysBeforeEnd(words: RegExp): Promise<boolean> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (words.test(this.#said)) settle(true);
      };
      const ended = (): void => settle(words.test(this.#said));
      const settle = (said: boolean): void => {
        this.#child.stderr?.removeListener('data', look);
        this.#child.removeListener('close', ended);
        this.removeListener('error', ended);
        resolve(said);
      };
      this.#child.stderr?.on('data', look);
      this.#child.once('close', ended);
      this.once('error', ended);
    });
  }

  override _read(): void {
    this.#child.stdout?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // A command that reads no more has ended or will: its end tells more than a broken pipe.
    this.#child.stdin?.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#child.stdin?.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#kill('SIGTERM');
      const timer = setTimeout(() => this.#kill('SIGKILL'), LEAVE_MS);
      this.#child.once('close', () => clearTimeout(timer));
    }
    done(error);
  }

  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  }
}
