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
  /** An action has changed what is below the folder, nobody knows how. */
  readonly blurredBelow?: boolean | undefined;
}

/** Nothing is there. */
export const absent: FileEntry = { lstat: null };

export function isStat(found: FileEntry['lstat']): found is Stat {
  return found !== undefined && found !== null && found !== 'acted';
}
