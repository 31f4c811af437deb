import { createHash, getHashes } from 'node:crypto';
import { defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { hashedPassword, randomSalt, shaCryptKind } from '../values/sha-crypt.ts';
import { toText } from '../values/text.ts';

const sha1 = defineFilter([], (input) => digest(toText(input), 'sha1'));

/** Filters that encode text or make a digest of it. */
export const hashFilters: Readonly<Record<string, Filter>> = {
  hash: defineFilter(['hashtype'], (input, args) => digest(toText(input), args.text('hashtype', 'sha1'))),
  checksum: sha1,
  sha1,
  md5: defineFilter([], (input) => digest(toText(input), 'md5')),
  b64encode: defineFilter(['encoding'], (input, args) =>
    Buffer.from(toText(input), encodingOf(args.text('encoding', 'utf-8'))).toString('base64'),
  ),
  b64decode: defineFilter(['encoding'], (input, args) =>
    decode(toText(input), encodingOf(args.text('encoding', 'utf-8'))),
  ),
  password_hash: defineFilter(['hashtype', 'salt', 'salt_size', 'rounds', 'ident'], (input, args) => {
    const kind = shaCryptKind(args.text('hashtype', 'sha512'));
    const salt = args.optionalText('salt') ?? randomSalt(args.optionalInteger('salt_size') ?? 16);
    return hashedPassword(kind, toText(input), salt, args.optionalInteger('rounds'));
  }),
  to_uuid: defineFilter(['namespace'], (input, args) => uuid5(toText(input), args.text('namespace', ansibleNamespace))),
};

/** The namespace of Ansible's own, in which `to_uuid` makes name-based UUIDs. */
const ansibleNamespace = '361E6D51-FAEC-444A-9079-341386DA8E2E';

function digest(text: string, algorithm: string): string {
  const name = algorithm.toLowerCase().replace('_', '-');
  const known = getHashes().map((hash) => hash.toLowerCase());
  if (!known.includes(name)) {
    throw new TemplateError(`unsupported hash type ${algorithm}`, {
      hint: 'use md5, sha1, sha224, sha256, sha384 or sha512',
    });
  }
  return createHash(name).update(text, 'utf8').digest('hex');
}

function encodingOf(name: string): 'utf8' | 'utf16le' | 'latin1' {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, '');
  if (plain === 'utf8' || plain === 'ascii') return 'utf8';
  if (plain === 'utf16le') return 'utf16le';
  if (plain === 'latin1' || plain === 'iso88591') return 'latin1';
  throw new TemplateError(`unknown encoding '${name}'`, { hint: 'use utf-8, utf-16-le or latin-1' });
}

function decode(text: string, encoding: 'utf8' | 'utf16le' | 'latin1'): string {
  const compact = text.replace(/[^A-Za-z\d+/=]/g, '');
  const padding = compact.length % 4;
  if (padding !== 0) throw new TemplateError('b64decode: the text is not base64: its padding is wrong');
  const bytes = Buffer.from(compact, 'base64');
  if (encoding !== 'utf8') return bytes.toString(encoding);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new TemplateError('b64decode: the bytes are not UTF-8 text', { cause: error });
  }
}

/** RFC 9562, version 5: a UUID made of a namespace and a name. */
function uuid5(name: string, namespace: string): string {
  const hex = namespace.replaceAll('-', '');
  if (!/^[\da-fA-F]{32}$/.test(hex)) throw new TemplateError(`'${namespace}' is not a UUID that can be a namespace`);
  const bytes = createHash('sha1').update(Buffer.from(hex, 'hex')).update(name, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
