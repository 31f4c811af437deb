import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BrokkrError, errorText } from '../errors.ts';
import type { ArchiveEntry, ArchiveFormat } from './archive.ts';
import { unsafeEntries } from './entry-safety.ts';
import { readTar } from './read-tar.ts';
import { readZip } from './read-zip.ts';

export interface ArchiveIndex {
  /** `undefined` when the file is not an archive. */
  readonly format: ArchiveFormat | undefined;
  readonly entries: readonly ArchiveEntry[];
}

/** The first bytes of each format, and the program that unpacks it where Node cannot. */
const signatures: readonly { format: ArchiveFormat; bytes: readonly number[]; program?: string }[] = [
  { format: 'tar.gz', bytes: [0x1f, 0x8b] },
  { format: 'tar.bz2', bytes: [0x42, 0x5a, 0x68], program: 'bzip2' },
  { format: 'tar.xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], program: 'xz' },
  { format: 'tar.zst', bytes: [0x28, 0xb5, 0x2f, 0xfd], program: 'zstd' },
  { format: 'zip', bytes: [0x50, 0x4b, 3, 4] },
];

/**
 * Reads what an archive holds. A file that is no archive, or holds a single compressed file, has no format and no entries.
 *
 * @throws BrokkrError when the archive is cut off or damaged, or would write outside the folder it is unpacked to
 */
export async function readArchive(file: string): Promise<ArchiveIndex> {
  const head = await firstBytes(file, 512);
  const signature = signatures.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte));
  if (signature === undefined && !isTarHead(head)) return { format: undefined, entries: [] };
  try {
    if (signature?.format === 'zip') return checked('zip', await readZip(file));
    const format = signature?.format ?? 'tar';
    const probe = signature === undefined ? head : await firstUnpackedBytes(unpack(file, format, signature.program));
    if (!isTarHead(probe)) return { format: undefined, entries: [] };
    return checked(format, await readTar(unpack(file, format, signature?.program)));
  } catch (error) {
    if (error instanceof UnsafeArchiveError) throw error;
    const reason = errorText(error);
    throw new BrokkrError(`${file} cannot be read as an archive: ${reason}`, {
      cause: error,
      hint: `if its copy was interrupted, remove it and get it again: rm ${file}`,
    });
  }
}

class UnsafeArchiveError extends BrokkrError {}

function checked(format: ArchiveFormat, entries: readonly ArchiveEntry[]): ArchiveIndex {
  const problems = unsafeEntries(entries);
  if (problems.length === 0) return { format, entries };
  const shown = problems.slice(0, 5).join('; ');
  const more = problems.length > 5 ? ` and ${problems.length - 5} more` : '';
  throw new UnsafeArchiveError(`the archive is refused, it would write outside its folder: ${shown}${more}`, {
    hint: 'get it from its makers, and compare its checksum with theirs',
  });
}

async function firstBytes(file: string, length: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function firstUnpackedBytes(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    length += chunk.length;
    if (length >= 512) break;
  }
  return Buffer.concat(chunks);
}

/** POSIX and GNU tar have their magic at this place. */
function isTarHead(head: Buffer): boolean {
  return head.toString('latin1', 257, 262) === 'ustar';
}

/** A file's content without its compression. A failure of any part destroys the stream that is returned. */
function unpack(file: string, format: ArchiveFormat, program: string | undefined): Readable {
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  if (format === 'tar') return source;
  const out = new PassThrough();
  const failed = (error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error)));
  if (program === undefined) {
    pipeline(source, createGunzip({ chunkSize: 1 << 18 }), out).catch(failed);
    return out;
  }
  source.destroy();
  const child = spawn(program, ['-dc', file], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.on('error', (error) => failed(new Error(`${program} could not be run on this machine: ${error.message}`)));
  child.on('close', (code) => (code === 0 ? out.end() : failed(new Error(`${program} ended with status ${code}`))));
  child.stdout.pipe(out, { end: false });
  out.on('close', () => child.kill());
  return out;
}
