import { linesOf } from './line-edit.ts';

/** Where a block goes that is not there yet. */
export type BlockPlace =
  | { readonly at: 'BOF' | 'EOF' }
  | { readonly at: 'after' | 'before'; matches(line: string): boolean };

export interface BlockEdit {
  /** The lines of the block; empty for none. */
  readonly block: string;
  /** The lines before and after the block. */
  readonly markers: readonly [string, string];
  readonly place: BlockPlace;
  /** Whether an empty line is to stand before and after it. */
  readonly blankBefore: boolean;
  readonly blankAfter: boolean;
}

/** The text with the block, or without it when it is empty, and what was done. */
export function putBlock(text: string, edit: BlockEdit): { readonly text: string; readonly msg: string } {
  const lines = linesOf(text);
  const found = findBlock(lines, edit.markers);
  const rest = found === undefined ? lines : [...lines.slice(0, found.from), ...lines.slice(found.to)];
  const at = found?.from ?? placeAt(lines, edit.place);
  const after = [...rest.slice(0, at), ...blockLines(rest, at, edit), ...rest.slice(at)].join('');
  if (after === text) return { text, msg: '' };
  if (edit.block === '') return { text: after, msg: 'Block removed' };
  return { text: after, msg: 'Block inserted' };
}

/** From the line of the first marker to the one after the last; a marker without the other is none. */
function findBlock(lines: readonly string[], markers: BlockEdit['markers']) {
  const [begin, end] = markers.map((marker) => lines.findLastIndex((line) => line.replace(/[\r\n]+$/, '') === marker));
  if (begin === undefined || end === undefined || begin < 0 || end < 0) return undefined;
  return { from: Math.min(begin, end), to: Math.max(begin, end) + 1 };
}

function placeAt(lines: readonly string[], place: BlockPlace): number {
  if (!('matches' in place)) return place.at === 'BOF' ? 0 : lines.length;
  const beside = lines.findLastIndex((line) => place.matches(line));
  if (beside < 0) return lines.length;
  return place.at === 'after' ? beside + 1 : beside;
}

function blockLines(rest: readonly string[], at: number, edit: BlockEdit): string[] {
  if (edit.block === '') return [];
  const [before, after] = [rest[at - 1], rest[at]];
  const isBlank = (line: string) => /^\r?\n?$/.test(line);
  return [
    ...(before !== undefined && !before.endsWith('\n') ? ['\n'] : []),
    ...(edit.blankBefore && before !== undefined && !isBlank(before) ? ['\n'] : []),
    ...[edit.markers[0], ...edit.block.replace(/\r?\n$/, '').split(/\r?\n/), edit.markers[1]].map(
      (line) => `${line}\n`,
    ),
    ...(edit.blankAfter && after !== undefined && !isBlank(after) ? ['\n'] : []),
  ];
}
