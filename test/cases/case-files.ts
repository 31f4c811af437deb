import { parseOctalMode } from '../../src/modules/modes.ts';
import type { Stat } from '../../src/shell/question.ts';

/** Permission bits as a case writes them. */
export function modeOf(mode: string | number | undefined): number | undefined {
  return typeof mode === 'string' ? parseOctalMode(mode) : mode;
}

/** What a case means by what it says of a path: with content or a size it is a file. */
export function typeOf(said: { content?: unknown; link?: unknown; size?: unknown; sha256?: unknown }): Stat['type'] {
  if (said.link !== undefined) return 'link';
  return said.content === undefined && said.size === undefined && said.sha256 === undefined ? 'directory' : 'file';
}
