import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Header, type Pack, pack } from 'tar-stream';
import type { PackedFile } from './layout.ts';
import { storedGzip } from './stored-gzip.ts';

export interface PackOptions {
  /** The single folder at the top. */
  readonly topFolder: string;
  /** The time of every entry. */
  readonly mtime: Date;
}

/**
 * Writes a `.tar.gz` whose bytes depend on its files' paths, modes and contents only: entries in the order of their
 * paths, folders before what they hold, everything owned by root, one time for all.
 */
export async function packArchive(files: readonly PackedFile[], target: string, options: PackOptions): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, storedGzip(), createWriteStream(target, { flags: 'wx', mode: 0o644 }));
  const filled = fill(tar, files, options).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  await Promise.all([written, filled]);
}

async function fill(tar: Pack, files: readonly PackedFile[], options: PackOptions): Promise<void> {
  const common = { mtime: options.mtime, uid: 0, gid: 0, uname: 'root', gname: 'root' };
  const byPath = new Map(files.map((file) => [`${options.topFolder}/${file.path}`, file]));
  const folders = new Set([...byPath.keys()].flatMap(parents));
  for (const name of [...folders, ...byPath.keys()].sort(byBytes)) {
    const file = byPath.get(name);
    if (file === undefined) {
      await addEntry(tar, { ...common, name: `${name}/`, type: 'directory', mode: 0o755 });
    } else if (Buffer.isBuffer(file.content)) {
      const size = file.content.length;
      await addEntry(tar, { ...common, name, type: 'file', mode: file.mode, size }, file.content);
    } else if ('linkTarget' in file.content) {
      await addEntry(tar, { ...common, name, type: 'symlink', mode: 0o777, linkname: file.content.linkTarget });
    } else {
      const { size } = await stat(file.content.file);
      const header = { ...common, name, type: 'file' as const, mode: file.mode, size };
      await pipeline(createReadStream(file.content.file), tar.entry(header));
    }
  }
  tar.finalize();
}

function addEntry(
  tar: Pack,
  header: Pick<Header, 'name'> & Partial<Header>,
  content: Buffer = Buffer.alloc(0),
): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(header, content, (error) => (error ? reject(error) : resolve()));
  });
}

function parents(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** What the bytes of an assembled archive depend on, as one hash: a key that is known before anything is fetched. */
export function recipeHash(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}
