import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { type Frame, FrameParser } from '../../../src/shell/frame.ts';
import { compileProbe } from '../../../src/shell/probe-program.ts';
import { STATE_FOLDER } from '../../../src/shell/program.ts';
import { type HostQuestion, type Answer as Known, questionKey } from '../../../src/shell/question.ts';
import { quote } from '../../../src/shell/quote.ts';

/** A folder for a test file's own use, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'brokkr-shell-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface LocalShell {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** The PATH its programs find their tools by. */
  readonly path: string;
}

/** The shells of the hosts that matter: Debian's dash with GNU's tools, and BusyBox with its own tools only. */
export function localShells(folder: string): LocalShell[] {
  const applets = join(folder, 'applets');
  mkdirSync(applets);
  const { stdout } = spawnSync('busybox', ['--list'], { encoding: 'utf8' });
  for (const applet of stdout.split('\n'))
    if (/^[a-z0-9]/.test(applet)) symlinkSync('/usr/bin/busybox', join(applets, applet));
  return [
    { name: 'dash', command: ['dash'], path: '/usr/bin:/bin' },
    { name: 'busybox', command: ['busybox', 'sh'], path: applets },
  ];
}

export interface Answer {
  readonly stdout: readonly Frame[];
  readonly stderr: readonly Frame[];
  /** What came on stderr, frames or not. */
  readonly noise: string;
}

/** Runs a compiled program as a host would, with the state folder where the test wants it. */
export function runLocal(
  shell: LocalShell,
  program: { readonly nonce: string; readonly text: string },
  state: string,
  input?: Buffer,
): Answer {
  const [command, ...args] = shell.command;
  const text = program.text.replace(STATE_FOLDER, () => `S=${quote(state)}`);
  const options = { env: { PATH: shell.path, HOME: '/root' }, maxBuffer: 1 << 28 };
  const result =
    input === undefined
      ? spawnSync(command, args, { ...options, input: text })
      : spawnSync(command, [...args, '-c', 'eval "$PROGRAM"'], {
          ...options,
          env: { ...options.env, PROGRAM: text },
          input,
        });
  if (result.error !== undefined) throw result.error;
  return {
    stdout: framesOf(program.nonce, result.stdout),
    stderr: framesOf(program.nonce, result.stderr),
    noise: result.stderr.toString(),
  };
}

function framesOf(nonce: string, bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  const parser = new FrameParser(nonce, (frame) => frames.push(frame));
  parser.push(bytes);
  parser.end();
  return frames;
}

/** The same without waiting, for several at once: the marks on its stdout. */
export function runLocalBeside(
  shell: LocalShell,
  program: { readonly nonce: string; readonly text: string },
  state: string,
): Promise<string[]> {
  const [command, ...args] = shell.command;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { PATH: shell.path, HOME: '/root' }, stdio: ['pipe', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    child.on('error', reject);
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', () => resolve(marks(framesOf(program.nonce, Buffer.concat(chunks)))));
    child.stdin.end(program.text.replace(STATE_FOLDER, () => `S=${quote(state)}`));
  });
}

/** The frames' words, each joined. */
export function marks(frames: readonly Frame[]): string[] {
  return frames.map(({ words }) => words.join(' '));
}

export function payloadOf(frames: readonly Frame[], mark: string): string | undefined {
  return frames.find(({ words }) => words.join(' ') === mark)?.payload.toString();
}

/** What a shell answers to questions, each in its place. */
export function probeLocal<Q extends HostQuestion>(
  shell: LocalShell,
  state: string,
  questions: readonly Q[],
): (Known<Q> | undefined)[] {
  const program = compileProbe(questions);
  const { stdout, noise } = runLocal(shell, program, state);
  expect(marks(stdout).at(-1)).toBe('END');
  expect(noise).toBe('');
  const answers = program.parse(stdout);
  return questions.map((question) => answers.get(questionKey(question)) as Known<Q> | undefined);
}
