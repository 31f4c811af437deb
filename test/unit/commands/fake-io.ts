import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { afterEach } from 'vitest';
import type { Io } from '../../../src/commands/io.ts';
import { Redactor } from '../../../src/shell/redact.ts';

/** Streams that keep what is written to them. */
export interface FakeIo extends Io {
  out(): string;
  err(): string;
}

/** @param typed what stands on stdin; a terminal when `isTTY` */
export function fakeIo(
  options: { typed?: string; isTTY?: boolean; environment?: Record<string, string> } = {},
): FakeIo {
  const written = { out: '', err: '' };
  const sink = (to: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        written[to] += String(chunk);
        done();
      },
    });
  const terminal = Object.assign(new PassThrough(), { isTTY: true });
  if (options.isTTY === true) terminal.write(options.typed ?? '');
  return {
    stdin: options.isTTY === true ? terminal : Object.assign(Readable.from([options.typed ?? '']), { isTTY: false }),
    stdout: sink('out'),
    stderr: sink('err'),
    environment: options.environment ?? {},
    redactor: new Redactor(),
    told: new WeakSet(),
    out: () => written.out,
    err: () => written.err,
  };
}

/**
 * Makes folders of files, which are removed after each test.
 * @param place which others may have to enter; the folder for temporary files need not let them
 */
export function useFolders(place = tmpdir()): (files: Readonly<Record<string, string>>) => string {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  return (files) => {
    const folder = mkdtempSync(path.join(place, 'brokkr-'));
    folders.push(folder);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    return folder;
  };
}
