import type { Connection, ConnectOptions } from './connection.ts';
import { openConnection } from './open-connection.ts';
import type { Target } from './target.ts';

/**
 * The hosts in between: one connection to each, for all targets behind it, open as long as one of them may need it. A
 * bastion lets only some log in at the same moment (MaxStartups), but carries as many connections as one likes.
 */
export class JumpHosts {
  readonly #open = new Map<string, Promise<Connection>>();
  readonly #users = new Set<object>();

  /** The connection to a jump host; it is opened when there is none, or when it was lost. */
  async connection(jump: Target, options: ConnectOptions): Promise<Connection> {
    const keyOf = (ssh: Target['ssh']): string => JSON.stringify([ssh, routeOf(jump)]);
    const way = jump.ssh ?? 'auto';
    // Whoever is told to use the system's ssh may share one that others have come to use, and the other way round.
    const other = this.#open.get(keyOf(way === 'system' ? 'auto' : 'system'));
    // Without a turn of its own, so that two who ask at the same moment find each other.
    const shared = other === undefined ? undefined : await other.catch(() => undefined);
    if (shared?.socket !== undefined) return shared;
    return this.#openOnce(keyOf(way), jump, options);
  }

  #openOnce(key: string, jump: Target, options: ConnectOptions): Promise<Connection> {
    const open = this.#open.get(key);
    if (open !== undefined) return open;
    const opening = openConnection(jump, (next) => this.connection(next, options), options);
    this.#open.set(key, opening);
    const forget = (): void => {
      if (this.#open.get(key) === opening) this.#open.delete(key);
    };
    opening.then((connection) => void connection.onClose(forget), forget);
    return opening;
  }

  /** Somebody may need the connections until `leave`. */
  enter(user: object): void {
    this.#users.add(user);
  }

  /** When the last user has left, the connections are ended. */
  async leave(user: object): Promise<void> {
    if (!this.#users.delete(user) || this.#users.size > 0) return;
    const last = [...this.#open.values()].reverse();
    this.#open.clear();
    for (const opening of last) {
      const connection = await opening.catch(() => undefined);
      await connection?.end();
    }
  }
}

/** What makes two ways to a jump host the same. */
function routeOf({ address, port, user, proxyCommand, jump, ...own }: Target): unknown[] {
  // Who is checked less carefully must not carry those who want more.
  const checks = [own.hostKeyChecking, own.hostKeyAlias, own.knownHostsFiles, own.identityFiles];
  return [address, port, user, proxyCommand, checks, jump === undefined ? null : routeOf(jump)];
}
