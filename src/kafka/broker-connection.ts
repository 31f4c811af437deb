import type { Duplex } from 'node:stream';
import { dial, dialFailure, type Endpoint, formatEndpoint } from '../modules/dialing.ts';
import type { Dialer } from '../modules/module.ts';
import { KafkaUnreachable } from './errors.ts';
import type { Api } from './protocol.ts';

export interface ConnectionOptions {
  readonly dialer: Dialer;
  readonly signal: AbortSignal;
  /** Milliseconds for dialing. */
  readonly connectTimeoutMs: number;
  /** Milliseconds for the answer to a request. */
  readonly requestTimeoutMs: number;
}

interface Waiting {
  readonly resolve: (payload: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

/** The largest answer that is believed; more means that it is not Kafka that answers. */
const maxAnswerBytes = 128 * 1024 * 1024;

const clientId = 'brokkr';

/**
 * One connection to one broker. Requests may overlap; an answer is matched by its correlation id. When the connection
 * fails, is aborted or an answer is late, every request that waits fails, and the connection is closed.
 */
export class BrokerConnection {
  readonly endpoint: Endpoint;
  readonly #socket: Duplex;
  readonly #options: ConnectionOptions;
  readonly #waiting = new Map<number, Waiting>();
  #received: Buffer = Buffer.alloc(0);
  #correlationId = 0;
  #failure: KafkaUnreachable | undefined;

  private constructor(endpoint: Endpoint, socket: Duplex, options: ConnectionOptions) {
    this.endpoint = endpoint;
    this.#socket = socket;
    this.#options = options;
    const onAbort = () => this.#fail('aborted', options.signal.reason);
    options.signal.addEventListener('abort', onAbort, { once: true });
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(dialFailure(error), error));
    socket.on('close', () => {
      options.signal.removeEventListener('abort', onAbort);
      this.#fail('it closed the connection');
    });
  }

  /** @throws KafkaUnreachable when nobody answers there */
  static async open(endpoint: Endpoint, options: ConnectionOptions): Promise<BrokerConnection> {
    try {
      const socket = await dial(options.dialer, endpoint, options.connectTimeoutMs, options.signal);
      const connection = new BrokerConnection(endpoint, socket, options);
      if (options.signal.aborted) connection.close();
      return connection;
    } catch (error) {
      options.signal.throwIfAborted();
      throw new KafkaUnreachable(`${formatEndpoint(endpoint)} (${dialFailure(error)})`, { cause: error });
    }
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Sends a request and gives its answer, whatever error codes are in it.
   * @throws KafkaUnreachable when the connection fails, or no answer has come within `timeoutMs` milliseconds
   */
  async request<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    timeoutMs = this.#options.requestTimeoutMs,
  ): Promise<Response> {
    const body = await api.encode(request);
    this.#options.signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
    const correlationId = ++this.#correlationId;
    const timer = setTimeout(
      () => this.#fail(`no answer to ${api.name} within ${(timeoutMs / 1000).toFixed(1)} s`),
      timeoutMs,
    );
    try {
      const payload = await new Promise<Buffer>((resolve, reject) => {
        this.#waiting.set(correlationId, { resolve, reject });
        this.#socket.write(frame(api.key, api.version, correlationId, body));
      });
      return await api.decode(payload);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#fail('closed');
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 8) {
      const size = this.#received.readInt32BE(0);
      const correlationId = this.#received.readInt32BE(4);
      const waiting = this.#waiting.get(correlationId);
      if (size < 4 || size > maxAnswerBytes || waiting === undefined) {
        this.#fail('what it answers is not the Kafka protocol');
        return;
      }
      if (this.#received.length < 4 + size) return;
      this.#waiting.delete(correlationId);
      waiting.resolve(this.#received.subarray(8, 4 + size));
      this.#received = this.#received.subarray(4 + size);
    }
  }

  #fail(reason: string, cause?: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = new KafkaUnreachable(`${formatEndpoint(this.endpoint)} (${reason})`, { cause });
    for (const { reject } of this.#waiting.values()) {
      reject(this.#options.signal.aborted ? this.#options.signal.reason : this.#failure);
    }
    this.#waiting.clear();
    this.#socket.destroy();
  }
}

/** A request with its length and header, version 1 (kafka.apache.org/protocol, "Request Header v1"). */
function frame(key: number, version: number, correlationId: number, body: Buffer): Buffer {
  const header = Buffer.alloc(4 + 2 + 2 + 4 + 2);
  const size = header.length - 4 + clientId.length + body.length;
  header.writeInt32BE(size, 0);
  header.writeInt16BE(key, 4);
  header.writeInt16BE(version, 6);
  header.writeInt32BE(correlationId, 8);
  header.writeInt16BE(clientId.length, 12);
  return Buffer.concat([header, Buffer.from(clientId, 'latin1'), body]);
}
