import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { within } from '../deadline.ts';
import type { Dialer } from './module.ts';

/** Where a server listens for its clients. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, or `[::1]:9092` for an IPv6 address. */
export const endpointSchema = z
  .string()
  .trim()
  .transform((text, context): Endpoint => {
    const endpoint = parseEndpoint(text);
    if (endpoint !== undefined) return endpoint;
    context.addIssue({ code: 'custom', message: `"${text}" is not host:port with a port from 1 to 65535` });
    return z.NEVER;
  });

/** Reads `host:port`; `undefined` when it is not that. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:@/[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Dials, but for at most `timeoutMs` milliseconds. The connection is the caller's to destroy. */
export async function dial(dialer: Dialer, to: Endpoint, timeoutMs: number, signal: AbortSignal): Promise<Duplex> {
  signal.throwIfAborted();
  return dialer.connect(to.host, to.port, within(timeoutMs, signal));
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to its network',
  ENOTFOUND: 'its name is not known here',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'no answer',
};

/** Why a server could not be talked to, in a few words that fit between parentheses. */
export function dialFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return reasons[code] ?? (error.message || code || error.name);
}
