import { createHash, getFips, type Hash } from 'node:crypto';
import type { Content } from '../shell/action.ts';

/** What is to stand in a file, and what is known of it. */
export interface NewContent {
  readonly content: Content;
  /** Bytes. */
  readonly size: number;
  /** SHA-1, which Ansible tells as `checksum`. */
  readonly sha1: string;
  /** MD5, which Ansible tells of content that it has written; left out where Node.js may not make one. */
  readonly md5?: string | undefined;
  /** Left out for content too large to be held in memory. */
  readonly bytes?: Uint8Array | undefined;
  /** Permission bits of the file it comes from, for `mode: preserve`. */
  readonly mode?: number | undefined;
}

/** Content that rides in the program. */
export function contentOfBytes(bytes: Uint8Array, mode?: number): NewContent {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  const md5 = md5Hash()?.update(bytes).digest('hex');
  return { content: { from: 'bytes', bytes, sha256 }, size: bytes.length, sha1, md5, bytes, mode };
}

/** Where the rules of FIPS hold, OpenSSL makes none, and Ansible tells none. */
export function md5Hash(): Hash | undefined {
  return getFips() === 1 ? undefined : createHash('md5');
}
