import { posix } from 'node:path';
import type { Attributes } from '../shell/action.ts';
import type { HostQuestion, Identity, Stat } from '../shell/question.ts';
import { withAttributes } from './attributes.ts';
import type { Answers } from './module.ts';

/** What stands at a path itself, links not followed. */
export function lstat(path: string): HostQuestion & { readonly ask: 'stat' } {
  return { ask: 'stat', path, follow: false };
}

/** What stands at a path, links followed. */
export function stat(path: string): HostQuestion & { readonly ask: 'stat' } {
  return { ask: 'stat', path, follow: true };
}

/** The names in a folder. */
export function namesIn(folder: string) {
  return { ask: 'tree', path: folder, depth: 1 } as const;
}

/** The files of a folder, in the order of their names, that apt looks into: with one of these ends, and not hidden. */
export function filesForApt(folder: string, ends: readonly string[], answers: Answers): readonly string[] {
  const name = new RegExp(`/[^/.][^/]*\\.(?:${ends.join('|')})$`);
  const found = (answers.get(namesIn(folder)) ?? []).filter((each) => each.stat.type !== 'directory');
  return found.flatMap((each) => (name.test(each.path) ? [each.path] : [])).sort();
}

/** The folders above an absolute path from the top down, without `/`. */
export function ancestors(path: string): readonly string[] {
  const above: string[] = [];
  for (let folder = posix.dirname(path); folder !== '/' && folder !== '.'; folder = posix.dirname(folder)) {
    above.unshift(folder);
  }
  return above;
}

/** The folders above a path that have to be made for it, from the top down. */
export function missingFolders(path: string, answers: Answers): readonly string[] {
  const above = ancestors(path);
  answers.require(above.map(stat));
  return above.filter((folder) => answers.get(stat(folder)) === null);
}

/** Why nothing can be made at a path whose folder does not exist. */
export function missingFolder(path: string, answers: Answers): { message: string; hint: string } | undefined {
  const folder = posix.dirname(path);
  if (answers.get(stat(folder)) !== null) return undefined;
  return { message: `the folder ${folder} does not exist`, hint: 'make it with a file task before this one' };
}

/** Where a link leads, as an absolute path; anything else is its own place. */
export function linkDestination(path: string, found: Stat | null): string {
  if (found?.type !== 'link' || found.target === undefined) return path;
  return posix.resolve(posix.dirname(path), found.target);
}

/**
 * What a new file or folder will be like; what only the host can tell is `NaN` or empty. A setgid folder gives its group to
 * what is made in it, and to folders its bit. Source: inode(7).
 */
export function freshStat(
  type: 'file' | 'directory',
  wanted: Attributes,
  identity: Identity,
  above: Stat | null,
  size = Number.NaN,
): Stat {
  const isRoot = identity.uid === 0;
  const heir = above !== null && (above.mode & 0o2000) !== 0 ? above : undefined;
  const bits = (type === 'file' ? 0o666 : 0o777) & ~identity.umask;
  const created: Stat = {
    type,
    mode: heir !== undefined && type === 'directory' ? bits | 0o2000 : bits,
    uid: identity.uid,
    owner: identity.user,
    gid: heir?.gid ?? (isRoot ? 0 : Number.NaN),
    group: heir?.group ?? (isRoot ? 'root' : ''),
    size,
    mtime: Number.NaN,
    inode: Number.NaN,
    links: type === 'file' ? 1 : 2,
  };
  return withAttributes(created, wanted, identity.umask);
}

/** The folder in which something is made, or the one in which its folders are made; `null` for the root. */
export function folderAbove(path: string, answers: Answers): Stat | null {
  for (let folder = posix.dirname(path); folder !== '/' && folder !== '.'; folder = posix.dirname(folder)) {
    const found = answers.get(stat(folder));
    if (found !== null) return found;
  }
  return null;
}

/** The path without a slash at its end. */
export function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}
