import { createHash, X509Certificate } from 'node:crypto';
import type { KeyStore } from './key-store.ts';

const KEY = 1;
const TRUSTED = 2;

/** Reads big-endian numbers and counted bytes one behind the other. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(length: number): Buffer {
    if (length < 0 || this.#at + length > this.#bytes.length) throw new RangeError('the store ends too soon');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  int(): number {
    return this.take(4).readUInt32BE();
  }

  text(): string {
    return this.take(this.take(2).readUInt16BE()).toString();
  }

  /** One certificate: its kind (from version 2 on), its length, its DER. */
  certificate(version: number): X509Certificate {
    if (version >= 2) this.text();
    return new X509Certificate(this.take(this.int()));
  }
}

/**
 * Reads a JKS: its certificates stand there in the open, and a hash over the password and all of it stands at its end
 * (`sun.security.provider.JavaKeyStore`). Private keys are passed over.
 */
export function readJks(bytes: Uint8Array, password: string | undefined): KeyStore {
  const body = bytes.subarray(0, -20);
  if (password !== undefined && !hashOf(password, body).equals(Buffer.from(bytes.subarray(-20))))
    return { certificates: [], problem: 'does not open with its password, or is cut off' };
  try {
    return entriesOf(new Reader(body));
  } catch {
    return { certificates: [], problem: 'is cut off, or no store' };
  }
}

function entriesOf(reader: Reader): KeyStore {
  reader.int();
  const version = reader.int();
  const own: X509Certificate[] = [];
  const trusted: X509Certificate[] = [];
  for (let left = reader.int(); left > 0; left--) {
    const tag = reader.int();
    reader.text();
    reader.take(8);
    if (tag === TRUSTED) trusted.push(reader.certificate(version));
    else if (tag === KEY) {
      reader.take(reader.int());
      for (let chain = reader.int(); chain > 0; chain--) own.push(reader.certificate(version));
    } else throw new RangeError('an entry of a kind that is not known');
  }
  return { certificates: [...own, ...trusted] };
}

function hashOf(password: string, body: Uint8Array): Buffer {
  const wide = Buffer.from(password, 'utf16le').swap16();
  return createHash('sha1').update(wide).update('Mighty Aphrodite').update(body).digest();
}
