import type { Channel } from './channel.ts';
import type { Connection } from './connection.ts';

/** Does the host's sshd open no more sessions on this connection? What it opens is counted for each (`MaxSessions`). */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'number';
}

/** Connections to a host beside its first one, for the sessions that its sshd does not open there any more. */
export class FurtherConnections {
  readonly #open: () => Promise<Connection>;
  readonly #connections = new Set<Promise<Connection>>();

  /** @param open logs in once more */
  constructor(open: () => Promise<Connection>) {
    this.#open = open;
  }

  /**
   * A session on one of these connections, on a fresh one when they are all full.
   * @param begin opens it
   * @throws whatever `begin` throws, and its refusal on a connection that has no other session
   */
  async session(begin: (connection: Connection) => Promise<Channel>): Promise<Channel> {
    const full = new Set<Promise<Connection>>();
    for (;;) {
      const known = [...this.#connections].find((each) => !full.has(each));
      const connecting = known ?? this.#another();
      try {
        return await begin(await connecting);
      } catch (error) {
        if (known === undefined || !isRefused(error)) throw error;
        full.add(connecting);
      }
    }
  }

  async end(): Promise<void> {
    const all = await Promise.all([...this.#connections].map((each) => each.catch(() => undefined)));
    this.#connections.clear();
    await Promise.all(all.map((connection) => connection?.end()));
  }

  destroy(): void {
    for (const connecting of this.#connections)
      connecting.then(
        (connection) => connection.destroy(),
        () => {},
      );
    this.#connections.clear();
  }

  #another(): Promise<Connection> {
    const connecting = this.#open();
    this.#connections.add(connecting);
    const forget = (): void => void this.#connections.delete(connecting);
    connecting.then((connection) => void connection.onClose(forget), forget);
    return connecting;
  }
}
