import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Hash functions and the length of their hex form. */
const hexLength = { md5: 32, sha1: 40, sha224: 56, sha256: 64, sha384: 96, sha512: 128 } as const;

export type HashName = keyof typeof hexLength;

const names = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const satisfies readonly HashName[];

/** A hash that a file must have: lower-case hex digits. */
export interface Checksum {
  readonly algorithm: HashName;
  readonly hex: string;
}

/** The hash of a file's bytes, as lower-case hex digits. */
export async function hashFile(file: string, algorithm: HashName): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/**
 * The checksum of one file out of a checksum file's text, or `undefined` when the text has none for it. Understood are
 * the styles that Apache uses: `HEX  NAME` (sha512sum), `NAME: HEX HEX …` over several lines in upper case (gpg
 * --print-md), `SHA512 (NAME) = HEX` (BSD), and the hex digits alone.
 */
export function readChecksumFile(text: string, fileName: string, algorithm: HashName): string | undefined {
  const length = hexLength[algorithm];
  const bare = text.replaceAll(/\s+/g, '').toLowerCase();
  if (isHex(bare, length)) return bare;
  for (const line of text.split(/\r?\n/)) {
    const sum = /^\\?([0-9a-f]+)[ \t]+[ *]?(?:.*\/)?([^/]+?)\s*$/i.exec(line);
    if (sum?.[1] !== undefined && sum[2] === fileName && isHex(sum[1], length)) return sum[1].toLowerCase();
    const bsd = /^\w[\w-]* \((?:.*\/)?([^/]+)\) = ([0-9a-f]+)\s*$/i.exec(line);
    if (bsd?.[2] !== undefined && bsd[1] === fileName && isHex(bsd[2], length)) return bsd[2].toLowerCase();
  }
  return readPrintMd(text, fileName, length);
}

/** `NAME: 0A1B …`, the digits in groups, going on in indented lines; `NAME: SHA512 = …` when several were printed. */
function readPrintMd(text: string, fileName: string, length: number): string | undefined {
  const start = text.indexOf(`${fileName}:`);
  if (start < 0 || (start > 0 && !/[\n/]/.test(text[start - 1] ?? ''))) return undefined;
  const lines = text.slice(start + fileName.length + 1).split(/\r?\n/);
  const end = lines.findIndex((line, i) => i > 0 && !/^\s+[0-9A-F]/i.test(line));
  const own = end < 0 ? lines : lines.slice(0, end);
  const hex = own
    .join('')
    .replace(/^\s*SHA-?\d+\s*=/i, '')
    .replaceAll(/\s+/g, '')
    .toLowerCase();
  return isHex(hex, length) ? hex : undefined;
}

/**
 * A checksum as Ansible's modules take it: `sha256:HEX`, or the digits alone, which their number tells apart. Blanks
 * between the digits, as Apache's own files have them, do not matter. `undefined` when it is neither.
 */
export function parseChecksum(text: string): Checksum | undefined {
  const [, name, digits = ''] = /^(?:\s*(\w+)\s*:)?([^:]+)$/.exec(text) ?? [];
  const hex = digits.replaceAll(/\W+/g, '').toLowerCase();
  const algorithm = name === undefined ? hashNameOfLength(hex.length) : hashName(name);
  return algorithm !== undefined && isHex(hex, hexLength[algorithm]) ? { algorithm, hex } : undefined;
}

/** A hash that a file must have, or where a file of checksums tells it. */
export type WantedChecksum = Checksum | { readonly algorithm: HashName; readonly url: string };

/** As {@link parseChecksum}, or `sha512:https://host/file.sha512`. `undefined` when it is neither. */
export function readWantedChecksum(text: string): WantedChecksum | undefined {
  const [, name = '', url] = /^(\w+):(https?:\/\/.+)$/i.exec(text.trim()) ?? [];
  const algorithm = hashName(name);
  return url !== undefined && algorithm !== undefined ? { algorithm, url } : parseChecksum(text);
}

/** What to write for a text that {@link readWantedChecksum} does not take. */
export const checksumForms =
  'write sha256:HEX, sha512:HEX or sha512:https://host/file.sha512; the number of hex digits must fit the algorithm';

/** A hash function by its name in any case, or `undefined` for one that is not known. */
function hashName(text: string): HashName | undefined {
  return names.find((name) => name === text.toLowerCase());
}

function hashNameOfLength(length: number): HashName | undefined {
  return names.find((name) => hexLength[name] === length);
}

function isHex(text: string, length: number): boolean {
  return text.length === length && /^[0-9a-f]+$/i.test(text);
}
