import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { pollUntil } from '../../../src/poll.ts';
import { type Frame, newNonce } from '../../../src/shell/frame.ts';
import { channelCommand, preamble } from '../../../src/shell/program.ts';
import { shellStart } from '../../../src/transport/become.ts';
import type { Channel } from '../../../src/transport/channel.ts';
import { type Program, ProgramChannel } from '../../../src/transport/program-channel.ts';
import { awaitStart } from '../../../src/transport/start.ts';
import { noTraffic } from '../../../src/transport/target.ts';

export const place = mkdtempSync(join(tmpdir(), 'brokkr-channel-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

export const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

export function program(script: string): Program {
  const nonce = newNonce();
  return { nonce, text: [preamble(nonce), 's OUT', script, 's END'].join('\n') };
}
/** What a program has said, by its first frame; `undefined` when there was none. */
export function listen(keepBytes?: number): {
  frames: Frame[];
  text(): string | undefined;
  listener: { keepBytes?: number; frame(stream: string, frame: Frame): void };
} {
  const frames: Frame[] = [];
  const frame = (stream: string, each: Frame): void => void (stream === 'stdout' && frames.push(each));
  return {
    frames,
    text: () => frames[0]?.payload.toString(),
    listener: keepBytes === undefined ? { frame } : { keepBytes, frame },
  };
}

/** A channel whose login shell, and the PATH of whose tools, is the given one. */
export function channelOf(
  loginShell: readonly string[],
  path: string,
  kind: 'server' | 'receiver' = 'server',
  how: Parameters<typeof shellStart>[0] = { become: undefined, prompt: '', onTerminal: false },
): ProgramChannel {
  const ready = newNonce();
  const [command = '', ...args] = loginShell;
  const child = spawn(command, [...args, '-c', channelCommand(kind, shellStart(how), ready)], {
    env: { PATH: path, HOME: place, SHELL: command },
    // A session without a terminal, as sshd gives one.
    detached: true,
  });
  child.stdin.on('error', () => {});
  const channel: Channel = {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    onClose: (listener) => void child.once('close', (rc, signal) => listener(rc, signal)),
    destroy: () => void child.stdin.destroy(),
  };
  const started = awaitStart(channel, {
    host: 'here',
    user: 'root',
    become: undefined,
    ready,
    prompt: newNonce(),
    onTerminal: false,
    timeoutMs: 10_000,
  });
  const made = new ProgramChannel('here', channel, noTraffic(), started);
  open.push({ close: () => made.end() });
  return made;
}

export const isRunning = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
export async function goneSoon(pid: number): Promise<boolean> {
  const outcome = await pollUntil(
    async () => (isRunning(pid) ? { done: false, reason: 'runs' } : { done: true, value: true }),
    { timeoutMs: 10_000, intervalMs: 50 },
  );
  return outcome.done;
}
export async function pidIn(file: string): Promise<number> {
  const outcome = await pollUntil<number>(
    async () => {
      const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
      return pid > 0 ? { done: true, value: pid } : { done: false, reason: 'not begun' };
    },
    { timeoutMs: 10_000, intervalMs: 20 },
  );
  if (!outcome.done) throw new Error(outcome.reason);
  return outcome.value;
}

const applets = join(place, 'applets');
mkdirSync(applets);
for (const applet of execFileSync('busybox', ['--list'], { encoding: 'utf8' }).split('\n'))
  if (/^[a-z0-9]/.test(applet)) symlinkSync('/usr/bin/busybox', join(applets, applet));

export const SHELLS: [string, string[], string][] = [
  ['sh', ['/bin/sh'], '/usr/bin:/bin'],
  ['bash', ['/bin/bash'], '/usr/bin:/bin'],
  ['busybox', [join(applets, 'sh')], applets],
  ...['fish', 'tcsh', 'csh', 'zsh', 'ksh'].flatMap((name): [string, string[], string][] =>
    existsSync(`/usr/bin/${name}`) ? [[name, [`/usr/bin/${name}`], '/usr/bin:/bin']] : [],
  ),
];
