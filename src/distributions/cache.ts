import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hashFile } from './checksum.ts';

/** A file of the cache, verified just now. */
export interface StoredFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Where it came from, in words. */
  readonly source: string;
}

/**
 * `seen` is what the file system says about the file whose hash was taken. The time of the last change of the inode
 * cannot be set by a program: while all of it is the same, so are the bytes, and they need not be hashed again.
 */
const recordSchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
  source: z.string(),
  seen: z.string(),
});

const recordName = 'brokkr.json';
const partialPrefix = '.partial-';
const dayMs = 24 * 60 * 60 * 1000;

/** The file under a key, if it is there and has the bytes that it was stored with. */
export async function lookUp(cache: string, key: string, fileName: string): Promise<StoredFile | undefined> {
  const file = join(cache, key, fileName);
  const recordFile = join(cache, key, recordName);
  const record = await readRecord(recordFile);
  const seen = await fingerprint(file).catch(() => undefined);
  if (record === undefined || seen === undefined) return undefined;
  const { sha256, bytes, source } = record;
  if (record.seen !== seen) {
    if ((await hashFile(file, 'sha256')) !== sha256) return undefined;
    await writeWhole(recordFile, JSON.stringify({ ...record, seen }));
  }
  return { file, sha256, bytes, source };
}

/**
 * Lets `make` write a file (and whatever it needs beside it, in `scratch`) to a folder of its own, which then gets its
 * place in one step. Whoever was faster is right: another run's file is used if it is whole. A failure leaves nothing.
 */
export async function store(
  cache: string,
  key: string,
  fileName: string,
  source: string,
  make: (target: string, scratch: string) => Promise<void>,
): Promise<StoredFile> {
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const partial = join(cache, `${partialPrefix}${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    const content = join(partial, 'content');
    const scratch = join(partial, 'scratch');
    await mkdir(content, { recursive: true });
    await mkdir(scratch);
    const target = join(content, fileName);
    await make(target, scratch);
    const record = { sha256: await hashFile(target, 'sha256'), bytes: (await stat(target)).size, source };
    await writeFile(join(content, recordName), JSON.stringify({ ...record, seen: await fingerprint(target) }));
    return await putInPlace(cache, key, fileName, content);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function putInPlace(cache: string, key: string, fileName: string, content: string): Promise<StoredFile> {
  const place = join(cache, key);
  for (let tries = 0; ; tries++) {
    try {
      await rename(content, place);
    } catch (error) {
      if (tries === 3 || !isTaken(error)) throw error;
    }
    const stored = await lookUp(cache, key, fileName);
    if (stored !== undefined) return stored;
    // What stands there is damaged: out of the way in one step, so that nobody sees half of it.
    await rename(place, `${content}-damaged-${tries}`);
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
}

/** A killed run cannot clean up after itself. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith(partialPrefix)) continue;
    const folder = join(cache, name);
    const changed = await stat(folder).then(
      (found) => found.mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - changed > dayMs) await rm(folder, { recursive: true, force: true });
  }
}

async function readRecord(file: string): Promise<z.infer<typeof recordSchema> | undefined> {
  try {
    return recordSchema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Writes a file so that a reader sees the old text or the new one. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const partial = `${file}.${process.pid}-${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(partial, text, { flag: 'wx' });
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

async function fingerprint(file: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}
