import type { ArchiveEntry } from './archive.ts';

/**
 * Why these entries must not be unpacked: a path or a link that leads out of the folder they are unpacked to. Empty when
 * nothing is wrong. Links are followed through the links of the same archive, as `tar` would when it writes through them.
 */
export function unsafeEntries(entries: readonly ArchiveEntry[]): readonly string[] {
  const links = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type === 'link') links.set(entry.path, entry.linkTarget ?? '');
  }
  return entries.flatMap((entry) => {
    const problem = unsafePath(entry.path) ?? unsafeParent(entry.path, links) ?? unsafeTarget(entry, links);
    return problem === undefined ? [] : [`${JSON.stringify(entry.path)} ${problem}`];
  });
}

function unsafePath(path: string): string | undefined {
  if (path === '') return 'has no name';
  if (path.includes('\0') || path.includes('\n')) return 'has a name with a line break or a zero byte in it';
  if (path.startsWith('/')) return 'is an absolute path';
  if (path.split('/').includes('..')) return 'leads out of the archive with ".."';
  return undefined;
}

function unsafeParent(path: string, links: ReadonlyMap<string, string>): string | undefined {
  const parts = path.split('/');
  for (let i = 1; i < parts.length; i++) {
    const parent = parts.slice(0, i).join('/');
    if (links.has(parent)) return `would be written through the link "${parent}"`;
  }
  return undefined;
}

function unsafeTarget(entry: ArchiveEntry, links: ReadonlyMap<string, string>): string | undefined {
  const target = entry.linkTarget ?? '';
  if (entry.type === 'hardlink') {
    const problem = unsafePath(target) ?? unsafeParent(target, links);
    return problem === undefined ? undefined : `is a hard link to ${JSON.stringify(target)}, which ${problem}`;
  }
  if (entry.type !== 'link') return undefined;
  const folder = entry.path.split('/').slice(0, -1);
  return staysInside(folder, target, links) ? undefined : `is a link to "${target}", which leads out of the archive`;
}

/** Walks a link's text from its folder; a chain of more than 40 links is a circle (Linux gives up there too). */
function staysInside(folder: readonly string[], target: string, links: ReadonlyMap<string, string>): boolean {
  let at: readonly string[] = folder;
  let ahead = target.split('/');
  if (target === '' || target.startsWith('/')) return false;
  for (let followed = 0; ahead.length > 0; ) {
    const [part = '', ...rest] = ahead;
    ahead = rest;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.length === 0) return false;
      at = at.slice(0, -1);
      continue;
    }
    const next = [...at, part];
    const text = links.get(next.join('/'));
    if (text === undefined) at = next;
    else if (text.startsWith('/') || ++followed > 40) return false;
    else ahead = [...text.split('/'), ...ahead];
  }
  return true;
}
