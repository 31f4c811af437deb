import { execFile } from 'node:child_process';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** All of its environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
}

/** Runs a program, for a minute at most. */
export function runProgram(file: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const { env, cwd, input = '' } = options;
    const limits = { timeout: 60_000, maxBuffer: Number.POSITIVE_INFINITY };
    const child = execFile(file, args, { env, cwd, ...limits }, (error, stdout, stderr) => {
      // A number is the exit status, a text the reason why it could not be run.
      if (typeof error?.code === 'string') reject(error);
      else resolve({ status: child.exitCode, stdout, stderr });
    });
    // One that reads no input may have ended already.
    child.stdin?.on('error', () => {}).end(input);
  });
}
