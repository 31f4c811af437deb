import type { Lab } from '../../../src/lab/lab.ts';
import { labExec } from '../../../src/lab/ssh.ts';

/** A path of a host, as far as two hosts can be compared by it. */
export interface PathState {
  readonly type: string;
  readonly mode: string;
  readonly owner: string;
  readonly link: string;
  /** Bytes of a regular file. */
  readonly size: string;
  /** Names of a regular file. */
  readonly names: string;
  /** Seconds since 1970, `now` when it was set during the run, or `earlier` when that was within a day before it. */
  readonly modified: string;
  readonly changedNow: boolean;
}

export interface Snapshot {
  readonly paths: ReadonlyMap<string, PathState>;
  /** Units and what systemd says of them. */
  readonly units: ReadonlyMap<string, string>;
}

/** What programs of the host, or the two ways of running tasks, write for themselves. */
const theirOwn = [
  '/var/log',
  '/var/lib/systemd',
  '/var/lib/brokkr',
  '/root/.ansible',
  '/etc/.pwd.lock',
  '/tmp/systemd-private-*',
  '/var/tmp/systemd-private-*',
  '/home/*/.ansible',
  '/home/*/.local',
  '/tmp/brokkr-*',
  '*/__pycache__',
];

/** The host's clock, in seconds since 1970. */
export async function hostTime(lab: Lab, host: string): Promise<number> {
  return Number(await onHost(lab, host, 'date +%s.%N'));
}

/** Everything on the host's disk, and its units. @param since when the run began, by the host's clock */
export async function snapshot(lab: Lab, host: string, since: number): Promise<Snapshot> {
  const prune = theirOwn.map((path) => `-path '${path}'`).join(' -o ');
  const found = await onHost(
    lab,
    host,
    `find / -xdev \\( ${prune} \\) -prune -o -printf '%p\\t%y\\t%m\\t%u:%g\\t%l\\t%s\\t%n\\t%T@\\t%C@\\n'`,
  );
  const paths = new Map(
    found
      .trimEnd()
      .split('\n')
      .map((line): [string, PathState] => pathState(line, since)),
  );
  const files = await onHost(lab, host, 'systemctl list-unit-files --no-legend --no-pager --plain');
  const units = await onHost(
    lab,
    host,
    'systemctl list-units --all --no-legend --no-pager --plain --type=service,timer',
  );
  return { paths, units: unitStates(files, units) };
}

function pathState(line: string, since: number): [string, PathState] {
  const [path = '', type = '', mode = '', owner = '', link = '', size = '', names = '', mtime = '', ctime = ''] =
    line.split('\t');
  const isFile = type === 'f';
  return [
    path,
    {
      type,
      mode: type === 'l' ? '' : mode,
      owner,
      link,
      size: isFile ? size : '',
      names: isFile ? names : '',
      modified: told(Number(mtime), since),
      changedNow: Number(ctime) >= since,
    },
  ];
}

/** The two sides do everything at different times: what is recent can only be told by the run that did it. */
function told(time: number, since: number): string {
  // useradd and its like give their backups times of whole seconds.
  if (time >= Math.floor(since)) return 'now';
  return time > since - 24 * 60 * 60 ? 'earlier' : String(Math.floor(time));
}

function unitStates(files: string, units: string): Map<string, string> {
  const states = new Map<string, string>();
  for (const line of files.trimEnd().split('\n')) {
    const [unit = '', state = ''] = line.split(/\s+/);
    states.set(unit, state);
  }
  for (const line of units.trimEnd().split('\n')) {
    const [unit = '', load = '', active = '', sub = ''] = line.trim().split(/\s+/);
    if (/^(user@|user-runtime-dir@|systemd-|apt-|dpkg-|e2scrub|fstrim)/.test(unit) || load === 'not-found') continue;
    states.set(unit, `${states.get(unit) ?? 'no file'} ${active} ${sub}`);
  }
  return states;
}

/** SHA-256 of files, by path. */
export async function hashes(lab: Lab, host: string, paths: readonly string[]): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const summed = await onHost(lab, host, 'xargs -0 sha256sum', `${paths.join('\0')}\0`);
  return new Map(
    summed
      .trimEnd()
      .split('\n')
      .map((line): [string, string] => [line.slice(66), line.slice(0, 64)]),
  );
}

async function onHost(lab: Lab, host: string, command: string, stdin = ''): Promise<string> {
  const { status, stdout, stderr } = await labExec(lab, host, command, { stdin });
  if (status !== 0) throw new Error(`${host}: ${command} ended with ${status}: ${stderr}`);
  return stdout;
}
