/** How an archive is packed, by its content. */
export type ArchiveFormat = 'tar' | 'tar.gz' | 'tar.bz2' | 'tar.xz' | 'tar.zst' | 'zip';

/** One thing that an archive would create. */
export interface ArchiveEntry {
  /** Relative to the archive's root, without `./` and without a slash at the end. */
  readonly path: string;
  /** A `link` is symbolic; a `hardlink` is another name of a file of the same archive. */
  readonly type: 'file' | 'directory' | 'link' | 'hardlink';
  /** Permission bits with set-user-id, set-group-id and sticky: `mode & 0o7777`. */
  readonly mode: number;
  /** Bytes of a file; 0 for everything else. */
  readonly size: number;
  /** Of a link: its text, relative to its own folder. Of a hardlink: the path in the archive. */
  readonly linkTarget?: string | undefined;
  /** Of a file: its content's hash, 64 lower-case hex digits. */
  readonly sha256?: string | undefined;
  /** Time of the last change, in seconds since 1970. */
  readonly mtime: number;
}

/** An archive (or any other file) that lies on the control machine and has been verified. */
export interface Archive {
  /** Absolute path. It stays as it is: brokkr never changes a file of its cache. */
  readonly file: string;
  /** The name that the file was asked for under, such as `kafka_2.13-2.8.1.tgz`. */
  readonly fileName: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly bytes: number;
  /** `undefined` when the file is not an archive. */
  readonly format: ArchiveFormat | undefined;
  /** The folder that holds everything, or `undefined` when there is no single one. */
  readonly topFolder: string | undefined;
  /** Where it comes from, in words. */
  readonly source: string;
  /** What it holds, in the archive's order; empty when the file is not an archive. Read once, then remembered. */
  entries(): Promise<readonly ArchiveEntry[]>;
}

/** The first part of all paths, when they share one and it is a folder. */
export function singleTopFolder(entries: readonly ArchiveEntry[]): string | undefined {
  const [first] = entries;
  const top = first?.path.split('/')[0];
  if (top === undefined) return undefined;
  const holds = (entry: ArchiveEntry) =>
    entry.path.startsWith(`${top}/`) || (entry.path === top && entry.type === 'directory');
  return entries.every(holds) ? top : undefined;
}
