import { MARKER_FUNCTION } from './frame.ts';

/**
 * Keeps one channel open for many programs. It reads a line with a program's length in bytes and its nonce, then the
 * program, and runs it in a session of its own; the next line means that the answer has come. When the channel ends
 * instead, because the connection is gone, the program's whole process group is ended: nothing of ours goes on running
 * unwatched. What a program that came to its end has left running, such as a server, is not touched. A frame `OVER` follows
 * when the program's shell has ended, in whichever way: a program that was killed must not be waited for.
 *
 * It goes out as an argument of the login shell, which may be fish or csh: so no single quote, no backslash, no line break,
 * and `!` only where csh takes it as it is (before a blank). dash knows a group only after `--`, which
 * BusyBox does not know.
 */
const SERVER = [
  'q() { kill -s "$1" -- "-$w" || kill -s "$1" "-$w" || kill -s "$1" "$w"; } 2>/dev/null',
  'k() { q TERM; sleep 2; q KILL; exit 1; }',
  'read -r n N; while [ "${n:-0}" -gt 0 ]; do p=$(head -c "$n")',
  // `P` is the shell that lives as long as the channel: the lock names it.
  '( trap k TERM; if command -v setsid >/dev/null; then printf "P=%s;%s" "$$" "$p" | setsid sh & w=$! ',
  'else printf "P=%s;%s" "$$" "$p" | sh & w=$! ; fi; wait "$w"; echo; echo "$N OVER" ) & o=$! ',
  'if read -r n N; then wait "$o"; else kill -s TERM "$o" 2>/dev/null; wait "$o"; exit 1; fi; done',
].join('; ');

/**
 * Runs one program whose standard input is content: a line as for a server, the program, then the content. `dd` with a
 * block of one byte takes exactly the program, which `head` of BusyBox does not.
 */
const RECEIVER = 'read -r n N; p=$(dd bs=1 count="$n" 2>/dev/null); eval "$p"';

/** The login shell's command that runs a script, which holds no single quote, in the shell of a channel. */
export type ShellStart = (script: string) => string;

/**
 * The login shell's command for a channel that takes programs (`server`) or one program with content (`receiver`). It prints
 * the line `ready` first, so that a start that hangs or fails is known from a program that does.
 */
export function channelCommand(kind: 'server' | 'receiver', start: ShellStart, ready: string): string {
  const script = kind === 'server' ? SERVER : RECEIVER;
  return start(`echo ${ready}; ${script}`);
}

/** A program as it goes over the channel of a server or a receiver. */
export function packProgram(program: { readonly nonce: string; readonly text: string }): Buffer {
  const bytes = Buffer.from(program.text);
  return Buffer.concat([Buffer.from(`${bytes.length} ${program.nonce}\n`), bytes]);
}

/** The line that tells a server to end. */
export const END_OF_PROGRAMS = '0\n';

/** Folders that the search path of a non-login shell leaves out, as programs add them to it. */
export const ADDED_PATH = ':/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin';

/**
 * What every program begins with: the nonce, the markers, a locale in which messages and sorting are known, and a PATH
 * with the folders that a non-login shell leaves out.
 */
export function preamble(nonce: string): string {
  return [
    `N=${nonce}`,
    MARKER_FUNCTION,
    // What the user's own programs find: the locale as it was.
    'A=${LC_ALL-}',
    `export LC_ALL=C PATH="$PATH${ADDED_PATH}"`,
    'unset CDPATH ENV; cd / 2>/dev/null',
  ].join('\n');
}

/** Is `S` one's own, and no link that somebody else has made? Shell text of a condition. */
export const STATE_IS_OWN = '[ -O "$S" ] && { [ ! -L "$S" ] || [ "$(stat -c %u -- "$S")" = "$(id -u)" ]; }';

/**
 * Where brokkr keeps its lock, its journal and the restarts it owes on a host, as shell text that sets `S`. An account
 * without a home of its own, such as that of a service, has it under /tmp, where others may have come first: what is there and
 * not one's own is neither read nor written. `Q` is its path then, and `S` one that cannot exist.
 */
export const STATE_FOLDER = [
  'if [ "$(id -u)" = 0 ]; then S=/var/lib/brokkr; elif [ -w "${HOME:-/nonexistent}" ]; then S=$HOME/.local/state/brokkr; else S=/tmp/brokkr-$(id -u); fi',
  `Q=; if [ -e "$S" ] || [ -L "$S" ]; then ${STATE_IS_OWN} || { Q=$S; S=/dev/null/brokkr; }; fi`,
].join('\n');
