import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect } from 'vitest';
import type { HostAction } from '../../../src/shell/action.ts';
import { compileApply, compileReceive, type Step } from '../../../src/shell/apply-program.ts';
import { type LocalShell, localShells, marks, payloadOf, runLocal, temporaryFolder } from './local-shell.ts';

const OPTIONS = { run: 'aaaaaaaaaaaa', owner: 'me@here', expectations: [], firstStep: 0 };

/** What an action that succeeds in silence comes to. */
export const done = { rc: 0, stderr: '', stdout: '' };

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const mode = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8);

/** A real shell and the folders it works on. */
interface Stage {
  /** Holds the others; what it holds besides stays from one test to the next. */
  readonly place: string;
  /** Empty at the start of each test. Its name has to be quoted. */
  readonly root: string;
  /** Does one action: its exit status and what it said. */
  readonly act: (action: HostAction) => { rc: number; stderr: string; stdout: string };
  /** Does one action whose content comes as a stream. */
  readonly receive: (action: HostAction, content: Buffer) => { rc: number; stderr: string };
}

/** Tests of actions, in each of the shells that hosts have. */
export function inEachShell(tests: (stage: Stage) => void): void {
  describe.each(localShells(temporaryFolder()))('in $name', (shell) => {
    const place = temporaryFolder();
    const root = join(place, "the root's");
    const state = join(place, 'state');
    beforeEach(() => {
      for (const folder of [root, state]) rmSync(folder, { recursive: true, force: true });
      mkdirSync(root);
    });
    tests({
      place,
      root,
      act: (action) => act(shell, state, action),
      receive: (action, content) => receive(shell, state, action, content),
    });
  });
}

function act(shell: LocalShell, state: string, action: HostAction): { rc: number; stderr: string; stdout: string } {
  const { stdout, stderr, noise } = runLocal(shell, compileApply([stepOf(action)], OPTIONS), state);
  const end = marks(stdout).find((mark) => mark.startsWith('E 0 '));
  expect({ noise, end }).toEqual({ noise, end: expect.any(String) });
  expect(marks(stdout).at(-1)).toBe('END');
  return {
    rc: Number(end?.slice(4)),
    stderr: payloadOf(stderr, 'B 0') ?? '',
    stdout: payloadOf(stdout, 'B 0') ?? '',
  };
}

function receive(
  shell: LocalShell,
  state: string,
  action: HostAction,
  content: Buffer,
): { rc: number; stderr: string } {
  const { stdout, stderr } = runLocal(shell, compileReceive(stepOf(action), OPTIONS), state, content);
  expect(marks(stdout).at(-1)).toBe('END');
  const end = marks(stdout).find((mark) => mark.startsWith('E 0 '));
  return { rc: Number(end?.slice(4)), stderr: payloadOf(stderr, 'B 0') ?? '' };
}

function stepOf(action: HostAction): Step {
  return { label: 'x', action, owes: [], pays: [] };
}

/** Temporary files that were left in a folder. */
export function leftovers(root: string): string[] {
  return readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => name.includes('.brokkr-'));
}

export function write(path: string, bytes: Uint8Array | string, changes: object = {}): HostAction {
  const buffer = Buffer.from(bytes);
  return {
    do: 'write',
    path,
    content: { from: 'bytes', bytes: buffer, sha256: sha256(buffer) },
    backup: false,
    ...changes,
  };
}

/** A tar archive of files by name, made in the folder and removed from it. */
export function archive(root: string, files: Record<string, string>, flags = '-czf'): Buffer {
  const source = join(root, 'source');
  mkdirSync(source);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(source, name, '..'), { recursive: true });
    writeFileSync(join(source, name), text);
  }
  const bytes = execFileSync('tar', [flags, '-', '-C', source, '--owner=7', '--group=8', '.'], { maxBuffer: 1 << 26 });
  execFileSync('rm', ['-rf', source]);
  return bytes;
}

export const UNPACK = {
  do: 'unpack',
  format: 'tar.gz',
  entries: [],
  exclude: [],
  include: [],
  keepNewer: false,
  extraOptions: [],
} as const;
