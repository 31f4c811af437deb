import type { Duplex } from 'node:stream';
import { errorText } from '../errors.ts';
import type { Channel } from './channel.ts';
import type { OpenedKeys } from './credentials.ts';
import type { Traffic } from './target.ts';

/** An SSH connection: one that is made here, or one that the system's ssh holds. */
export interface Connection {
  /** Where another ssh may use it; undefined when it is made here. */
  readonly socket?: string;
  /** `found`: an earlier run has made it. */
  readonly origin?: 'made' | 'found';
  /**
   * Opens a session that runs a command for the login shell.
   * @throws ConnectionLost, or Error with the reason that the host's sshd gives
   */
  exec(command: string): Promise<Channel>;
  /**
   * A TCP connection from the host's side; names are looked up there.
   * @throws ConnectionLost, or Error with the reason that the host's sshd gives
   */
  dial(host: string, port: number): Promise<Duplex>;
  /** The listener is called once, when the connection has ended. @returns what takes it away again */
  onClose(listener: () => void): () => void;
  /** Takes leave, and ends it by force when the peer does not answer. */
  end(): Promise<void>;
  /** Ends it by force. */
  destroy(): void;
}

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  /** A key was taken because the target accepts new ones. */
  readonly onNewKey?: (host: string, fingerprint: string) => void;
  /** Something that the user has to know or do while it is opened: touch a security device. */
  readonly onNotice?: (host: string, text: string) => void;
  readonly keepalive?: { readonly intervalMs: number; readonly count: number };
  /** Where the round trips of the connection are counted. */
  readonly traffic?: Pick<Traffic, 'roundTrips'>;
  /** Keys that have a passphrase. */
  readonly openedKeys?: OpenedKeys;
}

/** Milliseconds between keepalives, and how many may stay unanswered before the peer counts as gone. */
export const KEEPALIVE = { intervalMs: 5_000, count: 3 };

/** Milliseconds after which a connection that was ended is cut: a peer that is frozen never takes leave. */
export const LEAVE_MS = 2_000;

export class ConnectionLost extends Error {
  constructor() {
    super('the connection was lost');
  }
}

/** Could the host not be asked at all? */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof ConnectionLost;
}

/** Why a host's sshd has opened no connection, in a few words. */
export function reasonOf(error: unknown): string {
  const message = errorText(error);
  const reason = message.replace(/^\(SSH\) Channel open failure: /, '').toLowerCase();
  return isForbidden(error) ? `its sshd forwards no connections (${reason})` : reason;
}

/** Does the host's sshd open no connections for others? `SSH_OPEN_ADMINISTRATIVELY_PROHIBITED` (RFC 4254, 5.1) is 1. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && error.reason === 1;
}
