import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { ClientChannel } from 'ssh2';

/** Milliseconds that the outputs of a local shell may go on after its end: what it has left running may hold them for ever. */
const REST_MS = 500;

/** A running shell on the other side: an SSH session channel, or a local process. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Called once, when nothing more can come. `rc` is null when it did not end by itself: the connection is gone. */
  onClose(listener: (rc: number | null, signal: string | null) => void): void;
  destroy(): void;
}

/** What ssh says of a session that was closed before it was told how its process ended: sshd may be that quick. */
const UNTOLD = 255;

/** @param isLost whether the connection is gone */
export function sshChannel(channel: ClientChannel, isLost: () => boolean): Channel {
  // Without a listener, an error on a channel whose connection is gone would end the process.
  channel.on('error', () => {});
  channel.stderr.on('error', () => {});
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    // With what 'exit' has told: that event may be over before anybody can listen, when the process was quick.
    onClose: (listener) =>
      void channel.once('close', (rc: number | null = null, signal: string | null = null) =>
        listener(rc ?? (signal === null && !isLost() ? UNTOLD : null), signal),
      ),
    destroy: () => channel.destroy(),
  };
}

/**
 * `connection: local`: the same program protocol with a shell of this machine. It has a session of its own, so that Ctrl-C
 * on the terminal reaches brokkr and not the shell, which ends when its input does.
 */
export function localChannel(command: string): Channel {
  return childChannel(spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'], detached: true }));
}

/** @param isLost tells of an exit status whether it is not the shell's: the connection is gone */
export function childChannel(
  child: ChildProcessWithoutNullStreams,
  { isLost = async () => false }: { readonly isLost?: (rc: number) => Promise<boolean> } = {},
): Channel {
  child.stdin.on('error', () => {});
  let rest: NodeJS.Timeout | undefined;
  child.once('exit', () => {
    rest = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, REST_MS);
  });
  child.once('close', () => clearTimeout(rest));
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    onClose: (listener) => {
      let told = false;
      const tell = (rc: number | null, signal: string | null): void => {
        if (told) return;
        told = true;
        listener(rc, signal);
      };
      child.once('close', (rc, signal) => {
        if (rc === null) tell(rc, signal);
        else void isLost(rc).then((lost) => (lost ? tell(null, null) : tell(rc, signal)));
      });
      // A program that could not be started is closed as well.
      child.once('error', () => tell(null, null));
    },
    destroy: () => {
      child.stdin.destroy();
    },
  };
}
