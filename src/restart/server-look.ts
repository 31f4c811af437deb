import { z } from 'zod';
import { BrokkrError } from '../errors.ts';
import { newNonce } from '../shell/frame.ts';
import { preamble, STATE_FOLDER } from '../shell/program.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { parseTimeSpan } from '../time-span.ts';
import type { Program } from '../transport/program-channel.ts';
import type { Member } from './members.ts';

/** A server's process and files, as its host tells. Times are seconds of the host's own clock. */
export interface ServerLook {
  readonly now: number;
  /** `undefined`: it does not run. */
  readonly process: { readonly pid: number; readonly startedAt: number } | undefined;
  /** With systemd: `active`, `failed`, `activating (auto-restart)`. */
  readonly unitState: string | undefined;
  /** The unit's file has changed since systemd read it. */
  readonly needsReload: boolean;
  /** Seconds after which systemd kills it; 0 for never. */
  readonly stopTimeout: number | undefined;
  /** Files that it was started from and that changed since, or in the same moment. */
  readonly newerFiles: readonly string[];
  /** Bytes that are left where it writes, by the place its file system is mounted at. */
  readonly space: ReadonlyMap<string, number>;
  /** Handlers that are owed and that restart it, each with the second in which that was recorded last. */
  readonly owed: ReadonlyMap<string, number>;
}

/** Shell text that sets `p` to a server's process, or to nothing: its unit's, or the one with its words in the command line. */
export function findProcess({ unit, commandLine }: Pick<Member, 'unit' | 'commandLine'>): string {
  if (unit === undefined) return `p=; ${forProcesses(commandLine, 'break')}`;
  return `p=$(systemctl show -p MainPID ${quote(unit)} 2>/dev/null | sed -n 's/^MainPID=\\([1-9].*\\)/\\1/p')`;
}

/**
 * Shell text that sets `p` to each process with these words in its command line, and does something then. One process reads
 * all command lines for the last word, for there may be many; it may find itself by that, so whoever was found is read once
 * more.
 */
export function forProcesses(commandLine: string, then: string): string {
  const word = commandLine.slice(commandLine.lastIndexOf(' ') + 1);
  return [
    `for d in $(grep -lsF -- ${quote(word)} /proc/[0-9]*/cmdline); do`,
    `  tr "\\000" " " < "$d" 2>/dev/null | grep -qF -- ${quote(commandLine)} && { p=\${d%/cmdline}; p=\${p#/proc/}; ${then}; }`,
    'done',
  ].join('\n');
}

/** A program that looks at one server. What is not there leaves its frame empty. */
export function lookProgram(member: Member): Program {
  const nonce = newNonce();
  const { unit } = member;
  const show = `systemctl show -p MainPID,LoadState,ActiveState,SubState,NeedDaemonReload,TimeoutStopUSec,FragmentPath,DropInPaths ${quote(unit ?? '')} 2>/dev/null`;
  const lines = [
    preamble(nonce),
    STATE_FOLDER,
    'when() { t=$(stat -c "%.3Y" -- "$1" 2>/dev/null); case $t in ""|*[!0-9.]*) t=$(stat -c "%Y" -- "$1" 2>/dev/null) ;; esac; }',
    // Both clocks at the same moment, within three hundredths of a second: on a busy host much time may pass between two commands.
    'for i in 1 2 3 4 5 6 7 8 9; do',
    '  read -r a _ < /proc/uptime; t=$(date +%s.%N); read -r b _ < /proc/uptime',
    `  [ "$((1\${b%.*}\${b#*.} - 1\${a%.*}\${a#*.}))" -le 3 ] && break`,
    'done',
    's now; printf "%s\\n" "$t"',
    's uptime; printf "%s\\n" "$b"; getconf CLK_TCK 2>/dev/null || echo 100',
    ...(unit === undefined
      ? [findProcess(member), 's unit']
      : [`u=$(${show})`, 's unit; printf "%s\\n" "$u"', 'p=$(printf "%s\\n" "$u" | sed -n "s/^MainPID=//p")']),
    // The command's name may hold blanks and brackets, so fields are counted after the last bracket: start time is the 20th.
    's process; [ -n "$p" ] && [ "$p" -gt 0 ] && echo "$p $(sed "s/.*) //" "/proc/$p/stat" 2>/dev/null | cut -d" " -f20)"',
    `s files; for f in ${quoteAll(member.files)}${unit === undefined ? '' : ' $(printf "%s\\n" "$u" | sed -n "s/^FragmentPath=//p; s/^DropInPaths=//p")'}; do`,
    '  when "$f"; [ -n "$t" ] && printf "%s %s\\n" "$t" "$f"',
    'done',
    's owed; for f in "$S"/owed/*; do [ -f "$f" ] && { when "$f"; IFS= read -r h < "$f"; printf "%s %s\\n" "$t" "$h"; }; done',
    // Without -P a long name of a device breaks the line; without a folder all file systems would be told.
    ...(member.folders.length === 0 ? [] : [`s space; df -Pk -- ${quoteAll(member.folders)} 2>/dev/null`]),
    's END',
  ];
  return { nonce, text: lines.join('\n') };
}

const seconds = z.coerce.number().positive();
const whole = z.coerce.number().int().nonnegative();

/** Reads what the program has told. @throws BrokkrError when it cannot be understood */
export function parseLook(member: Member, frames: ReadonlyMap<string, string>): ServerLook {
  const linesOf = (name: string): readonly string[] =>
    (frames.get(name) ?? '').split('\n').filter((line) => line !== '');
  const unit = new Map(linesOf('unit').map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]));
  const [uptime = '', ticks = '100'] = linesOf('uptime');
  const [pid = '', born = ''] = (linesOf('process')[0] ?? '').split(' ');
  // BusyBox prints no nanoseconds.
  const now = seconds.safeParse((linesOf('now')[0] ?? '').replace(/\.(%N|N)?$/, ''));
  const up = seconds.safeParse(uptime);
  if (!now.success || !up.success) throw new BrokkrError(`${member.host} does not tell the time and how long it is up`);
  const process =
    born === ''
      ? undefined
      : { pid: whole.parse(pid), startedAt: now.data - up.data + whole.parse(born) / seconds.parse(ticks) };
  const files = linesOf('files').map((line) => {
    const [time = '', ...path] = line.split(' ');
    return { time: Number(time), path: path.join(' ') };
  });
  return {
    now: now.data,
    process,
    unitState: unitStateOf(unit),
    needsReload: unit.get('NeedDaemonReload') === 'yes',
    // Of a unit that is not there, systemd tells its own defaults.
    stopTimeout: unit.get('LoadState') === 'not-found' ? undefined : parseSpan(unit.get('TimeoutStopUSec')),
    newerFiles:
      process === undefined ? [] : files.filter(({ time }) => time >= process.startedAt).map(({ path }) => path),
    space: new Map(linesOf('space').flatMap(parseSpace)),
    owed: new Map(
      linesOf('owed')
        .map(parseOwed)
        .filter(([name]) => member.handler.test(name)),
    ),
  };
}

/** A record of which nobody can tell when it was made counts as new. */
function parseOwed(line: string): readonly [string, number] {
  const [time = '', ...name] = line.split(' ');
  return [name.join(' '), time === '' ? Number.POSITIVE_INFINITY : Number(time)];
}

/** A line of `df -Pk`: device, blocks of 1024 bytes, used, available, capacity, mount point. */
function parseSpace(line: string): readonly (readonly [string, number])[] {
  const [, available = '', mount = ''] = /^\S.*\s(-?\d+)\s+(?:\d+%|-)\s+(\/.*)$/.exec(line) ?? [];
  return mount === '' ? [] : [[mount, Number(available) * 1024]];
}

/** Bytes without which a server cannot end in order: it writes its checkpoints then, and could not be started again. */
const leastSpace = 100 * 1024 * 1024;

/** Why a server must not be stopped for want of space, if so. */
export function fullDisk(look: ServerLook | undefined): string | undefined {
  const full = [...(look?.space ?? [])].filter(([, bytes]) => bytes < leastSpace);
  if (full.length === 0) return undefined;
  const each = full.map(([mount, bytes]) => `${mount} (${Math.max(0, Math.floor(bytes / 1024 / 1024))} MB left)`);
  return `the disk is full: ${each.join(', ')}; a server that is stopped could not be started again`;
}

/** The state of a unit that systemd does not know. */
export const NOT_INSTALLED = 'not installed';

function unitStateOf(unit: ReadonlyMap<string, string>): string | undefined {
  if (unit.get('LoadState') === 'not-found') return NOT_INSTALLED;
  const active = unit.get('ActiveState');
  return active === undefined || active === 'active' ? active : `${active} (${unit.get('SubState')})`;
}

/** A time span as systemctl prints it: `5min`, `1min 30s`; 0 for `infinity`. */
export function parseSpan(text: string | undefined): number | undefined {
  const seconds = parseTimeSpan(text ?? '');
  return seconds === Number.POSITIVE_INFINITY ? 0 : seconds;
}
