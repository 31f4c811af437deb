import { newNonce } from '../shell/frame.ts';
import { parseStatRecords, STAT_FORMAT } from '../shell/probe-paths.ts';
import { preamble } from '../shell/program.ts';
import type { Stat } from '../shell/question.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import type { Program } from '../transport/program-channel.ts';

/** Bytes of a file that are read; configuration is never that large. */
const mostBytes = 1024 * 1024;

/** A program that reads files, and whom they belong to. The frame of a file that is not there, or may not be read, says so. */
export function filesProgram(paths: readonly string[]): Program {
  const nonce = newNonce();
  const lines = [
    preamble(nonce),
    ...paths.flatMap((path, index) => [
      `if [ -r ${quote(path)} ]; then s file ${index}; head -c ${mostBytes} -- ${quote(path)}; elif [ -e ${quote(path)} ]; then s closed ${index}; else s missing ${index}; fi`,
    ]),
    `s attributes; stat -L -c "$N${STAT_FORMAT}" -- ${quoteAll(paths)} 2>/dev/null`,
    's END',
  ];
  return { nonce, text: lines.join('\n') };
}

/** What a host's files hold. */
export interface HostFiles {
  /** `undefined` where there is none, or it may not be read. */
  readonly texts: ReadonlyMap<string, string | undefined>;
  /** Those that are there and may not be read. */
  readonly closed: ReadonlySet<string>;
}

/** Reads what the program has told. */
export function parseFiles(paths: readonly string[], frames: ReadonlyMap<string, string>): HostFiles {
  return {
    texts: new Map(paths.map((path, index) => [path, frames.get(`file ${index}`)])),
    closed: new Set(paths.filter((_, index) => frames.has(`closed ${index}`))),
  };
}

/** What stat(1) told of each file that is there. */
export function parseAttributes({ nonce }: Program, frames: ReadonlyMap<string, string>): ReadonlyMap<string, Stat> {
  return parseStatRecords(frames.get('attributes') ?? '', '', nonce);
}
