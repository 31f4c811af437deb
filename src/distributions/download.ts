import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Checksum } from './checksum.ts';
import type { HttpGet } from './http-get.ts';
import type { OnProgress } from './progress.ts';
import { SourceFailure } from './source-failure.ts';

export interface DownloadOptions {
  readonly get: HttpGet;
  /** What it is, for the progress. */
  readonly what: string;
  /** The hash that it must have. */
  readonly checksum?: Checksum | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The longest text that is taken for a checksum file. */
const longestText = 64 * 1024;

/**
 * Downloads a URL to a file that must not exist.
 *
 * @throws SourceFailure when it cannot be had, was cut off, or has another hash
 */
export async function download(url: string, target: string, options: DownloadOptions): Promise<void> {
  const { body, totalBytes } = await options.get(url, { signal: options.signal });
  const { what, checksum, onProgress } = options;
  const hash = createHash(checksum?.algorithm ?? 'sha256');
  let receivedBytes = 0;
  const count = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      receivedBytes += chunk.length;
      onProgress?.({ what, receivedBytes, totalBytes });
      yield chunk;
    }
  };
  onProgress?.({ what, receivedBytes, totalBytes });
  try {
    await pipeline(body, count, createWriteStream(target, { flags: 'wx' }));
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof SourceFailure || isLocal(error)) throw error;
    throw cutOff(receivedBytes, totalBytes, error);
  }
  if (totalBytes !== undefined && receivedBytes !== totalBytes) throw cutOff(receivedBytes, totalBytes, undefined);
  const hex = hash.digest('hex');
  if (checksum !== undefined && hex !== checksum.hex) {
    throw new SourceFailure(
      `its ${checksum.algorithm} is ${hex.slice(0, 16)}…, but ${checksum.hex.slice(0, 16)}… was expected`,
      { hint: `somebody on the way altered it, or the checksum belongs to another file; look at ${url}` },
    );
  }
}

/** Reads a short text, such as a checksum file. */
export async function downloadText(url: string, get: HttpGet, signal: AbortSignal | undefined): Promise<string> {
  const { body } = await get(url, { signal });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > longestText) throw new SourceFailure(`${url} is too long for a checksum file`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function cutOff(received: number, total: number | undefined, cause: unknown): SourceFailure {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new SourceFailure(
    `the download was cut off after ${received}${total === undefined ? '' : ` of ${total}`} bytes${reason}`,
  );
}

/** Disk full, no permission: another source would not help. */
function isLocal(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && (error.syscall === 'write' || error.syscall === 'open');
}
