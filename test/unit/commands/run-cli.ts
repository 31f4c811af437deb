import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a user would, in a folder, without a terminal; ended by force after 30 seconds. */
export function runCli(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CliRun> {
  return new Promise((resolve, reject) => {
    const main = path.resolve('src/cli.ts');
    const loader = import.meta.resolve('tsx');
    const child = spawn(process.execPath, ['--import', loader, main, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', HOME: folder, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** A project as `brokkr init` makes it, in a folder that goes when the test has finished. */
export function project(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'brokkr-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ['inventory', 'playbooks', 'templates']) {
    cpSync(part, path.join(folder, part), {
      recursive: true,
      filter: (source) => path.basename(source) !== 'lab.yml',
    });
  }
  return folder;
}

/** The lines of `--json`, each parsed on its own. */
export function eventsOf(run: CliRun): { readonly event: string; readonly [field: string]: unknown }[] {
  return run.stdout
    .trimEnd()
    .split('\n')
    .map((line) => z.looseObject({ event: z.string() }).parse(JSON.parse(line)));
}
