import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program with everything that it is started with. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Sample {
  /** Seconds. */
  readonly wall: number;
  /** Seconds that the control machine computed: the program and all that it started and waited for. */
  readonly cpu: number;
  /** The largest resident set of any one of its processes, in MB. */
  readonly peak: number;
}

/** Ten minutes: what takes longer is no benchmark. */
const LONGEST_MS = 600_000;

/** Runs a program under GNU time. @throws Error with the end of its output when it does not end with 0 */
export async function measure(scratch: string, { file, args, cwd, env }: Command): Promise<Sample> {
  const figures = join(scratch, 'time');
  const child = spawn('/usr/bin/time', ['-q', '-f', '%e %U %S %M', '-o', figures, file, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}:\n${output}`);
  const [wall = 0, user = 0, system = 0, kilobytes = 0] = readFileSync(figures, 'utf8').trim().split(' ').map(Number);
  return { wall, cpu: user + system, peak: kilobytes / 1024 };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

/** Ratios of what was run in the same round. */
export function ratios(of: readonly Sample[], to: readonly Sample[]): number[] {
  return of.flatMap(({ wall }, round) => {
    const other = to[round];
    return other === undefined ? [] : [wall / other.wall];
  });
}
