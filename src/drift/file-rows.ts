import type { Member } from '../restart/members.ts';
import type { DriftRow } from './drift.ts';
import type { HostFiles } from './host-files.ts';

/**
 * The one server of a host that a file is told with: whoever reads it, else the one whose name stands last in its path, else the
 * first.
 */
export function ownerOf(path: string, members: readonly Member[]): Member | undefined {
  const reader = members.find(({ files }) => files.includes(path));
  const named = members
    .filter(({ cluster }) => path.includes(cluster))
    .sort((left, right) => path.lastIndexOf(right.cluster) - path.lastIndexOf(left.cluster));
  return reader ?? named[0] ?? members[0];
}

/** A file that is compared as a whole: its lines are nobody's keys. */
export function fileRow(
  path: string,
  wanted: string | undefined,
  files: HostFiles | undefined,
  pending: readonly string[],
): DriftRow {
  const there = files?.texts.get(path);
  const differs = files !== undefined && there !== wanted;
  const isPending = pending.includes(path);
  return {
    key: path,
    ...wholeFile(wanted, there, files !== undefined),
    effect: isPending ? 'as before its change' : undefined,
    source: undefined,
    differences: [
      ...(differs ? [there === undefined ? ('not on disk' as const) : ('changed on disk' as const)] : []),
      ...(isPending ? (['restart pending'] as const) : []),
    ],
  };
}

/** What two columns say of a file: a single line, such as that of myid, is shown as it is. */
function wholeFile(
  wanted: string | undefined,
  there: string | undefined,
  isRead: boolean,
): Pick<DriftRow, 'rendered' | 'disk'> {
  const rendered = 'as rendered';
  if (!isRead) return { rendered, disk: undefined };
  if (there === undefined) return { rendered, disk: 'not there' };
  if (wanted === undefined || there === wanted) return { rendered, disk: 'as rendered' };
  if (there.trim() === wanted.trim()) return { rendered, disk: 'other blanks at its ends' };
  if ([wanted, there].every((text) => !text.trim().includes('\n')))
    return { rendered: wanted.trim(), disk: there.trim() };
  const lines = changedLines(wanted, there);
  return { rendered, disk: lines === 1 ? '1 line differs' : `${lines} lines differ` };
}

/** How many lines differ: one that was changed counts once. */
function changedLines(left: string, right: string): number {
  const missing = (lines: string, others: string): number => {
    const known = new Set(others.split('\n'));
    return lines.split('\n').filter((line) => !known.has(line)).length;
  };
  return Math.max(missing(left, right), missing(right, left));
}
