import type { Diff } from './module.ts';

/** Content larger than this is not compared line by line. */
export const diffLimit = 1024 * 1024;

/**
 * The difference between two contents of a file, line by line where both are text.
 * @param before `null` when there is no file, `undefined` when its content is too large or not known
 * @param after `undefined` when it is too large to be held in memory
 */
export function contentDiff(path: string, before: Uint8Array | null | undefined, after: Uint8Array | undefined): Diff {
  const [old, fresh] = [before === null ? '' : textOf(before), textOf(after)];
  if (old !== undefined && fresh !== undefined) return { kind: 'text', path, before: old, after: fresh };
  const was = before === null ? 'nothing' : before === undefined ? 'other content' : describeSize(before.length);
  return {
    kind: 'note',
    text: `${path}: ${was} becomes ${after === undefined ? 'a large file' : describeSize(after.length)}`,
  };
}

/** Bytes as people read them. */
export function describeSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(1)} ${units[unit]}`;
}

/** The text, or `undefined` for what is not UTF-8, holds a NUL or is too large. */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.length > diffLimit || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
