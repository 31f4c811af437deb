import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { defaultCacheFolder } from '../cache-folder.ts';
import { BrokkrError } from '../errors.ts';
import { type Archive, singleTopFolder } from './archive.ts';
import { openBundle } from './bundle.ts';
import type { StoredFile } from './cache.ts';
import { fromSources } from './from-sources.ts';
import { kindOf, packFolder, takeFile } from './given.ts';
import { type HttpGet, httpGet } from './http-get.ts';
import type { RunMaven } from './maven.ts';
import type { OnProgress } from './progress.ts';
import { rememberedIndex } from './remembered-entries.ts';
import { type ArchiveRequest, readRequest, type Wanted } from './request.ts';
import type { SourceContext } from './sources.ts';

export interface ObtainOptions {
  /** Folder of the cache; default `$XDG_CACHE_HOME/brokkr` or `~/.cache/brokkr`. Archives put there by hand are found. */
  readonly cacheFolder?: string | undefined;
  /** Files and folders of the user's that may hold the archive; they come before every other source. */
  readonly given?: readonly string[] | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How URLs are read, and how `mvn` is run, when not for real. */
  readonly get?: HttpGet | undefined;
  readonly runMaven?: RunMaven | undefined;
}

/**
 * Brings an archive to the control machine, once: from what the user gave, from the cache, from where the request
 * points, from the Apache mirror, the Apache archive, or assembled from the jars that the user's Maven fetches.
 *
 * @throws InputError for an unknown version or a malformed request
 * @throws BrokkrError when no source has it (each is listed with its reason), or when it is not safe to unpack
 */
export async function obtain(request: ArchiveRequest, options: ObtainOptions = {}): Promise<Archive> {
  const wanted = readRequest(request);
  const context: SourceContext = {
    cache: options.cacheFolder ?? defaultCacheFolder(),
    given: options.given ?? [],
    get: options.get ?? httpGet(),
    runMaven: options.runMaven,
    onProgress: options.onProgress,
    signal: options.signal,
  };
  await makeCache(context.cache);
  const { path } = wanted;
  const stored = path === undefined ? await fromSources(wanted, context) : await fromPath(path, context.cache);
  return describe(stored, wanted, context.cache);
}

/** `obtain` with the options once, for a run: equal requests, also at the same time, are one. A failure is not kept, nor a path. */
export function obtainOnce(options: ObtainOptions = {}): (request: ArchiveRequest) => Promise<Archive> {
  const running = new Map<string, Promise<Archive>>();
  return (request) => {
    const key = JSON.stringify(request);
    const known = running.get(key);
    if (known !== undefined) return known;
    const archive = obtain(request, options);
    running.set(key, archive);
    const forget = () => void running.delete(key);
    // A file may be another one when it is asked for again: a task may have made it since.
    archive.then('path' in request ? forget : () => {}, forget);
    return archive;
  };
}

/** The folder with the archives of a bundle, every file of which is compared with its SHA-256. */
export function archivesOf(bundle: string): Promise<string> {
  return openBundle(bundle, defaultCacheFolder());
}

async function makeCache(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new BrokkrError(`the cache folder ${folder} cannot be made: ${error.message}`, {
      cause: error,
      hint: 'set XDG_CACHE_HOME to a folder that you may write',
    });
  });
}

async function fromPath(path: string, cache: string): Promise<StoredFile> {
  const kind = await kindOf(path);
  if (kind === undefined) throw new BrokkrError(`there is no file or folder ${path} on the control machine`);
  return kind === 'file' ? takeFile(path) : packFolder(join(cache, 'archives'), path, `${basename(path)}.tar.gz`);
}

/**
 * What is known about the file. One that is only downloaded need not be an archive that brokkr can read, so there the
 * reason why not waits until somebody asks for its entries; a known distribution must be what its name says.
 */
async function describe(stored: StoredFile, wanted: Wanted, cache: string): Promise<Archive> {
  const common = { ...stored, fileName: basename(stored.file) };
  try {
    const { format, entries } = await rememberedIndex(cache, stored.file, stored.sha256);
    const topFolder = singleTopFolder(entries);
    const expected = wanted.distribution?.topFolder;
    if (expected !== undefined && topFolder !== expected) {
      throw new BrokkrError(`${stored.file} is not ${expected}: ${whatItIs(format, topFolder)}`, {
        hint: `put the right file there, or remove it: rm ${stored.file}`,
      });
    }
    return { ...common, format, topFolder, entries: async () => entries };
  } catch (error) {
    if (wanted.distribution !== undefined || !(error instanceof BrokkrError)) throw error;
    return { ...common, format: undefined, topFolder: undefined, entries: () => Promise.reject(error) };
  }
}

function whatItIs(format: Archive['format'], topFolder: string | undefined): string {
  if (format === undefined) return 'it is no archive';
  return topFolder === undefined ? 'it has no single top folder' : `its top folder is ${topFolder}`;
}
