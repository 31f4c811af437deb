import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { Secret } from '../shell/redact.ts';
import { LEAVE_MS } from './connection.ts';
import { makeFolder } from './system-folder.ts';

/**
 * Runs ssh, ends it when the input ends, however brokkr came to its own end, and takes the folder away after it.
 * `read` is the shell's own, so that nothing else is left waiting.
 */
const KEEPER = `
folder=$1; shift
exec 3<&0 </dev/null
sh -c 'echo "$$" >"$0/ssh" && exec "$@"' "$folder" "$@" 3<&- & ssh=$!
( read -r _ <&3; kill "$ssh"; sleep 2; kill -s KILL "$ssh" ) >/dev/null 2>&1 & keeper=$!
wait "$ssh"; rc=$?
kill "$keeper" 2>/dev/null
rm -rf -- "$folder"
exit "$rc"`;

/**
 * Answers the question for a password, and no other; the answer comes through a pipe and is never a file's content. It is
 * given once, and to this ssh only: a command in between may be an ssh as well, and asks for the password of another host.
 */
const ASKPASS = `#!/bin/sh
here=\${0%/*}
case $1 in *assword*) ;; *) exit 1 ;; esac
read -r ssh <"$here/ssh" && [ "$ssh" = "$PPID" ] && mv "$here/answer" "$here/answered" 2>/dev/null || exit 1
IFS= read -r answer <"$here/answered" && printf '%s\\n' "$answer"
`;

/** The process that holds a connection, and its folder, which nobody else can look into. */
export class SystemMaster {
  readonly socket: string;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  readonly #log: string | undefined;
  #answer: FileHandle | undefined;
  #said = '';
  #heard = '';
  #ended = false;

  private constructor(folder: string, child: ChildProcess, answer: FileHandle | undefined, log: string | undefined) {
    this.#folder = folder;
    this.#log = log;
    this.socket = path.join(folder, 's');
    this.#child = child;
    this.#answer = answer;
    child.stdin?.on('error', () => {});
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#heard = (this.#heard + text).slice(-4000);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-16_000);
    });
    const ended = (): void => {
      if (this.#ended) return;
      this.#ended = true;
      child.stdin?.destroy();
      this.forgetPassword();
      rmSync(folder, { recursive: true, force: true });
      for (const listener of [...this.#listeners]) listener();
      this.#listeners.clear();
    };
    child.once('exit', ended);
    child.once('error', (error) => {
      this.#said += error.message;
      ended();
    });
  }

  /**
   * @param argumentsFor are those of ssh, by the socket at which it is to be asked
   * @param environment what ssh is to find changed in its environment
   * @param log the file that ssh writes its messages to, in place of its standard error
   */
  static async start(
    argumentsFor: (socket: string) => readonly string[],
    password: Secret | undefined,
    environment: Readonly<Record<string, string>> = {},
    log?: string,
  ): Promise<SystemMaster> {
    const folder = makeFolder(password !== undefined);
    try {
      const answer = password === undefined ? undefined : await layPassword(folder, password);
      const helper = { SSH_ASKPASS: path.join(folder, 'askpass'), SSH_ASKPASS_REQUIRE: 'force', DISPLAY: 'none' };
      const child = spawn(
        '/bin/sh',
        ['-c', KEEPER, 'sh', folder, 'ssh', ...argumentsFor(path.join(folder, 's'))],
        // A session of its own: Ctrl-C on the terminal is brokkr's.
        {
          stdio: ['pipe', 'pipe', 'pipe'],
          detached: true,
          env: { ...process.env, ...environment, ...(password === undefined ? {} : helper) },
        },
      );
      return new SystemMaster(folder, child, answer, log);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  /** What it has written to its standard output, and to its standard error. */
  get heard(): string {
    return this.#heard;
  }

  get said(): string {
    return this.#said + (this.#log === undefined || !existsSync(this.#log) ? '' : readFileSync(this.#log, 'utf8'));
  }

  /** Takes the first words of this kind out of what it has said. */
  take(words: RegExp): RegExpExecArray | undefined {
    const found = words.exec(this.#said) ?? undefined;
    if (found !== undefined)
      this.#said = this.#said.slice(0, found.index) + this.#said.slice(found.index + found[0].length);
    return found;
  }

  /** Is called with each piece of its two outputs, and at its end. */
  onNews(listener: () => void): () => void {
    const { stdout, stderr } = this.#child;
    stdout?.on('data', listener);
    stderr?.on('data', listener);
    const off = this.onEnd(listener);
    return () => {
      stdout?.removeListener('data', listener);
      stderr?.removeListener('data', listener);
      off();
    };
  }

  onEnd(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** After the log-in it is needed no more. */
  forgetPassword(): void {
    void this.#answer?.close();
    this.#answer = undefined;
    for (const name of ['answer', 'answered']) rmSync(path.join(this.#folder, name), { force: true });
  }

  /** Resolves when it has ended; it is killed when it does not. */
  async end(): Promise<void> {
    if (this.#ended) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.kill('SIGKILL'), LEAVE_MS + 1_000);
      this.onEnd(() => {
        clearTimeout(timer);
        resolve();
      });
      this.#child.stdin?.destroy();
    });
  }

  destroy(): void {
    void this.end();
  }

  kill(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#ended) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  }
}

async function layPassword(folder: string, password: Secret): Promise<FileHandle> {
  writeFileSync(path.join(folder, 'askpass'), ASKPASS, { mode: 0o700 });
  const pipe = path.join(folder, 'answer');
  execFileSync('mkfifo', ['-m', '600', pipe]);
  // Open for both, so that neither end waits for the other: what is written stays in the pipe until somebody asks.
  const handle = await open(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  await handle.write(`${password.reveal()}\n`);
  return handle;
}
