import { describe, expect, test } from 'vitest';
import type { ArchiveEntry } from '../../../src/distributions/archive.ts';
import { unsafeEntries } from '../../../src/distributions/entry-safety.ts';

const common = { mode: 0o755, size: 0, mtime: 0 };
const file = (path: string): ArchiveEntry => ({ ...common, path, type: 'file' });
const folder = (path: string): ArchiveEntry => ({ ...common, path, type: 'directory' });
const link = (path: string, linkTarget: string): ArchiveEntry => ({ ...common, path, type: 'link', linkTarget });
const hardlink = (path: string, linkTarget: string): ArchiveEntry => ({
  ...common,
  path,
  type: 'hardlink',
  linkTarget,
});

describe('entries of an archive', () => {
  test.each<[string, readonly ArchiveEntry[]]>([
    ['files and folders', [folder('a'), file('a/b'), file('..a/..b...c')]],
    ['a link beside its target', [file('a/b'), link('a/c', 'b')]],
    ['a link up to the root', [link('a/b/c', '../../d')]],
    ['a link to a later file', [link('a', 'b/c'), file('b/c')]],
    ['a link through a link that stays inside', [link('a/b', '../c/d'), link('e', 'a/b/../x')]],
    ['a hard link', [file('a/b'), hardlink('c', 'a/b')]],
  ])('with %s are safe', (_, entries) => {
    expect(unsafeEntries(entries)).toEqual([]);
  });

  test.each<[string, readonly ArchiveEntry[], string]>([
    ['an absolute path', [file('/etc/passwd')], 'is an absolute path'],
    ['a way up', [file('a/../../b')], 'leads out of the archive with ".."'],
    ['a way up that comes back', [file('a/../b')], 'leads out of the archive with ".."'],
    ['a line break in a name', [file('a\nb')], 'line break'],
    ['an absolute link', [link('a', '/etc')], 'is a link to "/etc", which leads out'],
    ['a link up too far', [link('a/b', '../../c')], 'leads out of the archive'],
    ['an empty link', [link('a', '')], 'leads out of the archive'],
    ['a file behind a link', [link('a', 'b'), file('a/c')], 'would be written through the link "a"'],
    ['a file before the link it lies behind', [file('a/c'), link('a', 'b')], 'would be written through the link "a"'],
    ['a link that leaves by way of another', [link('d', '.'), link('e', 'd/../x')], 'leads out of the archive'],
    ['links in a circle', [link('a', 'b'), link('b', 'a')], 'leads out of the archive'],
    ['a hard link out', [hardlink('a', '../b')], 'is a hard link to "../b", which leads out'],
    ['an absolute hard link', [hardlink('a', '/etc/shadow')], 'which is an absolute path'],
    ['a hard link through a link', [link('b', 'c'), hardlink('a', 'b/x')], 'would be written through the link "b"'],
  ])('with %s are refused', (_, entries, reason) => {
    expect(unsafeEntries(entries).join('\n')).toContain(reason);
  });
});
