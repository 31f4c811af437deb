import { join } from 'node:path';
import { packArchive, recipeHash } from './assemble.ts';
import { lookUp, type StoredFile, store } from './cache.ts';
import { publishedAt } from './catalogue.ts';
import { type Checksum, hashFile, readChecksumFile } from './checksum.ts';
import type { Distribution } from './distribution.ts';
import { download, downloadText } from './download.ts';
import { findGiven, packFolder, takeFile } from './given.ts';
import type { HttpGet } from './http-get.ts';
import { assembledFiles, launcherFiles } from './layout.ts';
import { fetchJars, type RunMaven } from './maven.ts';
import type { OnProgress } from './progress.ts';
import type { Wanted } from './request.ts';
import { SourceFailure } from './source-failure.ts';

/** What the sources work with. */
export interface SourceContext {
  readonly cache: string;
  readonly given: readonly string[];
  readonly get: HttpGet;
  readonly runMaven: RunMaven | undefined;
  readonly onProgress: OnProgress | undefined;
  readonly signal: AbortSignal | undefined;
}

/** One place that may have what is wanted. */
export interface Source {
  readonly name: string;
  /** Whether it compares with the checksum that was asked for; otherwise the caller does. */
  readonly compares: boolean;
  /** What it delivered to the cache in an earlier run. */
  readonly recall: () => Promise<StoredFile | undefined>;
  /** Throws a `SourceFailure` when it cannot deliver. */
  readonly take: () => Promise<StoredFile>;
}

/** Files and folders of the user, the cache's own folder being one of them. */
export function givenSource(wanted: Wanted, context: SourceContext): Source {
  const given = [...context.given, context.cache];
  return {
    name: 'files and folders given',
    compares: false,
    recall: async () => undefined,
    take: async () => {
      const found = await findGiven(given, wanted.fileName, wanted.distribution?.topFolder);
      if ('file' in found) return takeFile(found.file);
      return packFolder(join(context.cache, 'archives'), found.folder, wanted.fileName);
    },
  };
}

/** The URL of the request itself. */
export function urlSource(url: string, wanted: Wanted, checksum: Checksum | undefined, context: SourceContext): Source {
  const key = `url-${recipeHash([url, checksum?.hex ?? '']).slice(0, 32)}`;
  return {
    name: url,
    compares: true,
    ...cached(key, wanted.fileName, url, context, (target) => fetchTo(url, target, wanted, checksum, context)),
  };
}

/** The archive as Apache publishes it, compared with the SHA-512 that Apache publishes, or with the one that was asked for. */
export function publishedSources(
  distribution: Distribution,
  wanted: Wanted,
  asked: Checksum | undefined,
  context: SourceContext,
): readonly Source[] {
  const key = `published-${distribution.topFolder}${asked === undefined ? '' : `-${asked.hex.slice(0, 16)}`}`;
  return publishedAt(distribution).map(({ name, url, checksumUrl }) => ({
    name: `${name}, ${url}`,
    compares: true,
    ...cached(key, distribution.fileName, url, context, async (target) => {
      const checksum = asked ?? (await publishedChecksum(checksumUrl, distribution.fileName, context));
      await fetchTo(url, target, wanted, checksum, context);
    }),
  }));
}

/** The archive assembled from its published jars, with our launchers. The key changes when a launcher does. */
export async function assembledSource(distribution: Distribution, context: SourceContext): Promise<Source> {
  const launchers = await launcherFiles(distribution);
  const recipe = recipeHash([
    JSON.stringify(distribution),
    ...launchers.flatMap((file) => [file.path, Buffer.isBuffer(file.content) ? file.content : '']),
  ]);
  const key = `assembled-${distribution.topFolder}-${recipe.slice(0, 16)}`;
  const how = 'assembled from the jars that Maven fetched, with launchers of brokkr';
  return {
    name: 'Maven',
    compares: false,
    ...cached(key, distribution.fileName, how, context, async (target, scratch) => {
      const { runMaven: run, onProgress, signal } = context;
      await fetchJars(distribution, scratch, { run, onProgress, signal });
      const files = await assembledFiles(distribution, scratch);
      const mtime = new Date(`${distribution.released}T00:00:00Z`);
      await packArchive(files, target, { topFolder: distribution.topFolder, mtime });
    }),
  };
}

/** Whether a file that lies here has the hash that was asked for. */
export async function hasChecksum(file: StoredFile, checksum: Checksum): Promise<boolean> {
  const own = checksum.algorithm === 'sha256' ? file.sha256 : await hashFile(file.file, checksum.algorithm);
  return own === checksum.hex;
}

/** The hash of a file out of a checksum file on the network. */
export async function publishedChecksum(
  url: string,
  fileName: string,
  context: SourceContext,
  algorithm: Checksum['algorithm'] = 'sha512',
): Promise<Checksum> {
  const text = await downloadText(url, context.get, context.signal);
  const hex = readChecksumFile(text, fileName, algorithm);
  if (hex === undefined) throw new SourceFailure(`${url} has no ${algorithm} for ${fileName}`);
  return { algorithm, hex };
}

function cached(
  key: string,
  fileName: string,
  source: string,
  context: SourceContext,
  make: (target: string, scratch: string) => Promise<void>,
): Pick<Source, 'recall' | 'take'> {
  const folder = join(context.cache, 'archives');
  return {
    recall: () => lookUp(folder, key, fileName),
    take: () => store(folder, key, fileName, source, make),
  };
}

function fetchTo(
  url: string,
  target: string,
  wanted: Wanted,
  checksum: Checksum | undefined,
  context: SourceContext,
): Promise<void> {
  const { get, onProgress, signal } = context;
  return download(url, target, { get, what: wanted.fileName, checksum, onProgress, signal });
}
