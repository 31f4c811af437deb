import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { AnyAuthMethod, AuthenticationType, ParsedKey } from 'ssh2';
import { KeyAgent } from './key-agent.ts';
import { readKeyFile } from './key-file.ts';
import type { Target } from './target.ts';

/** One way to log in, or why it is none. */
export interface Way {
  /** What it is called in messages. */
  readonly label: string;
  readonly method: AnyAuthMethod | undefined;
  /** Why it cannot be used; for an agent, what has come of asking it. */
  readonly note: () => string | undefined;
  /** The public part of a key that an agent may hold. */
  readonly wanted?: Buffer | undefined;
  /** The key has a passphrase, and nobody has opened it; `isNamed`: it is no default key, somebody has named it. */
  readonly locked?: { readonly file: string; readonly isNamed: boolean };
}

/** Keys that have a passphrase, opened once for all connections, by file. */
export type OpenedKeys = ReadonlyMap<string, ParsedKey>;

/** Keys that are tried when none is named. */
export const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/**
 * The ways to log in: the keys of the inventory and of ssh's configuration, the agent, the default keys, the password. They
 * are named to the server one by one, since the usual first try without any costs a round trip. Keys of files come before
 * the agent's, and beside a key of the inventory that can be used no agent is asked: its many keys could be more than the
 * server lets try.
 */
export function waysToLogIn(target: Target, opened: OpenedKeys = new Map()): Way[] {
  const mine = target.privateKeyFile === undefined ? [] : [target.privateKeyFile];
  const named = [...mine, ...(target.identityFiles ?? []).filter((file) => !mine.includes(file))];
  const ways = named.map((file) => wayOfKey(target, file, opened, true));
  const hasKey = ways.some(({ method }) => method !== undefined);
  const agent = agentSocket(target);
  if (agent !== undefined && (!hasKey || (mine.length === 0 && target.identitiesOnly !== true))) {
    const wanted = ways.flatMap((way) => way.wanted ?? []);
    ways.push(wayOfAgent(target, agent, wanted));
  }
  for (const name of mine.length > 0 || target.identityFiles !== undefined ? [] : DEFAULT_KEYS) {
    const file = path.join(homedir(), '.ssh', name);
    if (existsSync(file)) ways.push(wayOfKey(target, file, opened, false));
  }
  for (const file of target.certificateFiles ?? []) {
    ways.push({ label: file, method: undefined, note: () => 'certificates cannot be shown' });
  }
  return [...ways, ...waysOfPassword(target)];
}

/** The socket of the agent that a target's keys may come from. */
export function agentSocket(target: Target): string | undefined {
  const socket = target.agent ?? process.env.SSH_AUTH_SOCK;
  return socket === undefined || socket === '' || socket === 'none' ? undefined : socket;
}

function wayOfKey(target: Target, file: string, opened: OpenedKeys, isNamed: boolean): Way {
  const key = readKeyFile(file);
  const none = (why: string): Way => ({ label: file, method: undefined, note: () => why });
  switch (key.kind) {
    case 'key':
      return wayOf(file, { type: 'publickey', username: target.user, key: key.text });
    case 'device':
      return none('it is the key of a security device, which only ssh itself can use');
    case 'unusable':
      return { ...none(key.why), wanted: key.blob };
    case 'public':
      return { ...none('it is a public key; the private one is wanted'), wanted: key.blob };
    case 'locked': {
      const open = opened.get(file);
      if (open !== undefined) return wayOf(file, { type: 'publickey', username: target.user, key: open });
      const why = `it has a passphrase; add it to an ssh-agent: ssh-add ${file}`;
      return { ...none(why), wanted: key.blob, locked: { file, isNamed } };
    }
  }
}

function wayOf(label: string, method: AnyAuthMethod): Way {
  return { label, method, note: () => undefined };
}

/** `wanted` are the keys to begin with; with IdentitiesOnly, no others are tried. */
function wayOfAgent(target: Target, socket: string, wanted: readonly Buffer[]): Way {
  const isOnly = target.identitiesOnly === true;
  const agent = new KeyAgent(socket, wanted, isOnly);
  const note = (): string | undefined => {
    if (agent.problem !== undefined) return `it does not answer at ${socket}: ${agent.problem}`;
    if (agent.offered === 0) return isOnly ? 'it has none of these keys' : 'it has no keys';
    return agent.offered === undefined || agent.offered === 1 ? undefined : `${agent.offered} keys`;
  };
  return { label: 'the agent', method: { type: 'agent', username: target.user, agent }, note };
}

function waysOfPassword(target: Target): Way[] {
  const { password, user: username } = target;
  if (password === undefined) return [];
  // Many servers ask for the password through PAM, as a question. Asked anything else or twice, there is no answer.
  let answered = false;
  return [
    wayOf('the password', { type: 'password', username, password: password.reveal() }),
    wayOf('the password', {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        const isPassword = prompts.length === 1 && prompts[0]?.echo !== true && !answered;
        if (isPassword) answered = true;
        finish(isPassword ? [password.reveal()] : []);
      },
    }),
  ];
}

/** Walks through the ways as the server lets, and remembers what came of each. */
export class LogIn {
  readonly #ways: readonly Way[];
  readonly #outcomes = new Map<Way, string>();
  #current: Way | undefined;
  #next = 0;
  #partly = false;

  constructor(ways: readonly Way[]) {
    this.#ways = ways;
  }

  /** @param left the kinds that the server still takes; null at first, when it has not said */
  next(left: readonly AuthenticationType[] | null, partial: boolean | null): AnyAuthMethod | false {
    if (this.#current !== undefined) this.#outcomes.set(this.#current, partial === true ? 'accepted' : 'refused');
    this.#partly ||= partial === true;
    this.#current = undefined;
    while (this.#next < this.#ways.length) {
      const way = this.#ways[this.#next++];
      if (way?.method === undefined) continue;
      const kind = way.method.type === 'agent' ? 'publickey' : way.method.type;
      if (left !== null && !left.includes(kind)) {
        this.#outcomes.set(way, `the server takes no ${kind}`);
        continue;
      }
      // A wrong password counts each time that it is offered, and as a question it is the same one.
      if (kind === 'keyboard-interactive' && this.gavePassword) continue;
      this.#current = way;
      return way.method;
    }
    return false;
  }

  /** Has the server been shown the password, in either way? */
  get gavePassword(): boolean {
    return this.#ways.some(
      (way) =>
        /^(password|keyboard-interactive)$/.test(way.method?.type ?? '') && this.#outcomes.get(way) === 'refused',
    );
  }

  /** Each way with what came of it: `/home/me/.ssh/id_rsa (no such file), the agent (2 keys, refused)`. */
  get tried(): string[] {
    const outcome = (way: Way): string => {
      const words = [way.note(), this.#outcomes.get(way)].filter((word) => word !== undefined);
      return words.length === 0 ? way.label : `${way.label} (${words.join(', ')})`;
    };
    // The password is one thing to the user, in whichever way the server asks for it.
    const told = this.#ways.filter((way) => way.method?.type !== 'keyboard-interactive').map(outcome);
    const asked = this.#ways.find((way) => way.method?.type === 'keyboard-interactive');
    if (asked !== undefined && this.#outcomes.get(asked) === 'refused') {
      const at = told.findIndex((text) => text.startsWith(`${asked.label} (the server`));
      if (at >= 0) told[at] = outcome(asked);
    }
    return this.#partly ? [...told, 'and the server wants one more'] : told;
  }
}
