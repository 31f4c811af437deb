import { posix } from 'node:path';
import type { Attributes, HostAction } from '../shell/action.ts';
import { type FileEntry, isStat } from './file-entry.ts';
import type { HostState } from './host-state.ts';
import { freshStat, given, makeFolder } from './made-files.ts';
import { performUnpack } from './unpack-effects.ts';

type FileAction = Extract<HostAction, { readonly path: string } | { do: 'unpack' }>;
type Of<D extends HostAction['do']> = Extract<HostAction, { do: D }>;

/** Files after the action. */
export function performOnFiles(action: FileAction, host: HostState): void {
  switch (action.do) {
    case 'mkdir':
      makeFolder(host.files.realPath(action.path, true), action, host);
      break;
    case 'write':
      write(action, host);
      break;
    case 'attributes':
      giveAttributes(action, host);
      break;
    case 'link':
      link(action, host);
      break;
    case 'remove':
      host.files.remove(host.files.realPath(action.path, false));
      break;
    case 'touch':
      touch(action, host);
      break;
    case 'copy':
      copy(action, host);
      break;
    case 'unpack':
      performUnpack(action, host);
  }
}

function write(action: Of<'write'>, host: HostState): void {
  const path = host.files.realPath(action.path, true);
  const { content } = action;
  const size = content.from === 'bytes' ? content.bytes.length : content.size;
  host.files.set(path, {
    lstat: replaced(path, size, action, host),
    hash: content.sha256,
    content: content.from === 'bytes' ? content.bytes : host.files.unknown(),
  });
  if (action.backup) host.files.addUnnamed(posix.dirname(path));
}

/** A new file at a path: it keeps owner, group and mode of the file that was there. */
function replaced(path: string, size: number, attributes: Attributes, host: HostState): FileEntry['lstat'] {
  const { lstat, followed } = host.files.at(path);
  const before = lstat === undefined ? followed : lstat;
  if (before === undefined || before === 'acted') return host.files.unknown();
  const base = before?.type === 'file' ? before : freshStat('file', path, host);
  return { ...given(base, attributes, host), size, mtime: Number.NaN, inode: host.nextInode(), links: 1 };
}

function copy(action: Of<'copy'>, host: HostState): void {
  const from = host.files.at(host.files.realPath(action.from, true));
  const path = host.files.realPath(action.path, true);
  if (action.recursive) {
    makeFolder(path, action, host);
    host.files.blur(path);
    return;
  }
  const source = from.lstat === undefined ? from.followed : from.lstat;
  const size = isStat(source) ? source.size : Number.NaN;
  host.files.set(path, {
    lstat: replaced(path, size, action, host),
    hash: from.hash ?? host.files.unknown(),
    content: from.content ?? host.files.unknown(),
  });
  if (action.backup) host.files.addUnnamed(posix.dirname(path));
}

function giveAttributes(action: Of<'attributes'>, host: HostState): void {
  const top = host.files.realPath(action.path, action.follow);
  const paths = action.recursive ? [top, ...host.files.below(top)] : [top];
  for (const path of paths) {
    const entry = host.files.at(path);
    const { lstat, followed } = entry;
    if (lstat === null) continue;
    if (isStat(lstat)) host.files.set(path, { ...entry, lstat: given(lstat, action, host) });
    else if (isStat(followed)) host.files.set(path, { ...entry, followed: given(followed, action, host) });
    else host.files.set(path, { ...entry, lstat: host.files.unknown() });
  }
  if (!action.recursive) return;
  for (const path of paths) {
    const entry = host.files.at(path);
    const isFolder = isStat(entry.lstat) ? entry.lstat.type === 'directory' : path === top;
    if (isFolder && entry.complete !== true) host.files.set(path, { ...entry, blurredBelow: host.supposed });
  }
}

function link({ path, target, kind }: Of<'link'>, host: HostState): void {
  const real = host.files.realPath(path, false);
  host.files.remove(real);
  if (kind === 'hard') {
    const source = host.files.realPath(target, false);
    const entry = host.files.at(source);
    const { lstat } = entry;
    const linked = isStat(lstat) ? { ...entry, lstat: { ...lstat, links: lstat.links + 1 } } : entry;
    host.files.set(source, linked);
    host.files.set(real, linked);
    return;
  }
  const made = freshStat('file', real, host);
  host.files.set(real, { lstat: { ...made, type: 'link', mode: 0o777, size: Buffer.byteLength(target), target } });
}

function touch(action: Of<'touch'>, host: HostState): void {
  const path = host.files.realPath(action.path, true);
  const entry = host.files.at(path);
  if (entry.lstat === undefined || entry.lstat === 'acted') {
    host.files.set(path, { ...entry, lstat: host.files.unknown() });
  } else if (entry.lstat === null) {
    const lstat = { ...given(freshStat('file', path, host), action, host), size: 0 };
    host.files.set(path, { lstat, content: new Uint8Array() });
  } else {
    const lstat = { ...given(entry.lstat, action, host), mtime: action.mtime ?? Number.NaN };
    host.files.set(path, { ...entry, lstat });
  }
}
