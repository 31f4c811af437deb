import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnreachableError } from '../errors.ts';
import { type Channel, childChannel } from './channel.ts';
import { type Connection, ConnectionLost, type ConnectOptions } from './connection.ts';
import { type Carry, carried } from './dial.ts';
import { HostKeyCheck } from './host-key.ts';
import { KeptMaster, newPlace } from './kept-master.ts';
import { CommandConnection } from './proxy-command.ts';
import { CONNECTED, carryingCommand, literal, masterArguments, sessionArguments } from './system-arguments.ts';
import { SystemMaster } from './system-master.ts';
import { newKeys, whyNot } from './system-words.ts';
import type { Target } from './target.ts';

/** Seconds that logging in may take beside the time to connect: a security device waits for a finger. */
const LOG_IN_SECONDS = 30;

/** Milliseconds between two looks at what ssh writes to a file. */
const LOG_MS = 100;

/** Milliseconds that one output of ssh may come later than another, or than the end of a process. */
const LATER_MS = 500;

/**
 * Opens a connection with the system's ssh, which shows whatever it can show. A jump host is connected to in the same way,
 * once for all targets.
 * @param why it is used, for messages
 * @throws UnreachableError with ssh's own words
 */
export async function openWithSystem(
  target: Target,
  carry: Carry,
  options: ConnectOptions,
  why: string,
): Promise<Connection> {
  const { name, jump, proxyCommand, keptSeconds } = target;
  const kept = keptSeconds === undefined ? undefined : await KeptMaster.find(target);
  if (kept !== undefined) return new SystemConnection(kept, 'found');
  const further = { ssh: 'system', ...(keptSeconds === undefined ? {} : { keptSeconds }) } as const;
  const before = jump === undefined ? undefined : await carried(target, { ...jump, ...further }, carry);
  const through = before?.socket !== undefined ? carryingCommand(before.socket) : undefined;
  const hostKey = new HostKeyCheck(target);
  const refuseWhenAborted = (): void => {
    if (options.signal?.aborted === true) throw new UnreachableError(name, `connecting to ${name} was interrupted`);
  };
  refuseWhenAborted();
  const place = keptSeconds === undefined ? undefined : newPlace(target);
  const between = through ?? (proxyCommand && literal(proxyCommand));
  const master = await SystemMaster.start(
    (socket) => [
      // Logged in, it goes on by itself, and its standard error is closed.
      ...(place === undefined ? [] : ['-f', '-E', place.log]),
      ...masterArguments(target, place?.socket ?? socket, between, options.keepalive),
    ],
    target.password,
    // It runs our own commands with the user's shell, which may be none (nologin); a ProxyCommand is written for that one.
    proxyCommand === undefined ? { SHELL: '/bin/sh' } : {},
    place?.log,
  );
  const outcome = await connected(master, target, options);
  if (outcome === 'connected') {
    master.forgetPassword();
    for (const shown of newKeys(hostKey)) options.onNewKey?.(name, shown);
    if (place === undefined) return new SystemConnection(master, 'made');
    const fresh = await KeptMaster.at(place);
    if (fresh !== undefined) return new SystemConnection(fresh, 'made');
  }
  const { said } = master;
  await master.end();
  if (place !== undefined) rmSync(place.folder, { recursive: true, force: true });
  refuseWhenAborted();
  throw whyNot(target, hostKey, outcome === 'too late' ? `no answer for ${limitOf(target)} s` : said, why);
}

function limitOf(target: Target): number {
  return target.timeout + LOG_IN_SECONDS;
}

function connected(
  master: SystemMaster,
  target: Target,
  { signal, onNotice }: ConnectOptions,
): Promise<'connected' | 'ended' | 'too late'> {
  return new Promise((resolve) => {
    let told = false;
    const settle = (outcome: 'connected' | 'ended' | 'too late'): void => {
      clearTimeout(timer);
      clearInterval(looking);
      off();
      signal?.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const look = (): void => {
      if (master.heard.includes(CONNECTED)) {
        settle('connected');
        return;
      }
      // What it has said last may come after its end.
      if (master.isEnded) void sleep(LATER_MS).then(() => settle('ended'));
      const asked = /Confirm user presence for key .*/.exec(master.said)?.[0];
      if (asked === undefined || told) return;
      told = true;
      onNotice?.(target.name, asked);
    };
    const onAbort = (): void => settle('ended');
    const timer = setTimeout(() => settle('too late'), limitOf(target) * 1000);
    const looking = target.keptSeconds === undefined ? undefined : setInterval(look, LOG_MS);
    const off = master.onNews(look);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    look();
  });
}

/** The process that holds a connection: of this run, or one that outlives it. */
interface Master {
  readonly socket: string;
  readonly isEnded: boolean;
  /** Takes the first words of this kind out of what it has said. */
  take(words: RegExp): RegExpExecArray | undefined;
  onEnd(listener: () => void): () => void;
  /** The run needs it no more. */
  end(): Promise<void>;
  /** Nobody shall use it any more. */
  destroy(): void;
}

/** A connection that a process of the system's ssh holds; each session and each dialed connection is one more process. */
class SystemConnection implements Connection {
  readonly origin: 'made' | 'found';
  readonly #master: Master;
  readonly #sessions = new Set<Channel>();

  constructor(master: Master, origin: 'made' | 'found') {
    this.#master = master;
    this.origin = origin;
  }

  get socket(): string {
    return this.#master.socket;
  }

  async exec(command: string): Promise<Channel> {
    this.#refuseWhenLost();
    const words = [...sessionArguments(this.socket), '-o', 'LogLevel=ERROR', '--', 'x', command];
    const child = spawn('ssh', words, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    const session = childChannel(child, {
      // 255 is ssh's own, too: with the connection gone, how the command ended is not known.
      isLost: async (rc) => {
        if (rc !== 255) return false;
        if (!this.#master.isEnded) await sleep(LATER_MS);
        return this.#master.isEnded;
      },
    });
    const isFirst = this.#sessions.size === 0;
    this.#sessions.add(session);
    session.onClose(() => void this.#sessions.delete(session));
    // The first one of a connection is refused by no host that is of any use, and need not be waited for.
    if (!isFirst && (await isFull(session))) throw refusal('resource shortage: no more sessions');
    return session;
  }

  async dial(host: string, port: number): Promise<Duplex> {
    this.#refuseWhenLost();
    const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    const channel = new CommandConnection(['ssh', ...sessionArguments(this.socket), '-v', '-W', place, 'x']);
    channel.on('error', () => {});
    // It says so as soon as the other side has opened the connection, which nothing else tells.
    if (await channel.saysBeforeEnd(/master session id: \d+/)) return channel;
    channel.destroy();
    throw await this.#notOpened();
  }

  onClose(listener: () => void): () => void {
    if (!this.#master.isEnded) return this.#master.onEnd(listener);
    queueMicrotask(listener);
    return () => {};
  }

  async end(): Promise<void> {
    const closed = [...this.#sessions].map(
      (session) => new Promise<void>((resolve) => session.onClose(() => resolve())),
    );
    await Promise.race([Promise.all(closed), sleep(LATER_MS, undefined, { ref: false })]);
    await this.#master.end();
  }

  destroy(): void {
    for (const session of this.#sessions) session.destroy();
    this.#master.destroy();
  }

  /** The reason stands in what the master says, one line for each; their order is that of the refusals. */
  async #notOpened(): Promise<Error> {
    for (let waited = 0; waited < LATER_MS; waited += 20) {
      const line = this.#master.take(/^channel \d+: open failed: (.*?)\r?\n/m);
      if (line !== undefined) return refusal(line[1] ?? '');
      if (this.#master.isEnded) return new ConnectionLost();
      await sleep(20);
    }
    return new Error('its sshd has refused it');
  }

  #refuseWhenLost(): void {
    if (this.#master.isEnded) throw new ConnectionLost();
  }
}

/** Does ssh tell, as the first thing that comes of a session, that the host has refused it? What is heard stays to be read. */
function isFull({ stdout, stderr, onClose }: Channel): Promise<boolean> {
  return new Promise((resolve) => {
    const look = (): void => {
      stdout.removeListener('readable', look);
      stderr.removeListener('readable', look);
      const said: unknown = stderr.read();
      if (said !== null) stderr.unshift(said);
      resolve(/session open refused by peer/i.test(String(said)));
    };
    stdout.on('readable', look);
    stderr.on('readable', look);
    onClose(() => resolve(false));
  });
}

/** With the number that RFC 4254 (5.1) gives to the kind of refusal. */
function refusal(text: string): Error {
  const [, kind = '', why = ''] = /^(.*?): (.*)$/.exec(text) ?? [];
  const isForbidden = kind === 'administratively prohibited';
  return Object.assign(new Error(kind === 'connect failed' ? why : text), { reason: isForbidden ? 1 : 2 });
}
