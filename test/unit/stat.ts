import type { Stat } from '../../src/shell/question.ts';

/** A file of root's; what a test does not look at is small. */
export const fileStat: Stat = {
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  owner: 'root',
  group: 'root',
  size: 2,
  mtime: 1,
  inode: 1,
  links: 1,
};

/** A directory of root's. */
export const folderStat: Stat = { ...fileStat, type: 'directory', mode: 0o755 };
