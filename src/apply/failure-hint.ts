import type { Outcome } from '../shell/action.ts';

/** What programs print when the system refuses, and what helps: the words are those of strerror(3) in the C locale. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device/,
    'a file system of the host is full (df -h), or has no inodes left (df -i): make room there',
  ],
  [/Disk quota exceeded/, 'the account may not write more there: raise its quota, or make room'],
  [
    /Read-only file system/,
    'the file system is mounted read-only: mount it read-write (dmesg tells why it is not), or choose another place',
  ],
  [/Too many open files/, 'raise the limit of open files of that account'],
];

/** What to do next about a step that failed, as far as the words of the system tell. */
export function failureHint(outcome: Outcome | undefined): string | undefined {
  if (outcome === undefined || outcome.rc === 0) return undefined;
  return hints.find(([words]) => words.test(outcome.stderr))?.[1];
}
