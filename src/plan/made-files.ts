import { posix } from 'node:path';
import { resolveMode } from '../modules/modes.ts';
import { freshStat as bareStat } from '../modules/paths.ts';
import type { Attributes } from '../shell/action.ts';
import type { Stat } from '../shell/question.ts';
import { isStat } from './file-entry.ts';
import type { HostState } from './host-state.ts';

/** A folder with nothing in it, unless there is one already. */
export function makeFolder(path: string, attributes: Attributes, host: HostState): void {
  const { lstat, ...entry } = host.files.at(path);
  if (isStat(lstat) && lstat.type === 'directory') {
    host.files.set(path, { ...entry, lstat: given(lstat, attributes, host) });
  } else {
    host.files.set(path, { lstat: given(freshStat('directory', path, host), attributes, host), complete: true });
  }
}

/** What the host makes of itself: the account's own, with the bits that its umask leaves. */
export function freshStat(type: 'file' | 'directory', path: string, host: HostState): Stat {
  const identity = host.known({ ask: 'identity' });
  const own = identity === undefined ? undefined : host.known({ ask: 'passwd', name: identity.user });
  const { lstat } = host.files.at(posix.dirname(path));
  const above = isStat(lstat) ? lstat : null;
  const unknown = { user: '', uid: Number.NaN, home: '', umask: 0 };
  const made = bareStat(type, {}, identity ?? unknown, above, type === 'file' ? 0 : Number.NaN);
  return {
    ...made,
    ...(identity === undefined ? { mode: Number.NaN } : {}),
    ...(Number.isNaN(made.gid) && own ? { gid: own.gid, group: own.primaryGroup } : {}),
    inode: host.nextInode(),
  };
}

/** The path once chown(1), chgrp(1) and chmod(1) were done, in this order. */
export function given(stat: Stat, attributes: Attributes, host: HostState): Stat {
  const after = withGiven(stat, attributes, host);
  const isChanged = after.mode !== stat.mode || after.uid !== stat.uid || after.gid !== stat.gid;
  return isChanged ? { ...after, ctime: Number.NaN } : after;
}

function withGiven(stat: Stat, { owner, group, mode }: Attributes, host: HostState): Stat {
  const umask = host.known({ ask: 'identity' })?.umask ?? 0;
  const moved = { ...stat, ...ownerOf(owner, stat, host), ...groupOf(group, stat, host) };
  const changed = moved.uid !== stat.uid || moved.gid !== stat.gid;
  // The kernel takes the set-id bits from a file that is given away.
  const bits = changed && stat.type === 'file' && stat.mode > 0o777 ? stat.mode & ~0o6000 : stat.mode;
  if (mode === undefined || stat.type === 'link') return { ...moved, mode: bits };
  return { ...moved, mode: resolveMode(mode, bits, stat.type === 'directory', umask) };
}

function ownerOf(owner: string | undefined, stat: Stat, host: HostState): Partial<Stat> {
  if (owner === undefined || owner === stat.owner) return {};
  if (/^\d+$/.test(owner)) return { uid: Number(owner), owner: Number(owner) === stat.uid ? stat.owner : '' };
  return { owner, uid: owner === 'root' ? 0 : (host.known({ ask: 'passwd', name: owner })?.uid ?? Number.NaN) };
}

function groupOf(group: string | undefined, stat: Stat, host: HostState): Partial<Stat> {
  if (group === undefined || group === stat.group) return {};
  if (/^\d+$/.test(group)) return { gid: Number(group), group: Number(group) === stat.gid ? stat.group : '' };
  return { group, gid: group === 'root' ? 0 : (host.known({ ask: 'group', name: group })?.gid ?? Number.NaN) };
}
