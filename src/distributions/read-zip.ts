import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { BrokkrError } from '../errors.ts';
import type { ArchiveEntry } from './archive.ts';
import { tidyPath } from './read-tar.ts';

/** Largest file of a zip that is read; it is held in memory while it is hashed. */
const largest = 1 << 30;

/**
 * The entries of a zip, out of its central directory (PKWARE APPNOTE 4.3.12), with the hash of every file's content.
 *
 * @throws BrokkrError when it is cut off, encrypted, in the 64-bit format, or packed in another way than stored or deflated
 */
export async function readZip(file: string): Promise<readonly ArchiveEntry[]> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const directory = await centralDirectory(handle, size);
    const entries: ArchiveEntry[] = [];
    for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
      const nameLength = directory.readUInt16LE(at + 28);
      const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
      const entry = await readEntry(handle, directory.subarray(at), name);
      if (entry !== undefined) entries.push(entry);
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    return entries;
  } finally {
    await handle.close();
  }
}

/** The record that ends a zip is within the last 64 KiB, before a comment; it says where the directory is. */
async function centralDirectory(handle: FileHandle, size: number): Promise<Buffer> {
  const tail = await readAt(handle, Math.max(0, size - 0x10016), Math.min(size, 0x10016));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + 22 > tail.length) throw new BrokkrError('the zip is cut off: it has no end record');
  const length = tail.readUInt32LE(end + 12);
  const start = tail.readUInt32LE(end + 16);
  if (start === 0xffffffff) throw new BrokkrError('the zip is in the 64-bit format, which brokkr does not read');
  if (start + length > size) throw new BrokkrError('the zip is damaged: its directory lies outside the file');
  return readAt(handle, start, length);
}

async function readEntry(handle: FileHandle, record: Buffer, name: string): Promise<ArchiveEntry | undefined> {
  const path = tidyPath(name);
  if (path === '') return undefined;
  const unixMode = record.readUInt32LE(38) >>> 16;
  const common = { path, mtime: dosTime(record.readUInt16LE(14), record.readUInt16LE(12)) };
  if (name.endsWith('/')) return { ...common, type: 'directory', mode: unixMode & 0o7777 || 0o755, size: 0 };
  const content = await readContent(handle, record, path);
  if ((unixMode & 0o170000) === 0o120000) {
    return { ...common, type: 'link', mode: 0o777, size: 0, linkTarget: content.toString('utf8') };
  }
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { ...common, type: 'file', mode: unixMode & 0o7777 || 0o644, size: content.length, sha256 };
}

async function readContent(handle: FileHandle, record: Buffer, path: string): Promise<Buffer> {
  const encrypted = (record.readUInt16LE(8) & 1) === 1;
  const method = record.readUInt16LE(10);
  const packed = record.readUInt32LE(20);
  const size = record.readUInt32LE(24);
  const start = record.readUInt32LE(42);
  if (encrypted) throw new BrokkrError(`the zip's "${path}" is encrypted`);
  if (packed > largest || size > largest) throw new BrokkrError(`the zip's "${path}" is larger than brokkr reads`);
  const local = await readAt(handle, start, 30);
  const content = await readAt(handle, start + 30 + local.readUInt16LE(26) + local.readUInt16LE(28), packed);
  if (method === 0) return content;
  if (method === 8) return inflateRawSync(content, { maxOutputLength: Math.max(1, size) });
  throw new BrokkrError(`the zip's "${path}" is packed with method ${method}, which brokkr does not read`);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  if (bytesRead < length) throw new BrokkrError('the zip is cut off');
  return buffer;
}

/** MS-DOS date and time, which have no zone: taken as UTC, so that the answer is the same everywhere. */
function dosTime(date: number, time: number): number {
  const day = Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31);
  return day / 1000 + (time >> 11) * 3600 + ((time >> 5) & 63) * 60 + (time & 31) * 2;
}
