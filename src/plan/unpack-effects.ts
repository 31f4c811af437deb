import { posix } from 'node:path';
import type { HostAction, UnpackedEntry } from '../shell/action.ts';
import type { Stat } from '../shell/question.ts';
import { isStat } from './file-entry.ts';
import type { HostState } from './host-state.ts';
import { freshStat, given, makeFolder } from './made-files.ts';

type Unpack = Extract<HostAction, { do: 'unpack' }>;

/** What an archive leaves behind; without its entries nobody knows what is in the folder afterwards. */
export function performUnpack(action: Unpack, host: HostState): void {
  const dest = host.files.realPath(action.dest, true);
  if (action.entries.length === 0) {
    for (const path of host.files.below(dest)) host.files.set(path, { lstat: host.files.unknown() });
    host.files.set(dest, { ...host.files.at(dest), complete: false, blurredBelow: host.supposed });
    return;
  }
  for (const entry of action.entries) {
    const path = host.files.realPath(posix.join(dest, entry.path), false);
    for (const folder of missingFolders(path, dest, host)) makeFolder(folder, action, host);
    unpackEntry(entry, path, action, host);
  }
}

function missingFolders(path: string, dest: string, host: HostState): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); folder.length > dest.length; folder = posix.dirname(folder)) {
    if (!isStat(host.files.at(folder).lstat)) folders.unshift(folder);
  }
  return folders;
}

function unpackEntry(entry: UnpackedEntry, path: string, action: Unpack, host: HostState): void {
  const before = host.files.at(path);
  const isFolder = entry.type === 'directory';
  if (!isFolder) host.files.remove(path);
  else if (!isStat(before.lstat) || before.lstat.type !== 'directory') makeFolder(path, {}, host);
  const { complete } = host.files.at(path);
  host.files.set(path, {
    lstat: given(unpacked(entry, path, host), action, host),
    ...(isFolder ? { complete } : {}),
    ...(entry.type === 'file' ? { hash: entry.sha256 ?? host.files.unknown(), content: host.files.unknown() } : {}),
  });
}

/** As tar(1) leaves it: with the archive's bits; whose it is depends on who unpacks and on the names the host knows. */
function unpacked(entry: UnpackedEntry, path: string, host: HostState): Stat {
  const isRoot = host.known({ ask: 'identity' })?.uid === 0;
  const fresh = freshStat(entry.type === 'directory' ? 'directory' : 'file', path, host);
  const owner = isRoot ? { uid: Number.NaN, gid: Number.NaN, owner: '', group: '' } : {};
  return {
    ...fresh,
    ...owner,
    type: entry.type,
    mode: entry.type === 'link' ? 0o777 : (entry.mode ?? Number.NaN),
    size: entry.size ?? Number.NaN,
    mtime: entry.mtime ?? Number.NaN,
    ...(entry.target === undefined ? {} : { target: entry.target }),
  };
}
