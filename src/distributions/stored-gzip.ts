import { Transform } from 'node:stream';
import { crc32 } from 'node:zlib';

/** Longest content of a stored block (RFC 1951 §3.2.4: a length of 16 bits). */
const blockSize = 0xffff;

/**
 * Wraps what is written into the gzip format (RFC 1952) without compressing it. Jars are compressed already, and unlike
 * a compressor's, these bytes are the same with every version of Node and zlib: the archive has one hash everywhere.
 */
export function storedGzip(): Transform {
  let pending: Buffer = Buffer.alloc(0);
  let crc = 0;
  let size = 0;
  let begun = false;

  const block = (content: Buffer, last: boolean) => {
    const head = Buffer.alloc(5);
    head.writeUInt8(last ? 1 : 0, 0);
    head.writeUInt16LE(content.length, 1);
    head.writeUInt16LE(~content.length & blockSize, 3);
    return Buffer.concat([head, content]);
  };
  const begin = (stream: Transform) => {
    if (begun) return;
    begun = true;
    // Magic, deflate, no flags, no time, no extra flags, operating system "unknown".
    stream.push(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]));
  };

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      begin(this);
      crc = crc32(chunk, crc);
      size = (size + chunk.length) % 2 ** 32;
      // Blocks are cut by position, never by how the chunks arrive.
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      while (pending.length > blockSize) {
        this.push(block(pending.subarray(0, blockSize), false));
        pending = pending.subarray(blockSize);
      }
      done();
    },
    flush(done) {
      begin(this);
      const tail = Buffer.alloc(8);
      tail.writeUInt32LE(crc, 0);
      tail.writeUInt32LE(size, 4);
      this.push(Buffer.concat([block(pending, true), tail]));
      done();
    },
  });
}
