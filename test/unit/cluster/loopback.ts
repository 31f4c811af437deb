import { connect } from 'node:net';
import type { ControlContext, Dialer } from '../../../src/modules/module.ts';

/** Dials for real, whatever the host is called, on 127.0.0.1. */
export const loopback: Dialer = {
  connect: (_host, port, signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port });
      const onAbort = () => {
        socket.destroy();
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        signal.removeEventListener('abort', onAbort);
        socket.off('error', reject);
        resolve(socket);
      });
    }),
};

/** A control machine that dials on loopback and keeps what is told. Logs that are not in the table make it throw. */
export function controlContext(
  options: {
    signal?: AbortSignal;
    logs?: Readonly<Record<string, string>>;
    onProgress?: (text: string) => void;
    stopRequested?: () => boolean;
    unreachable?: readonly string[];
  } = {},
): ControlContext & { readonly told: string[] } {
  const told: string[] = [];
  return {
    dialer: loopback,
    connectFrom: (_, host, port, signal) => loopback.connect(host, port, signal),
    reconnect: async (host) => {
      throw new Error(`nobody connects to ${host} again`);
    },
    signal: options.signal ?? new AbortController().signal,
    told,
    isUnreachable: (host) => options.unreachable?.includes(host) ?? false,
    stopRequested: options.stopRequested ?? (() => false),
    progress: (text) => {
      told.push(text);
      options.onProgress?.(text);
    },
    tail: async (host, path) => {
      const log = options.logs?.[`${host}:${path}`];
      if (log === undefined) throw new Error(`no log ${path} on ${host}`);
      return log;
    },
  };
}
