import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { within } from '../deadline.ts';
import { BrokkrError } from '../errors.ts';
import { dial, dialFailure, type Endpoint } from '../modules/dialing.ts';
import type { Dialer } from '../modules/module.ts';

/** The commands that are asked here. Without a whitelist a server answers only `srvr`. */
export type FourLetterWord = 'srvr' | 'mntr' | 'conf';

export type FourLetterAnswer =
  | { readonly kind: 'text'; readonly text: string }
  /** The command is not in the server's `4lw.commands.whitelist`. */
  | { readonly kind: 'not-whitelisted' }
  /** The server runs, but is part of no quorum. */
  | { readonly kind: 'not-serving' };

export interface FourLetterOptions {
  readonly dialer: Dialer;
  readonly signal: AbortSignal;
  /** Milliseconds for dialing, asking and the whole answer. */
  readonly timeoutMs: number;
}

/** `mntr` takes about 25 kB; more than this is something else than ZooKeeper. */
const maxBytes = 1024 * 1024;

/**
 * Sends one of ZooKeeper's four-letter words and reads until the server closes the connection, as it does after each
 * (ZooKeeper administrator's guide, "The Four Letter Words").
 * @throws BrokkrError with a short reason when the server cannot be reached, or says nothing in time
 */
export async function fourLetter(
  server: Endpoint,
  word: FourLetterWord,
  options: FourLetterOptions,
): Promise<FourLetterAnswer> {
  const { dialer, signal, timeoutMs } = options;
  const deadline = within(timeoutMs, signal);
  let socket: Duplex | undefined;
  try {
    socket = await dial(dialer, server, timeoutMs, deadline);
    return parseFourLetter(word, await converse(socket, word, deadline));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BrokkrError) throw error;
    throw new BrokkrError(dialFailure(error), { cause: error });
  } finally {
    socket?.destroy();
  }
}

function converse(socket: Duplex, word: FourLetterWord, deadline: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onAbort = () => reject(deadline.reason);
    const finish = () => {
      deadline.removeEventListener('abort', onAbort);
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    if (deadline.aborted) return onAbort();
    deadline.addEventListener('abort', onAbort, { once: true });
    socket.on('error', reject);
    socket.on('end', finish);
    socket.on('close', finish);
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) reject(new BrokkrError('what it answers is not ZooKeeper'));
      else chunks.push(chunk);
    });
    socket.write(word);
  });
}

/** Recognises the two answers that are not the command's own. */
export function parseFourLetter(word: FourLetterWord, text: string): FourLetterAnswer {
  if (text.trim() === `${word} is not executed because it is not in the whitelist.`) return { kind: 'not-whitelisted' };
  if (text.includes('This ZooKeeper instance is not currently serving requests')) return { kind: 'not-serving' };
  if (text.trim() === '') throw new BrokkrError('closed the connection without an answer');
  return { kind: 'text', text };
}

/** What `srvr` tells. */
const srvrSchema = z.object({
  version: z.string(),
  mode: z.enum(['leader', 'follower', 'observer', 'standalone', 'read-only']),
  /** The last transaction it has applied, as it prints it: `0x100000018`. */
  zxid: z.string(),
});
export type SrvrAnswer = z.infer<typeof srvrSchema>;

/** @throws BrokkrError when it is not what a ZooKeeper server says */
export function parseSrvr(text: string): SrvrAnswer {
  const answer = srvrSchema.safeParse({
    version: /^Zookeeper version: ([^-,\s]+)/m.exec(text)?.[1],
    mode: /^Mode: (\S+)$/m.exec(text)?.[1],
    zxid: /^Zxid: (0x[0-9a-f]+)$/m.exec(text)?.[1],
  });
  if (answer.success) return answer.data;
  throw new BrokkrError(`its answer to srvr was not understood: ${JSON.stringify(text.slice(0, 80))}`);
}

/** Tab-separated names and values. */
export function parseMntr(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => line.split('\t'));
  return new Map(lines.flatMap(([name, value]) => (name && value !== undefined ? [[name, value.trim()]] : [])));
}

export interface ConfAnswer {
  /** What `myid` says; absent for a standalone server before 3.5. */
  readonly serverId: number | undefined;
  /** `server.N` → host:quorum port:election port, role and client address left out. */
  readonly members: ReadonlyMap<number, string>;
}

export function parseConf(text: string): ConfAnswer {
  const id = /^serverId=(\d+)$/m.exec(text)?.[1];
  const members = [...text.matchAll(/^server\.(\d+)=([^;\n]+?)(?::(?:participant|observer))?(?:;.*)?$/gm)];
  return {
    serverId: id === undefined ? undefined : Number(id),
    members: new Map(members.map(([, member, address = '']) => [Number(member), address])),
  };
}
