import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * A socket for a client that wants one at once, while the connection is still being dialed. What is written before is
 * sent once there is a connection; it is never connected by itself.
 */
export class DialedSocket extends Socket {
  readonly #dialing: Promise<Duplex>;
  #inner: Duplex | undefined;

  constructor(dialing: Promise<Duplex>, onConnect: () => void) {
    super();
    this.#dialing = dialing;
    dialing.then(
      (inner) => {
        if (this.destroyed) {
          inner.destroy();
          return;
        }
        this.#inner = inner;
        inner.on('data', (chunk) => {
          if (!this.push(chunk)) inner.pause();
        });
        inner.on('end', () => this.push(null));
        inner.on('error', (error) => this.destroy(error));
        inner.on('close', () => this.destroy());
        onConnect();
      },
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _read(): void {
    this.#inner?.resume();
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#dialing.then((inner) => inner.write(asBytes(chunk, encoding), callback), callback);
  }

  override _writev(
    chunks: { chunk: Buffer | string; encoding: BufferEncoding }[],
    callback: (error?: Error | null) => void,
  ): void {
    this._write(Buffer.concat(chunks.map(({ chunk, encoding }) => asBytes(chunk, encoding))), 'binary', callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#dialing.then((inner) => void inner.end(callback), callback);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#inner?.destroy();
    callback(error);
  }

  override unref(): this {
    if (this.#inner instanceof Socket) this.#inner.unref();
    return this;
  }
}

/** A socket, unlike other streams, gets text undecoded. */
function asBytes(chunk: Buffer | string, encoding: BufferEncoding): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
}
