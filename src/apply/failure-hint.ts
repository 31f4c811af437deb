import { posix } from 'node:path';
import type { Action, Outcome } from '../shell/action.ts';
import { quote } from '../shell/quote.ts';

/** What programs print when the system refuses, and what helps: the words are those of strerror(3) in the C locale. */
const hints: readonly (readonly [RegExp, (folder: string | undefined) => string])[] = [
  [
    /No space left on device/,
    (folder) =>
      folder === undefined
        ? 'a file system of the host is full (df -h), or has no inodes left (df -i): make room there'
        : `the file system of ${folder} is full (df -h ${quote(folder)}), or has no inodes left (df -i ${quote(folder)}): make room there`,
  ],
  [/Disk quota exceeded/, () => 'the account may not write more there: raise its quota, or make room'],
  [
    /Read-only file system/,
    () =>
      'the file system is mounted read-only: mount it read-write (dmesg tells why it is not), or choose another place',
  ],
  [/Too many open files/, () => 'raise the limit of open files of that account'],
];

/**
 * What to do next about a step that failed, as far as the words of the system tell.
 * @param action what the step was to do, which may tell where
 */
export function failureHint(outcome: Outcome | undefined, action?: Action): string | undefined {
  if (outcome === undefined || outcome.rc === 0) return undefined;
  const hint = hints.find(([words]) => words.test(outcome.stderr))?.[1];
  return hint?.(action === undefined ? undefined : folderOf(action));
}

/** The folder that an action writes in. */
function folderOf(action: Action): string | undefined {
  if (action.do === 'unpack') return action.dest;
  return action.do === 'write' || action.do === 'copy' || action.do === 'mkdir'
    ? posix.dirname(action.path)
    : undefined;
}
