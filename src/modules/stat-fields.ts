import { LazyDict, NotYetKnown, PyFloat, type Value } from '../jinja/value.ts';
import type { Stat } from '../shell/question.ts';

/** What Ansible's `stat` and `find` tell of a path; what is not known is left out by `fields`. */
export function describeStat({ type, mode, uid, gid, owner, group, size, mtime, atime, ctime, inode, links }: Stat) {
  const bit = (mask: number) => (mode & mask) !== 0;
  return {
    mode: mode.toString(8).padStart(4, '0'),
    isreg: type === 'file',
    isdir: type === 'directory',
    islnk: type === 'link',
    // Nobody has asked yet which kind of other thing it is.
    ...(type === 'other' ? {} : { isblk: false, ischr: false, isfifo: false, issock: false }),
    isuid: bit(0o4000),
    isgid: bit(0o2000),
    rusr: bit(0o400),
    wusr: bit(0o200),
    xusr: bit(0o100),
    rgrp: bit(0o40),
    wgrp: bit(0o20),
    xgrp: bit(0o10),
    roth: bit(4),
    woth: bit(2),
    xoth: bit(1),
    uid,
    gid,
    pw_name: owner,
    gr_name: group,
    size,
    mtime: time(mtime),
    atime: time(atime),
    ctime: time(ctime),
    inode: inode < 0 ? undefined : inode,
    nlink: links,
  };
}

function time(seconds = Number.NaN): PyFloat | undefined {
  return Number.isNaN(seconds) ? undefined : new PyFloat(seconds);
}

/** Has a step made, written, filled or altered it, so that only the run can tell its times? */
export function isToBeTold({ mtime, ctime }: Stat): boolean {
  return Number.isNaN(mtime) || Number.isNaN(ctime);
}

/** Fields that a file has as soon as it is there. */
export const onlyTold = [
  'mtime',
  'atime',
  'ctime',
  'inode',
  'nlink',
  'size',
  'uid',
  'gid',
  'pw_name',
  'gr_name',
  'mode',
];

/** What is known of a path, and of the rest that only a run can tell it. */
export function untilItRan(known: ReadonlyMap<string, Value>, wanted: readonly string[]): Value {
  const all = new Set<Value>([...known.keys(), ...wanted]);
  return new LazyDict({
    names: () => all,
    has: (name) => all.has(name),
    compute(name) {
      const value = known.get(String(name));
      if (value === undefined) throw new NotYetKnown('the steps before it ran');
      return value;
    },
  });
}
