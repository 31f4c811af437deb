import type { Secret } from '../shell/redact.ts';

/** How a host is reached, read from its variables. */
export interface Target {
  /** The name in the inventory: what messages and events call it. */
  readonly name: string;
  readonly connection: 'ssh' | 'local';
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly privateKeyFile: string | undefined;
  readonly password: Secret | undefined;
  readonly knownHostsFiles: readonly string[];
  /**
   * `yes`: the key has to be in known_hosts. `accept-new`: an unknown key is taken and kept, a changed one refused. `no`:
   * nothing is checked.
   */
  readonly hostKeyChecking: 'yes' | 'accept-new' | 'no';
  /** Seconds until the TCP connection and the handshake must stand. */
  readonly timeout: number;
}

/** Who a program runs as, when it is not the user of the connection. */
export interface Become {
  readonly user: string;
  readonly method: 'sudo';
  /** Never in argv: it is written to the prompt. */
  readonly password: Secret | undefined;
}

/** What a connection cost, for the recap and for tests that count round trips. */
export interface Traffic {
  connections: number;
  channels: number;
  programs: number;
  bytesSent: number;
  bytesReceived: number;
}
