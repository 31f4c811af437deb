import { createHash } from 'node:crypto';
import type { Answer } from '../shell/question.ts';
import { type FileEntry, isStat } from './file-entry.ts';

/** The answer to a question about a path in an object of its own, `acted` when only a run can tell it, or `undefined`. */
export type Found = { readonly answer: Answer } | 'acted' | undefined;

export function wrap(found: FileEntry['lstat']): Found {
  return found === undefined || found === 'acted' ? found : { answer: found };
}

export function hashOf(entry: FileEntry, stands: FileEntry['lstat']): Found {
  if (entry.hash === 'acted' || stands === 'acted') return 'acted';
  if (isStat(stands) && stands.type !== 'file') return { answer: null };
  if (entry.hash !== undefined) return { answer: entry.hash };
  if (!(entry.content instanceof Uint8Array)) return undefined;
  return { answer: createHash('sha256').update(entry.content).digest('hex') };
}

export function contentOf(entry: FileEntry, stands: FileEntry['lstat'], maxBytes: number): Found {
  if (entry.content === 'acted' || stands === 'acted') return 'acted';
  if (isStat(stands) && (stands.type !== 'file' || stands.size > maxBytes)) return { answer: null };
  if (entry.content !== undefined) return { answer: entry.content.length > maxBytes ? null : entry.content };
  return entry.longerThan !== undefined && entry.longerThan >= maxBytes ? { answer: null } : undefined;
}
