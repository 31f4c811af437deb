import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BrokkrError } from '../errors.ts';
import { packArchive, recipeHash } from './assemble.ts';
import { lookUp, type StoredFile, store } from './cache.ts';
import { hashFile } from './checksum.ts';
import type { PackedFile } from './layout.ts';
import { SourceFailure } from './source-failure.ts';

/**
 * Looks for a file name among the files and folders that the user gave: the file itself, a folder that has it, or the
 * same distribution unpacked (a folder named like its top folder, or one that has it).
 *
 * @throws BrokkrError when a given path does not exist: what the user names must be there
 * @throws SourceFailure when none of them has it
 */
export async function findGiven(
  given: readonly string[],
  fileName: string,
  topFolder: string | undefined,
): Promise<{ readonly file: string } | { readonly folder: string }> {
  for (const path of given) {
    const kind = await kindOf(path);
    if (kind === undefined) {
      throw new BrokkrError(`${path} was given as a source of archives, but it does not exist`, {
        hint: 'correct the path, or leave it out',
      });
    }
    if (kind === 'file') {
      if (basename(path) === fileName) return { file: resolve(path) };
      continue;
    }
    if ((await kindOf(join(path, fileName))) === 'file') return { file: resolve(path, fileName) };
    if (topFolder === undefined) continue;
    if (basename(resolve(path)) === topFolder) return { folder: resolve(path) };
    if ((await kindOf(join(path, topFolder))) === 'folder') return { folder: resolve(path, topFolder) };
  }
  throw new SourceFailure(`${fileName} is not in ${given.join(', ')}`);
}

export async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new BrokkrError(`${path} cannot be read: ${error.message}`, { cause: error });
  });
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : 'file';
}

/** A file where it lies. Its bytes are hashed at each use. */
export async function takeFile(file: string): Promise<StoredFile> {
  const { size } = await stat(file);
  return { file, sha256: await hashFile(file, 'sha256'), bytes: size, source: file };
}

/** Packs a folder into an archive of the cache, once for a folder that stays as it is. Equal folders give equal bytes. */
export async function packFolder(cache: string, folder: string, fileName: string): Promise<StoredFile> {
  const { files, newest, traits } = await filesOf(folder);
  if (files.length === 0) throw new BrokkrError(`the folder ${folder} is empty`);
  const key = `folder-${recipeHash([folder, fileName, ...traits]).slice(0, 32)}`;
  const options = { topFolder: basename(folder), mtime: newest };
  const known = await lookUp(cache, key, fileName);
  return known ?? store(cache, key, fileName, folder, (target) => packArchive(files, target, options));
}

interface FolderContent {
  readonly files: readonly PackedFile[];
  /** The latest time of change among the files, in whole seconds. */
  readonly newest: Date;
  /** What shows that a file was changed: its path, size, mode and times. */
  readonly traits: readonly string[];
}

async function filesOf(folder: string): Promise<FolderContent> {
  const files: PackedFile[] = [];
  const traits: string[] = [];
  let newest = 0;
  for (const found of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(found.parentPath, found.name);
    const path = file.slice(folder.length + 1);
    if (found.isDirectory()) continue;
    const { mode, size, mtimeMs, ctimeMs } = await lstat(file);
    traits.push([path, mode, size, mtimeMs, ctimeMs].join(' '));
    if (found.isSymbolicLink()) {
      files.push({ path, mode: 0o777, content: { linkTarget: await readlink(file) } });
    } else if (found.isFile()) {
      newest = Math.max(newest, Math.floor(mtimeMs / 1000) * 1000);
      files.push({ path, mode: mode & 0o777, content: { file } });
    } else throw new BrokkrError(`${file} is neither a file nor a folder nor a link, so it cannot be packed`);
  }
  return { files, newest: new Date(newest), traits: traits.sort() };
}
