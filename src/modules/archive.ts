import { z } from 'zod';
import type { Archive } from '../distributions/archive.ts';
import type { ArchiveRequest } from '../distributions/request.ts';
import { BrokkrError } from '../errors.ts';
import type { ControlAnswer, ControlQuestion } from '../shell/question.ts';
import { flag } from './argument-types.ts';
import type { Answerer } from './module.ts';

/** Whether the server's certificate has to be right: it always has. */
export const verifiedOnly = flag
  .refine((verifies) => verifies, 'what is downloaded is always verified; take it from a folder of your own instead')
  .default(true);

/** Brings an archive or any other file to the control machine. */
export type Obtain = (request: ArchiveRequest) => Promise<Archive>;

/** The topic of questions for a file that is obtained once on the control machine. */
export const archiveTopic = 'archive';

/** Asks for a file by its URL or its path on the control machine; `entries` only where it is to be unpacked. */
export function archiveQuestion(
  source: string,
  options: { entries: boolean; checksum?: string | undefined },
): ControlQuestion {
  const { entries, checksum } = options;
  const parameters = { source, entries, ...(checksum === undefined ? {} : { checksum }) };
  return { ask: 'control', topic: archiveTopic, parameters, life: isUrl(source) ? 'settled' : 'local' };
}

/** Does the text name something to be fetched, not a path? */
export function isUrl(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(source);
}

const parametersSchema = z.object({ source: z.string(), entries: z.boolean(), checksum: z.string().optional() });

const entrySchema = z.object({
  path: z.string(),
  type: z.enum(['file', 'directory', 'link', 'hardlink']),
  mode: z.number(),
  size: z.number(),
  linkTarget: z.string().optional(),
  sha256: z.string().optional(),
  mtime: z.number(),
});

const obtainedSchema = z.object({
  file: z.string(),
  fileName: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  topFolder: z.string().optional(),
  format: z.enum(['tar', 'tar.gz', 'tar.bz2', 'tar.xz', 'tar.zst', 'zip']).optional(),
  entries: z.array(entrySchema),
});

/** A file on the control machine, and what is in it if it is an archive. */
export type Obtained = z.infer<typeof obtainedSchema>;
export type ObtainedEntry = z.infer<typeof entrySchema>;

/** Reads the answer to {@link archiveQuestion}. */
export function readObtained(answer: ControlAnswer): Obtained | { readonly error: string; readonly hint?: string } {
  if (answer.ok) return obtainedSchema.parse(answer.value);
  return answer.hint === undefined ? { error: answer.error } : { error: answer.error, hint: answer.hint };
}

/** Answers {@link archiveQuestion}. */
export function answerArchive(obtain: Obtain): Answerer {
  return async (parameters) => {
    const { source, entries, checksum } = parametersSchema.parse(parameters);
    try {
      const found = await obtain(isUrl(source) ? { url: source, checksum } : { path: source });
      const { file, fileName, sha256, bytes, topFolder, format } = found;
      const list = entries ? await found.entries() : [];
      const value = {
        file,
        fileName,
        sha256,
        bytes,
        ...(topFolder === undefined ? {} : { topFolder }),
        ...(format === undefined ? {} : { format }),
        entries: list.map(({ linkTarget, sha256: hash, ...entry }) => ({
          ...entry,
          ...(linkTarget === undefined ? {} : { linkTarget }),
          ...(hash === undefined ? {} : { sha256: hash }),
        })),
      };
      return { ok: true, value };
    } catch (error) {
      if (!(error instanceof BrokkrError)) throw error;
      return { ok: false, error: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
    }
  };
}
