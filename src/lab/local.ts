import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { $ } from 'zx/core';
import { BrokkrError } from '../errors.ts';

/** sbin folders are not on everybody's PATH, and that is where ip, sshd and debootstrap live. */
const searchPath = [
  ...new Set([
    ...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
    '/usr/bin',
    '/bin',
  ]),
];
const environment: NodeJS.ProcessEnv = { ...process.env, PATH: searchPath.join(delimiter), LC_ALL: 'C.UTF-8' };

/** The path of a program on PATH or in an sbin folder, or of a file that is named by its path; else `undefined`. */
export async function findProgram(name: string): Promise<string | undefined> {
  const isPath = name.startsWith('/');
  for (const path of isPath ? [name] : searchPath.map((folder) => join(folder, name))) {
    const found = await access(path, isPath ? constants.R_OK : constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

export interface LocalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Aborting it ends the program's whole process group with TERM, and with KILL five seconds later. */
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
}

export interface LocalResult {
  /** The exit status; `null` when a signal ended the program. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of this machine to its end and returns how it ended, whatever its status. It runs in a session of its
 * own, so that a Ctrl-C at the terminal reaches it only through the signal. Throws the signal's reason when aborted.
 */
export async function tryLocal(
  program: string,
  args: readonly string[],
  options: LocalOptions = {},
): Promise<LocalResult> {
  options.signal?.throwIfAborted();
  if ((await findProgram(program)) === undefined)
    throw new BrokkrError(`${program} cannot be started: it is not there`);
  const run = $({
    env: { ...environment, ...options.env },
    detached: true,
    nothrow: true,
    quiet: true,
    input: options.stdin ?? '',
  })`exec ${[program, ...args]}`;
  let forced: NodeJS.Timeout | undefined;
  const end = (signal: NodeJS.Signals) => {
    if (run.pid !== undefined) killGroup(run.pid, signal);
  };
  const onAbort = () => {
    end('SIGTERM');
    forced = setTimeout(end, 5000, 'SIGKILL');
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  run.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) if (line !== '') options.onLine?.(line);
  });
  // A program that ends without reading its input is judged by its status, not by the broken pipe.
  run.stdin.on('error', () => undefined);
  try {
    const { exitCode, stdout, stderr } = await run;
    options.signal?.throwIfAborted();
    return { status: exitCode, stdout, stderr };
  } finally {
    clearTimeout(forced);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** As `tryLocal`, but any status other than 0 is a `BrokkrError` with the end of what the program said. */
export async function runLocal(program: string, args: readonly string[], options: LocalOptions = {}): Promise<string> {
  const result = await tryLocal(program, args, options);
  if (result.status === 0) return result.stdout;
  const said = `${result.stderr}\n${result.stdout}`.trim().split('\n').slice(-8).join('\n  ');
  const ended = result.status === null ? 'was killed' : `ended with status ${result.status}`;
  throw new BrokkrError(`${[program, ...args].join(' ')} ${ended}:\n  ${said}`);
}

/** Runs a program on the user's terminal and returns its exit status (128 + n when a signal ended it). */
export function runOnTerminal(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment, stdio: 'inherit' });
    child.on('error', (cause) => reject(new BrokkrError(`${program} cannot be started: ${cause.message}`, { cause })));
    child.on('close', (status) => resolve(status ?? 128));
  });
}

/** Starts a program that outlives us, in a session of its own, and returns its process id; what it prints goes to a file. */
export async function startDaemon(
  program: string,
  args: readonly string[],
  options: { readonly logFile: string; readonly env: Readonly<Record<string, string>> },
): Promise<number> {
  const log = await open(options.logFile, 'a');
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        env: { ...environment, ...options.env },
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      });
      child.on('error', (cause) =>
        reject(new BrokkrError(`${program} cannot be started: ${cause.message}`, { cause })),
      );
      child.on('spawn', () => {
        child.unref();
        if (child.pid !== undefined) resolve(child.pid);
      });
    });
  } finally {
    await log.close();
  }
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended already, which is what was wanted.
  }
}
