import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { labDown } from '../../src/lab/control.ts';
import type { Lab, LabOptions } from '../../src/lab/lab.ts';
import { labUp } from '../../src/lab/up.ts';
import { packageFolder } from '../../src/package-folder.ts';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const eventSchema = z.looseObject({ event: z.string() });
export type LineEvent = z.infer<typeof eventSchema>;

/** Runs the built program in a folder, as a user would, with nobody at the keyboard. */
export function brokkr(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  watch?: Watch,
  before: readonly string[] = [],
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const [program = '', ...words] = [
      ...before,
      process.execPath,
      path.join(packageFolder(), 'dist', 'cli.js'),
      ...args,
    ];
    const child = spawn(program, words, {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      const seen = stdout.lastIndexOf('\n') + 1;
      stdout += chunk;
      const lines = stdout.slice(seen).split('\n').slice(0, -1);
      for (const line of lines) watch?.(eventSchema.parse(JSON.parse(line)), () => child.kill('SIGKILL'));
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** Hears each event of a run with --json as it comes, and can have the run killed. */
export type Watch = (event: LineEvent, kill: () => void) => void;

/** The events of a run with --json; every line has to be one. */
export function eventsOf(ran: Ran): LineEvent[] {
  return ran.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => eventSchema.parse(JSON.parse(line)));
}

/** A project of its own, made as a user makes one, with a lab whose inventory stands beside the shipped settings. */
export class Project {
  readonly folder: string;
  readonly #lab: Lab;

  private constructor(folder: string, lab: Lab) {
    this.folder = folder;
    this.#lab = lab;
  }

  static async make(options: Omit<LabOptions, 'folder' | 'inventoryPath'> = {}): Promise<Project> {
    const place = mkdtempSync(path.join(tmpdir(), 'brokkr-project-'));
    const made = await brokkr(place, ['init', 'cluster']);
    if (made.status !== 0) throw new Error(`init failed: ${made.stderr}`);
    const folder = path.join(place, 'cluster');
    const lab = await labUp({
      ...options,
      folder: path.join(place, 'lab'),
      inventoryPath: path.join(folder, 'inventory', 'lab.yml'),
    });
    return new Project(folder, lab);
  }

  get lab(): Lab {
    return this.#lab;
  }

  /** @param before what the program is started with, to run elsewhere */
  run(args: readonly string[], watch?: Watch, before: readonly string[] = []): Promise<Ran> {
    const [verb = '', ...rest] = args;
    return brokkr(this.folder, [verb, '-i', 'inventory/lab.yml', ...rest], {}, watch, before);
  }

  async remove(): Promise<void> {
    await labDown({ folder: this.#lab.folder });
    rmSync(path.dirname(this.folder), { recursive: true, force: true });
  }
}
