import { MARKER_FUNCTION } from './frame.ts';

/**
 * Keeps one channel open for many programs. It reads a line with a program's length in bytes, then the program, and runs
 * it in a session of its own; the next line means that the answer has come. When the channel ends instead, because the
 * connection is gone, the program's whole process group is ended: nothing of ours goes on running unwatched.
 *
 * It goes out as an argument of the login shell, which may be fish or csh: so no single quote, no backslash, no line break,
 * and `!` only where csh takes it as it is (before a blank). `kill -s` because dash does not know `kill -TERM -- -PGID`.
 */
const SERVER = [
  'read -r n; while [ "$n" -gt 0 ]; do p=$(head -c "$n")',
  'if command -v setsid >/dev/null; then printf %s "$p" | setsid sh & w=$! ',
  'else printf %s "$p" | sh & w=$! ; fi',
  'if read -r n; then wait "$w"; else kill -s TERM -- "-$w" 2>/dev/null || kill -s TERM "$w" 2>/dev/null',
  'sleep 2; kill -s KILL -- "-$w" 2>/dev/null; exit 1; fi; done',
].join('; ');

/**
 * Runs one program whose standard input is content: a line with the program's length, the program, then the content.
 * `dd` with a block of one byte takes exactly the program, which `head` of BusyBox does not.
 */
const RECEIVER = 'read -r n; p=$(dd bs=1 count="$n" 2>/dev/null); eval "$p"';

/** The login shell's command for a channel that takes programs (`server`) or one program with content (`receiver`). */
export function channelCommand(kind: 'server' | 'receiver', prefix: string): string {
  const script = kind === 'server' ? SERVER : RECEIVER;
  return `exec ${prefix === '' ? '' : `${prefix} `}sh -c '${script}'`;
}

/** A program as it goes over the channel of a server or a receiver. */
export function packProgram(program: string): Buffer {
  const bytes = Buffer.from(program);
  return Buffer.concat([Buffer.from(`${bytes.length}\n`), bytes]);
}

/** The line that tells a server to end. */
export const END_OF_PROGRAMS = '0\n';

/**
 * What every program begins with: the nonce, the markers, a locale in which messages and sorting are known, and a PATH
 * with the folders that a non-login shell leaves out.
 */
export function preamble(nonce: string): string {
  return [
    `N=${nonce}`,
    MARKER_FUNCTION,
    'export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"',
    'unset CDPATH ENV; cd / 2>/dev/null',
  ].join('\n');
}

/** Where brokkr keeps its lock, its journal and the restarts it owes on a host, as shell text that sets `S`. */
export const STATE_FOLDER =
  'if [ "$(id -u)" = 0 ]; then S=/var/lib/brokkr; else S="${HOME:-/tmp/brokkr-$(id -u)}/.local/state/brokkr"; fi';
