import type { Stat } from '../shell/question.ts';

/** What is known of one path. `undefined`: never asked. `acted`: an action that was only supposed has changed it. */
export interface FileEntry {
  /** What stands at the path itself; `null` when nothing does. */
  readonly lstat?: Stat | null | 'acted' | undefined;
  /** What is there when links are followed, as long as it is not known whether the path is one. */
  readonly followed?: Stat | null | 'acted' | undefined;
  readonly hash?: string | null | 'acted' | undefined;
  readonly content?: Uint8Array | 'acted' | undefined;
  /** The content was asked for, and has more bytes than this. */
  readonly longerThan?: number | undefined;
  /** Everything directly in the folder is known: what is not listed is not there. */
  readonly complete?: boolean | undefined;
  /** Something is in the folder, beside what is known of it, under a name that only the run knows. */
  readonly hasUnnamed?: boolean | undefined;
  /** An action has changed what is below the folder, nobody knows how. */
  readonly blurredBelow?: boolean | undefined;
}

/** Nothing is there. */
export const absent: FileEntry = { lstat: null };

export function isStat(found: FileEntry['lstat']): found is Stat {
  return found !== undefined && found !== null && found !== 'acted';
}

/** Has the folder more in it than is known, so that there is nobody to ask? */
export function isVague({ blurredBelow, hasUnnamed }: FileEntry): boolean {
  return blurredBelow === true || hasUnnamed === true;
}

/** Does the same stand at a path as before? */
export function isSame(before: FileEntry['lstat'], after: FileEntry['lstat']): boolean {
  if (isStat(before) && isStat(after)) return before.inode === after.inode;
  return before === null && after === null;
}

/** Of a folder in which something has changed nobody knows the times, nor how many folders are in it. */
export function aged(stat: Stat): Stat {
  return { ...stat, mtime: Number.NaN, ctime: Number.NaN, links: Number.NaN };
}

/** Two names of one file? Inodes of different file systems may have one number, but hardly all the rest. */
export function isOneFile(one: Stat, other: Stat): boolean {
  const isLike = one.type === other.type && one.links === other.links && one.size === other.size;
  return one.inode === other.inode && isLike && Object.is(one.mtime, other.mtime);
}
