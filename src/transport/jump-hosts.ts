import type { Client } from 'ssh2';
import { type ConnectOptions, farewell, openConnection } from './connection.ts';
import type { Target } from './target.ts';

/**
 * The hosts in between: one connection to each, for all targets behind it, open as long as one of them may need it. A
 * bastion lets only some log in at the same moment (MaxStartups), but carries as many connections as one likes.
 */
export class JumpHosts {
  readonly #open = new Map<string, Promise<Client>>();
  readonly #users = new Set<object>();

  /** The connection to a jump host; it is opened when there is none, or when it was lost. */
  client(jump: Target, options: ConnectOptions): Promise<Client> {
    const key = JSON.stringify(routeOf(jump));
    const open = this.#open.get(key);
    if (open !== undefined) return open;
    const opening = openConnection(jump, (next) => this.client(next, options), options);
    this.#open.set(key, opening);
    const forget = (): void => {
      if (this.#open.get(key) === opening) this.#open.delete(key);
    };
    opening.then((client) => {
      // Every connection through it listens for its end.
      client.setMaxListeners(0);
      client.once('close', forget);
    }, forget);
    return opening;
  }

  /** Somebody may need the connections until `leave`. */
  enter(user: object): void {
    this.#users.add(user);
  }

  /** When the last user has left, the connections are ended. */
  async leave(user: object): Promise<void> {
    if (!this.#users.delete(user) || this.#users.size > 0) return;
    const clients = [...this.#open.values()].reverse();
    this.#open.clear();
    for (const opening of clients) {
      const client = await opening.catch(() => undefined);
      if (client !== undefined) await farewell(client);
    }
  }
}

/** What makes two ways to a jump host the same. */
function routeOf({ address, port, user, proxyCommand, jump, ...own }: Target): unknown[] {
  // Who is checked less carefully must not carry those who want more.
  const checks = [own.hostKeyChecking, own.hostKeyAlias, own.knownHostsFiles, own.identityFiles];
  return [address, port, user, proxyCommand, checks, jump === undefined ? null : routeOf(jump)];
}
