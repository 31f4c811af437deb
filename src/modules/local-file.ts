import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { errorText } from '../errors.ts';
import type { ControlAnswer, ControlQuestion, Json } from '../shell/question.ts';
import type { Answerer } from './module.ts';
import { contentOfBytes, md5Hash, type NewContent } from './new-content.ts';

/** Files up to this size are held in memory and ride in the program; larger ones are streamed. */
const heldBytes = 1024 * 1024;

/** The topic of questions for a file or folder of the control machine. */
export const localFileTopic = 'local-file';

/** Asks for a file or folder of the control machine. */
export function localFile(path: string): ControlQuestion {
  return { ask: 'control', topic: localFileTopic, parameters: { path }, life: 'local' };
}

const fileSchema = z.object({
  type: z.literal('file'),
  path: z.string(),
  size: z.number(),
  mode: z.number(),
  sha256: z.string(),
  sha1: z.string(),
  md5: z.string().optional(),
});

const folderSchema = z.object({
  type: z.literal('directory'),
  path: z.string(),
  mode: z.number(),
  /** Everything below, links followed as `local_follow` says by default, sorted; paths relative to the folder. */
  entries: z.array(z.object({ path: z.string(), type: z.enum(['file', 'directory']), mode: z.number() })),
});

const localSchema = z.discriminatedUnion('type', [fileSchema, folderSchema]);
export type LocalFolder = z.infer<typeof folderSchema>;
export type LocalFile = { readonly type: 'file'; readonly fresh: NewContent };

/** Reads the answer; a file's content comes with it, or as a file to stream when it is large. */
export function readLocal(answer: ControlAnswer): LocalFile | LocalFolder | { type: 'absent'; error: string } {
  if (!answer.ok) return { type: 'absent', error: answer.error };
  const found = localSchema.parse(answer.value);
  if (found.type === 'directory') return found;
  if (answer.bytes !== undefined) return { type: 'file', fresh: contentOfBytes(answer.bytes, found.mode) };
  const { sha256, sha1, md5, size, mode } = found;
  return { type: 'file', fresh: { content: { from: 'file', file: found.path, sha256, size }, size, sha1, md5, mode } };
}

/** Answers {@link localFile}. */
export const answerLocalFile: Answerer = async (parameters) => {
  const { path } = z.object({ path: z.string() }).parse(parameters);
  try {
    const found = await stat(path);
    if (found.isDirectory()) {
      const entries = await list(path, path);
      return { ok: true, value: { type: 'directory', path, mode: found.mode & 0o7777, entries } };
    }
    const { hashes, bytes } = await read(path, found.size <= heldBytes);
    const value: Json = { type: 'file', path, size: found.size, mode: found.mode & 0o7777, ...hashes };
    return bytes === undefined ? { ok: true, value } : { ok: true, value, bytes };
  } catch (error) {
    const reason = errorText(error);
    return { ok: false, error: `${path} cannot be read on the control machine: ${reason}` };
  }
};

async function list(root: string, folder: string): Promise<Json[]> {
  const entries: Json[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const found = await stat(path);
    const entry = { path: relative(root, path), mode: found.mode & 0o7777 };
    if (found.isDirectory()) entries.push({ ...entry, type: 'directory' }, ...(await list(root, path)));
    else entries.push({ ...entry, type: 'file' });
  }
  return entries;
}

async function read(path: string, hold: boolean): Promise<{ hashes: Record<string, string>; bytes?: Uint8Array }> {
  const [sha256, sha1, md5] = [createHash('sha256'), createHash('sha1'), md5Hash()];
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path)) {
    const buffer = Buffer.from(chunk);
    sha256.update(buffer);
    sha1.update(buffer);
    md5?.update(buffer);
    if (hold) chunks.push(buffer);
  }
  const hashes = {
    sha256: sha256.digest('hex'),
    sha1: sha1.digest('hex'),
    ...(md5 === undefined ? {} : { md5: md5.digest('hex') }),
  };
  return hold ? { hashes, bytes: Buffer.concat(chunks) } : { hashes };
}
