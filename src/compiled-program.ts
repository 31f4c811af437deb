import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

export interface CompiledProgram {
  /** In CommonJS format, of ASCII characters only; another program has another file name. */
  readonly file: string;
  /** What is run of it, in a word: each such part of it is kept by itself, so that a small one stays quick to load. */
  readonly part: string;
  /** Where compiled code is kept: whoever may write to it may run programs as the user. */
  readonly cacheFolder: string;
}

/** A run compiles what the runs before it did not come to, and keeps that as well; after so many runs it is enough. */
const ROUNDS = 3;
const DIGEST_BYTES = 32;
const oldAfterMs = 7 * 24 * 60 * 60 * 1000;

/**
 * Runs a program with the code that V8 compiled for it in earlier runs (nodejs.org, vm.Script, cachedData): to compile
 * it anew takes longer than to look at three hosts. Node does the same by itself from 22.1 on (module.enableCompileCache).
 * V8 refuses code that another version of it made. Without a cache that can be used, or can be written, all works as well.
 */
export function runCompiled({ file, part, cacheFolder }: CompiledProgram): void {
  const name = `${path.parse(file).name}-${process.version}-${process.arch}-${part}`;
  const rounds = Array.from({ length: ROUNDS }, (_, round) => path.join(cacheFolder, `${name}.${round + 1}`));
  const known = newest(rounds);
  const script = new Script(`(function (require, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`, {
    filename: file,
    ...(known === undefined ? {} : { cachedData: known.code }),
  });
  const round = known === undefined || script.cachedDataRejected === true ? 0 : known.round + 1;
  const next = rounds[round];
  if (next !== undefined) {
    process.once('exit', (code) => {
      // A run that failed early has compiled little.
      if (code === 0 || code === 2) keep(script.createCachedData(), next, rounds);
    });
  }
  script.runInThisContext()(createRequire(file), file, path.dirname(file));
}

/** The last of the files that can be trusted. */
function newest(files: readonly string[]): { readonly round: number; readonly code: Buffer } | undefined {
  for (const [round, file] of [...files.entries()].reverse()) {
    try {
      const { uid, mode } = statSync(file);
      if (uid !== process.geteuid?.() || (mode & 0o022) !== 0) continue;
      const kept = readFileSync(file);
      const code = kept.subarray(DIGEST_BYTES);
      if (digestOf(code).equals(kept.subarray(0, DIGEST_BYTES))) return { round, code };
    } catch {
      // It is not there.
    }
  }
  return undefined;
}

/** Writes the file as a whole, for the user alone, and takes away those of the other rounds and those that are old. */
function keep(code: Buffer, file: string, rounds: readonly string[]): void {
  const folder = path.dirname(file);
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(unfinished, Buffer.concat([digestOf(code), code]), { mode: 0o600 });
    renameSync(unfinished, file);
    for (const name of readdirSync(folder)) {
      const each = path.join(folder, name);
      const isOld = Date.now() - statSync(each).mtimeMs > oldAfterMs;
      if (isOld || (each !== file && rounds.includes(each))) rmSync(each);
    }
  } catch {
    if (existsSync(unfinished)) rmSync(unfinished);
  }
}

/** V8 does not look whether the code is whole, and ends the process when it is not. */
function digestOf(code: Buffer): Buffer {
  return createHash('sha256').update(code).digest();
}
