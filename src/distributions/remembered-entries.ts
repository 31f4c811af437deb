import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from './cache.ts';
import { type ArchiveIndex, readArchive } from './read-archive.ts';

const indexSchema = z.object({
  version: z.literal(1),
  format: z.enum(['tar', 'tar.gz', 'tar.bz2', 'tar.xz', 'tar.zst', 'zip']).optional(),
  entries: z.array(
    z.object({
      path: z.string(),
      type: z.enum(['file', 'directory', 'link', 'hardlink']),
      mode: z.number().int(),
      size: z.number().int(),
      linkTarget: z.string().optional(),
      sha256: z.string().optional(),
      mtime: z.number().int(),
    }),
  ),
});

/** What an archive holds, read once for all files with these bytes. An unsafe or damaged archive is not remembered. */
export async function rememberedIndex(cache: string, file: string, sha256: string): Promise<ArchiveIndex> {
  const memory = join(cache, 'entries', `${sha256}.json`);
  const known = await recall(memory);
  if (known !== undefined) return known;
  const { format, entries } = await readArchive(file);
  await mkdir(dirname(memory), { recursive: true });
  await writeWhole(memory, JSON.stringify({ version: 1, format, entries }));
  return { format, entries };
}

async function recall(memory: string): Promise<ArchiveIndex | undefined> {
  try {
    const { data } = indexSchema.safeParse(JSON.parse(await readFile(memory, 'utf8')));
    return data === undefined ? undefined : { format: data.format, entries: data.entries };
  } catch {
    return undefined;
  }
}
