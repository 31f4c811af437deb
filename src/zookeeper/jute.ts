import { BrokkrError } from '../errors.ts';

/** Writes what ZooKeeper's protocol is made of: numbers with the high byte first, texts and buffers after their length. */
export class JuteWriter {
  readonly #parts: Buffer[] = [];

  int(value: number): this {
    const part = Buffer.alloc(4);
    part.writeInt32BE(value);
    this.#parts.push(part);
    return this;
  }

  long(value: bigint): this {
    const part = Buffer.alloc(8);
    part.writeBigInt64BE(value);
    this.#parts.push(part);
    return this;
  }

  bool(value: boolean): this {
    this.#parts.push(Buffer.from([value ? 1 : 0]));
    return this;
  }

  buffer(value: Buffer): this {
    this.int(value.length);
    this.#parts.push(value);
    return this;
  }

  text(value: string): this {
    return this.buffer(Buffer.from(value, 'utf8'));
  }

  /** All of it, after its length. */
  packet(): Buffer {
    const body = Buffer.concat(this.#parts);
    return Buffer.concat([new JuteWriter().int(body.length).#parts[0] ?? Buffer.alloc(0), body]);
  }
}

/** Reads the same. @throws BrokkrError when the packet is shorter than what is read */
export class JuteReader {
  readonly #packet: Buffer;
  #at = 0;

  constructor(packet: Buffer) {
    this.#packet = packet;
  }

  int(): number {
    return this.#take(4).readInt32BE(0);
  }

  long(): bigint {
    return this.#take(8).readBigInt64BE(0);
  }

  /** A length of −1 stands for none. */
  buffer(): Buffer {
    return Buffer.from(this.#take(Math.max(0, this.int())));
  }

  #take(bytes: number): Buffer {
    if (this.#at + bytes > this.#packet.length) throw new BrokkrError('an answer of ZooKeeper ends too early');
    this.#at += bytes;
    return this.#packet.subarray(this.#at - bytes, this.#at);
  }
}
