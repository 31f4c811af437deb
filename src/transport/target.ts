import type { Secret } from '../shell/redact.ts';

/** A call of ssh(1): its arguments without the host, and the host. */
export interface SshCall {
  readonly arguments: readonly string[];
  readonly host: string;
  readonly configFile: string | undefined;
  /** Only ssh can tell what the arguments mean; otherwise it is asked when its configuration files say something. */
  readonly required: boolean;
  /** The user is said here, so that ssh has nothing to say of it. */
  readonly saysUser?: boolean;
}

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
  /** Whether its servers are talked to through the SSH connection; `auto`: where they cannot be reached from here. */
  readonly serversThroughSsh?: 'auto' | 'always' | 'never';
  /** Who makes the connection: `builtin` the SSH library, `system` ssh(1), `auto` the library where it can. */
  readonly ssh?: 'auto' | 'builtin' | 'system';
  /** Seconds that a connection stays when nobody uses it any more, for the next run; absent: it ends with the run. */
  readonly keptSeconds?: number;
  /** What ssh(1) would be called with. */
  readonly call?: SshCall | undefined;
  /** ssh would log in by GSSAPI. */
  readonly gssapi?: boolean;
  /** What ssh's own configuration adds; absent where it has nothing to say. */
  readonly identityFiles?: readonly string[] | undefined;
  /** The agent may only use the keys of these files. */
  readonly identitiesOnly?: boolean;
  /** The socket of the agent, or `none`. Absent: what SSH_AUTH_SOCK says. */
  readonly agent?: string;
  /** Certificates that ssh would show, and that cannot be shown here: named when no log-in succeeds. */
  readonly certificateFiles?: readonly string[];
  /** The name in known_hosts, in place of the address and the port. */
  readonly hostKeyAlias?: string;
  /** Only addresses of this version of IP are dialed. */
  readonly family?: 4 | 6;
  /** The host whose SSH connection carries the connection to this one. */
  readonly jump?: Target;
  /** The command whose standard input and output are the connection. */
  readonly proxyCommand?: string | undefined;
}

export const becomeMethods = ['sudo', 'su', 'doas'] as const;
export type BecomeMethod = (typeof becomeMethods)[number];

/** Who a program runs as, when it is not the user of the connection. */
export interface Become {
  readonly user: string;
  readonly method: BecomeMethod;
  /** Never in argv: it is written to the prompt. doas asks on a terminal only, and so is never given one. */
  readonly password: Secret | undefined;
}

export function noTraffic(): Traffic {
  return { connections: 0, channels: 0, programs: 0, roundTrips: undefined, bytesSent: 0, bytesReceived: 0 };
}

/** What a connection cost, for the recap and for tests that count round trips. */
export interface Traffic {
  connections: number;
  channels: number;
  programs: number;
  /** Answers that were waited for, from the opening of the connection; undefined where it is not made here, and so not seen. */
  roundTrips: number | undefined;
  bytesSent: number;
  bytesReceived: number;
}
