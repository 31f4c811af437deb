import type { Kafka, logLevel } from 'kafkajs';
import { type Endpoint, formatEndpoint } from '../modules/dialing.ts';
import type { Dialer } from '../modules/module.ts';
import { DialedSocket } from './dialed-socket.ts';

export interface ClientOptions {
  readonly dialer: Dialer;
  /** Ends every connection of the client. */
  readonly signal: AbortSignal;
  /** Hears what kafkajs would print; a new cluster's group coordinator gives it much to say that is no error. */
  readonly onLog: (text: string) => void;
}

/** kafkajs gives up soon: waiting is done by whoever asks. */
export const RETRIES = { retries: 5, initialRetryTime: 100, maxRetryTime: 2000 };

export interface KafkaClient {
  readonly kafka: Kafka;
  /** Ends all connections at once; kafkajs itself leaves those that it is still opening. */
  close(): void;
}

/**
 * kafkajs' own client, as an application has it, over the dialer's connections. It is loaded when it is first needed, which
 * takes about 50 ms.
 */
export async function kafkaClient(bootstrap: readonly Endpoint[], options: ClientOptions): Promise<KafkaClient> {
  const { dialer, signal, onLog } = options;
  const kafkajs = await import('kafkajs');
  const warnings: logLevel = kafkajs.logLevel.WARN;
  const closing = new AbortController();
  const sockets = new Set<DialedSocket>();
  const kafka = new kafkajs.Kafka({
    clientId: 'brokkr',
    brokers: bootstrap.map(formatEndpoint),
    connectionTimeout: 5000,
    requestTimeout: 10_000,
    retry: RETRIES,
    logLevel: warnings,
    logCreator: () => (entry) => onLog(`${entry.namespace}: ${entry.log.message}`),
    socketFactory: ({ host, port, onConnect }) => {
      const until = AbortSignal.any([signal, closing.signal]);
      const dialing = until.aborted ? Promise.reject(until.reason) : dialer.connect(host, port, until);
      const socket = new DialedSocket(dialing, onConnect);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      return socket;
    },
  });
  const close = () => {
    closing.abort(new Error('closed'));
    for (const socket of sockets) socket.destroy(new Error('closed'));
  };
  signal.addEventListener('abort', close, { once: true });
  return { kafka, close };
}
