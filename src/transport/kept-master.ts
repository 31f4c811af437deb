import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { defaultCacheFolder } from '../cache-folder.ts';
import { UnreachableError } from '../errors.ts';
import { reasonOf } from './connection.ts';
import { masterArguments, sessionArguments } from './system-arguments.ts';
import { LONGEST_FOLDER } from './system-folder.ts';
import type { Target } from './target.ts';

/** Milliseconds after which a folder without a socket is nobody's: logging in takes less. */
const ABANDONED_MS = 600_000;

/** Where a connection that is kept has its socket, and what the ssh that holds it writes. */
export interface KeptPlace {
  readonly folder: string;
  readonly socket: string;
  readonly log: string;
}

/** A place for a connection to this target. @throws UnreachableError when there is none that only the user can enter */
export function newPlace(target: Target): KeptPlace {
  const folder = folderFor(target);
  try {
    for (const name of readdirSync(folder)) removeAbandoned(placeIn(path.join(folder, name)));
    return placeIn(mkdtempSync(path.join(folder, `${keyOf(target)}.`)));
  } catch (error) {
    throw notKept(target, reasonOf(error));
  }
}

function placeIn(folder: string): KeptPlace {
  return { folder, socket: path.join(folder, 's'), log: path.join(folder, 'log') };
}

/** The folder of the user's sockets: one that the system empties when the user has gone, where there is one. */
function folderFor(target: Target): string {
  const runtime = process.env.XDG_RUNTIME_DIR ?? '';
  const folder = isMine(runtime) ? path.join(runtime, 'brokkr') : path.join(defaultCacheFolder(), 'ssh');
  if (folder.length > LONGEST_FOLDER) throw notKept(target, `${folder} is longer than ${LONGEST_FOLDER} characters`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw notKept(target, reasonOf(error));
  }
  // Whoever can reach a socket is logged in.
  if (!isMine(folder)) throw notKept(target, `${folder} can be entered by others`);
  return folder;
}

function notKept({ name }: Target, why: string): UnreachableError {
  return new UnreachableError(name, `no connection to ${name} can be kept: ${why}`, {
    hint: 'set XDG_RUNTIME_DIR to a folder that is yours alone, or brokkr_ssh_persist to 0',
  });
}

function isMine(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.geteuid?.() && (found.mode & 0o077) === 0;
}

/** Everything that decides where a connection leads, who logs in and what is checked; a password is none of it. */
function keyOf(target: Target): string {
  const chain: (readonly string[])[] = [];
  for (let hop: Target | undefined = target; hop !== undefined; hop = hop.jump)
    chain.push(masterArguments(hop, '', hop.proxyCommand));
  return createHash('sha256').update(JSON.stringify(chain)).digest('hex').slice(0, 20);
}

/** Takes away what a connection has left that has ended; runs of now may be about to begin one, or to do the same. */
function removeAbandoned({ folder, socket }: KeptPlace): void {
  if (existsSync(socket)) return;
  const since = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - since > ABANDONED_MS) rmSync(folder, { recursive: true, force: true });
}

/** The process of an earlier run, or of this one, that holds a connection on: as long as somebody uses it, and a while longer. */
export class KeptMaster {
  readonly #place: KeptPlace;
  /** As long as it is connected, that process is there, and does not end by itself. */
  readonly #watch: Socket;
  readonly #listeners = new Set<() => void>();
  #readUpTo: number;

  private constructor(place: KeptPlace, watch: Socket) {
    this.#place = place;
    this.#watch = watch;
    this.#readUpTo = this.#written().length;
    watch.on('error', () => {});
    watch.once('close', () => {
      for (const listener of [...this.#listeners]) listener();
      this.#listeners.clear();
    });
    // What it says is the protocol of ssh's own sessions, which is not spoken here.
    watch.resume();
    watch.unref();
  }

  /** One that is there for this target. */
  static async find(target: Target): Promise<KeptMaster | undefined> {
    const folder = folderFor(target);
    const key = keyOf(target);
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(`${key}.`)) continue;
      const place = placeIn(path.join(folder, name));
      const found = await KeptMaster.at(place);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The one that holds a socket; undefined when there is none. */
  static at(place: KeptPlace): Promise<KeptMaster | undefined> {
    return new Promise((resolve) => {
      const watch = connect(place.socket);
      watch.once('error', (error: NodeJS.ErrnoException) => {
        // Who was killed leaves it behind.
        if (error.code === 'ECONNREFUSED') rmSync(place.socket, { force: true });
        resolve(undefined);
      });
      watch.once('connect', () => resolve(new KeptMaster(place, watch)));
    });
  }

  get socket(): string {
    return this.#place.socket;
  }

  get isEnded(): boolean {
    return this.#watch.destroyed;
  }

  /** The first words of this kind that it has written since it was found, and that were not taken before. */
  take(words: RegExp): RegExpExecArray | undefined {
    const found = words.exec(this.#written().slice(this.#readUpTo)) ?? undefined;
    if (found !== undefined) this.#readUpTo += found.index + found[0].length;
    return found;
  }

  onEnd(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Leaves it to the next run. */
  async end(): Promise<void> {
    this.#listeners.clear();
    this.#watch.destroy();
  }

  /** Nobody finds it any more; it ends when the last session has ended, which may be one of another run. */
  destroy(): void {
    const { folder, socket } = this.#place;
    const away = path.join(folder, 'away');
    try {
      renameSync(socket, away);
      execFile('ssh', [...sessionArguments(away), '-O', 'stop', 'x'], () => {});
    } catch {
      // It has ended.
    }
    this.#watch.destroy();
  }

  #written(): string {
    try {
      return readFileSync(this.#place.log, 'utf8');
    } catch {
      return '';
    }
  }
}
