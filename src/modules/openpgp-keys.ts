import { createHash } from 'node:crypto';

/** A public key as OpenPGP keeps it: the key itself, and what belongs to it. Source: RFC 9580, 4.2, 5.5 and 10.1. */
export interface OpenPgpKey {
  /** 40 hexadecimal digits in upper case. */
  readonly fingerprint: string;
  readonly subkeys: readonly string[];
  /** Whose key it says it is. */
  readonly userId: string | undefined;
  /** All of its packets. */
  readonly bytes: Uint8Array;
}

/** The keys, or why they cannot be read. */
export type KeysRead = { readonly keys: readonly OpenPgpKey[] } | { readonly problem: string };

interface Packet {
  readonly tag: number;
  readonly from: number;
  readonly body: Uint8Array;
  readonly end: number;
}

const armorPattern = /-----BEGIN PGP PUBLIC KEY BLOCK-----([\s\S]*?)-----END PGP PUBLIC KEY BLOCK-----/g;
const tags = { secretKey: 5, publicKey: 6, secretSubkey: 7, userId: 13, publicSubkey: 14 } as const;

/** Reads public keys: packets as gpg exports them, or text with `BEGIN PGP PUBLIC KEY BLOCK`. */
export function readKeys(content: Uint8Array): KeysRead {
  if (Buffer.from(content.subarray(8, 12)).toString('latin1') === 'KBXf') {
    return { problem: 'it is a keybox of gpg, which apt does not read; export its keys with gpg --export' };
  }
  const isArmored = content.length > 0 && (content[0] ?? 0) < 0x80;
  const bytes = isArmored ? withoutArmor(Buffer.from(content).toString('latin1')) : content;
  if (bytes === undefined) return { problem: 'it holds no public key of OpenPGP' };
  const packets = readPackets(bytes);
  return packets === undefined
    ? { problem: 'it is no public key of OpenPGP, or only a part of one' }
    : group(bytes, packets);
}

function withoutArmor(text: string): Uint8Array | undefined {
  const blocks = [...text.matchAll(armorPattern)].map(([, body = '']) => {
    const lines = body.split('\n').map((line) => line.trim());
    // Headers such as `Version: GnuPG` have a colon, the checksum begins with `=`; base64 has neither.
    return Buffer.from(lines.filter((line) => !line.includes(':') && !line.startsWith('=')).join(''), 'base64');
  });
  return blocks.length === 0 ? undefined : Buffer.concat(blocks);
}

function readPackets(bytes: Uint8Array): Packet[] | undefined {
  const packets: Packet[] = [];
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let from = 0; from < view.length; ) {
    const packet = readPacket(view, from);
    if (packet === undefined || packet.end > view.length) return undefined;
    packets.push(packet);
    from = packet.end;
  }
  return packets;
}

/** A packet of known length: keys have no others. */
function readPacket(view: Buffer, from: number): Packet | undefined {
  const first = view[from] ?? 0;
  if ((first & 0x80) === 0) return undefined;
  const isNew = (first & 0x40) !== 0;
  const second = view[from + 1] ?? 0;
  const form = isNew ? (second < 192 ? 1 : second < 224 ? 2 : second === 255 ? 5 : 0) : ([1, 2, 4, 0][first & 3] ?? 0);
  const start = from + 1 + form;
  if (form === 0 || start > view.length) return undefined;
  const long = isNew ? from + 2 : from + 1;
  const length =
    form === 1
      ? second
      : form === 2
        ? isNew
          ? ((second - 192) << 8) + (view[from + 2] ?? 0) + 192
          : view.readUInt16BE(long)
        : view.readUInt32BE(long);
  const tag = isNew ? first & 0x3f : (first >> 2) & 0xf;
  return { tag, from, body: view.subarray(start, start + length), end: start + length };
}

function group(bytes: Uint8Array, packets: readonly Packet[]): KeysRead {
  const keys: OpenPgpKey[] = [];
  const starts = packets.flatMap(({ tag }, index) => (tag === tags.publicKey ? [index] : []));
  if (packets.some(({ tag }) => tag === tags.secretKey || tag === tags.secretSubkey)) {
    return { problem: 'it holds a secret key, which is nothing for apt' };
  }
  if (packets.length > 0 && starts[0] !== 0) return { problem: 'it does not begin with a public key of OpenPGP' };
  for (const [index, start] of starts.entries()) {
    const own = packets.slice(start, starts[index + 1] ?? packets.length);
    const [first, ...rest] = own;
    const end = own.at(-1)?.end;
    if (first === undefined || end === undefined) continue;
    if (first.body[0] !== 4) return { problem: `it holds a key of version ${first.body[0]}; only version 4 is known` };
    const userId = rest.find(({ tag }) => tag === tags.userId);
    keys.push({
      fingerprint: fingerprint(first.body),
      subkeys: rest.filter(({ tag }) => tag === tags.publicSubkey).map(({ body }) => fingerprint(body)),
      userId: userId === undefined ? undefined : Buffer.from(userId.body).toString(),
      bytes: bytes.slice(first.from, end),
    });
  }
  return { keys };
}

/** RFC 9580, 5.5.4.2. */
function fingerprint(body: Uint8Array): string {
  const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
  return createHash('sha1').update(head).update(body).digest('hex').toUpperCase();
}
