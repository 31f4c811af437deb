import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { singleTopFolder } from '../../../src/distributions/archive.ts';
import { readArchive } from '../../../src/distributions/read-archive.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brokkr-read-archive-'));
  mkdirSync(join(folder, 'top/bin'), { recursive: true });
  writeFileSync(join(folder, 'top/bin/run.sh'), 'echo hello\n'.repeat(1000), { mode: 0o750 });
  symlinkSync('run.sh', join(folder, 'top/bin/link'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (program: string, ...args: readonly string[]) => execFileSync(program, args, { cwd: folder });

/** A zip of stored and deflated files and a link, made by Python's zipfile (bytes in base64), independent of our reader. */
const zip =
  'UEsDBBQAAAAAAAAAIQAAAAAAAAAAAAAAAAAEAAAAdG9wL1BLAwQUAAAACAAAACEAWPCaWQYAAADIAAAACQAAAHRvcC9hLnR4dEtMHB4AAFBLAwQUAAAAAAAAACEA+e++cQEAAAABAAAACQAAAHRvcC9iLnR4dGJQSwMEFAAAAAAAAAAhALr368EFAAAABQAAAAgAAAB0b3AvbGlua2EudHh0UEsBAhQDFAAAAAAAAAAhAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAQAO1BAAAAAHRvcC9QSwECFAMUAAAACAAAACEAWPCaWQYAAADIAAAACQAAAAAAAAAAAAAA6IEiAAAAdG9wL2EudHh0UEsBAhQDFAAAAAAAAAAhAPnvvnEBAAAAAQAAAAkAAAAAAAAAAAAAAKSBTwAAAHRvcC9iLnR4dFBLAQIUAxQAAAAAAAAAIQC69+vBBQAAAAUAAAAIAAAAAAAAAAAAAAD/oXcAAAB0b3AvbGlua1BLBQYAAAAABAAEANYAAACiAAAAAAA=';

describe('an archive', () => {
  test.each([
    ['tar', 'cf', 'top.tar'],
    ['tar.gz', 'czf', 'top.tgz'],
    ['tar.xz', 'cJf', 'top.txz'],
    ['tar.bz2', 'cjf', 'top.tbz'],
  ])('made by tar as %s is told by its content', async (format, flags, name) => {
    inFolder('tar', flags, name, './top');
    const index = await readArchive(join(folder, name));
    expect(index.format).toBe(format);
    expect(new Set(index.entries.map(({ path, type, mode }) => `${type} ${path} ${mode.toString(8)}`))).toEqual(
      new Set(['directory top 755', 'directory top/bin 755', 'file top/bin/run.sh 750', 'link top/bin/link 777']),
    );
    expect(index.entries.find((entry) => entry.path === 'top/bin/run.sh')?.size).toBe(11_000);
    expect(singleTopFolder(index.entries)).toBe('top');
  });

  test('that is a zip has its modes, links and contents', async () => {
    writeFileSync(join(folder, 'top.zip'), Buffer.from(zip, 'base64'));
    const { format, entries } = await readArchive(join(folder, 'top.zip'));
    expect(format).toBe('zip');
    expect(
      entries.map(({ path, type, mode, size, linkTarget }) => [path, type, mode.toString(8), size, linkTarget]),
    ).toEqual([
      ['top', 'directory', '755', 0, undefined],
      ['top/a.txt', 'file', '750', 200, undefined],
      ['top/b.txt', 'file', '644', 1, undefined],
      ['top/link', 'link', '777', 0, 'a.txt'],
    ]);
    expect(entries[2]?.sha256).toBe('3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d');
    expect(entries[0]?.mtime).toBe(Date.UTC(1980, 0, 1) / 1000);
  });

  test.each([
    ['a text', Buffer.from('just a text')],
    ['nothing', Buffer.alloc(0)],
    ['a compressed text', gzipSync('just a text')],
  ])('is not %s', async (_, content) => {
    writeFileSync(join(folder, 'x'), content);
    expect(await readArchive(join(folder, 'x'))).toEqual({ format: undefined, entries: [] });
  });

  test.each(['top.tgz', 'top.tar', 'top.zip'])('that is cut off is damaged: %s', async (name) => {
    if (name === 'top.zip') writeFileSync(join(folder, name), Buffer.from(zip, 'base64'));
    else inFolder('tar', name === 'top.tgz' ? 'czf' : 'cf', name, 'top');
    truncateSync(join(folder, name), name === 'top.tar' ? 1500 : readFileSync(join(folder, name)).length - 20);
    await expect(readArchive(join(folder, name))).rejects.toThrow('cannot be read as an archive');
  });

  test('that would write outside its folder is refused', async () => {
    const tar = pack();
    tar.entry({ name: 'a/../../evil' }, 'x');
    tar.finalize();
    const chunks: Uint8Array[] = [];
    for await (const chunk of tar) if (chunk instanceof Uint8Array) chunks.push(chunk);
    writeFileSync(join(folder, 'evil.tar'), Buffer.concat(chunks));
    await expect(readArchive(join(folder, 'evil.tar'))).rejects.toThrow(
      'the archive is refused, it would write outside its folder: "a/../../evil" leads out of the archive with ".."',
    );
  });

  test('with a named pipe is not unpacked', async () => {
    inFolder('mkfifo', 'top/pipe');
    inFolder('tar', 'cf', 'top.tar', 'top');
    await expect(readArchive(join(folder, 'top.tar'))).rejects.toThrow('holds "top/pipe", a fifo');
  });
});

test('there is no single top folder when a file stands beside it', () => {
  const file = (path: string) => ({ path, type: 'file' as const, mode: 0o644, size: 0, mtime: 0 });
  expect(singleTopFolder([file('a/b'), file('a/c')])).toBe('a');
  expect(singleTopFolder([file('a/b'), file('b')])).toBeUndefined();
  expect(singleTopFolder([file('a')])).toBeUndefined();
  expect(singleTopFolder([])).toBeUndefined();
});
