import type { UnpackedEntry } from '../shell/action.ts';
import type { ObtainedEntry } from './archive.ts';

export interface Selection {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly extraOptions: readonly string[];
}

/** Options of tar(1) that change neither which entries are unpacked nor where to. */
const harmless =
  /^(--no-same-owner|--same-owner|--no-same-permissions|--overwrite|--no-overwrite-dir|--keep-newer-files|--numeric-owner|-o|--touch|-m)$/;

/**
 * What unpacking an archive leaves behind under its options, or the option because of which nobody can tell.
 * `--strip-components` is understood.
 */
export function selectEntries(
  entries: readonly ObtainedEntry[],
  { include, exclude, extraOptions }: Selection,
): readonly UnpackedEntry[] | { readonly unclear: string } {
  let strip = 0;
  for (const option of extraOptions) {
    const stripped = /^--strip(?:-components)?=(\d+)$/.exec(option);
    if (stripped !== null) strip = Number(stripped[1]);
    else if (!harmless.test(option)) return { unclear: option };
  }
  const hashes = new Map(entries.map(({ path, sha256, size }) => [path, { sha256, size }]));
  return entries
    .filter(({ path }) => include.length === 0 || include.some((pattern) => isMember(path, pattern)))
    .filter(({ path }) => !exclude.some((pattern) => isExcluded(path, pattern)))
    .flatMap((entry) => {
      const path = entry.path.split('/').slice(strip).join('/');
      return path === '' ? [] : [unpacked(entry, path, hashes)];
    });
}

function unpacked(
  entry: ObtainedEntry,
  path: string,
  hashes: ReadonlyMap<string, { sha256?: string | undefined; size: number }>,
): UnpackedEntry {
  const { type, mode, mtime, linkTarget } = entry;
  if (type === 'directory') return { path, type, mode, mtime };
  if (type === 'link') return { path, type, mtime, target: linkTarget, size: Buffer.byteLength(linkTarget ?? '') };
  const content = type === 'hardlink' ? hashes.get(linkTarget ?? '') : entry;
  return { path, type: 'file', mode, mtime, size: content?.size, sha256: content?.sha256 };
}

/** As tar(1) takes names to unpack: the entry itself or a folder above it. */
function isMember(path: string, name: string): boolean {
  const wanted = name.replace(/\/$/, '').replace(/^\.\//, '');
  return path === wanted || path.startsWith(`${wanted}/`);
}

/** As tar(1) takes `--exclude`: a pattern may begin at any name, its wildcards match slashes, what is below goes too. */
function isExcluded(path: string, pattern: string): boolean {
  const source = pattern
    .replace(/\/$/, '')
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`(^|/)${source}(/|$)`).test(path);
}
