import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { BrokkrError } from '../errors.ts';
import type { ArchiveEntry } from './archive.ts';

/**
 * The entries of an uncompressed tar stream, with the hash of every file's content.
 *
 * @throws BrokkrError when the stream is not a whole tar, or holds a device or a named pipe
 */
export async function readTar(content: Readable): Promise<readonly ArchiveEntry[]> {
  const tar = extract();
  const entries: ArchiveEntry[] = [];
  const read = async () => {
    for await (const source of tar) {
      const hash = createHash('sha256');
      for await (const chunk of source) if (chunk instanceof Uint8Array) hash.update(chunk);
      const entry = toEntry(source.header, hash.digest('hex'));
      if (entry !== undefined) entries.push(entry);
    }
  };
  await Promise.all([pipeline(content, tar), read()]);
  return entries;
}

/** `./a/b/` and `a/b` are one path; the root itself (`./`) is nothing that would be created. */
export function tidyPath(name: string): string {
  const absolute = name.startsWith('/') ? '/' : '';
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return absolute + parts.join('/');
}

function toEntry(header: Header, sha256: string): ArchiveEntry | undefined {
  const path = tidyPath(header.name);
  if (path === '') return undefined;
  const common = { path, mode: header.mode & 0o7777, mtime: Math.floor(header.mtime.getTime() / 1000) };
  switch (header.type) {
    case 'file':
    case 'contiguous-file':
      return { ...common, type: 'file', size: header.size, sha256 };
    case 'directory':
      return { ...common, type: 'directory', size: 0 };
    case 'symlink':
      return { ...common, type: 'link', size: 0, linkTarget: header.linkname };
    case 'link':
      return { ...common, type: 'hardlink', size: 0, linkTarget: tidyPath(header.linkname) };
    default:
      throw new BrokkrError(
        `the archive holds "${path}", a ${header.type}: brokkr unpacks files, folders and links only`,
      );
  }
}
