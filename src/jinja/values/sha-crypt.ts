import { createHash, hash as oneShot, randomInt } from 'node:crypto';
import { CompileCache } from '../cache.ts';
import { TemplateError } from '../error.ts';

/** The hashes of crypt(3) that are made here. */
export interface ShaCryptKind {
  readonly algorithm: 'sha256' | 'sha512';
  readonly prefix: string;
  /** Where nothing else is said: what passlib, which Ansible uses, takes. */
  readonly rounds: number;
  /** In which order the bytes of the digest are written, three at a time. */
  readonly order: readonly (readonly [number, number, number])[];
  readonly last: readonly number[];
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const IMPLICIT_ROUNDS = 5000;

/** Byte triples rotate: each begins one behind the one before, by a third of the digest. */
function triples(third: number, forwards: boolean): [number, number, number][] {
  return Array.from({ length: third }, (_, i) => {
    const bytes: [number, number, number] = [i, i + third, i + 2 * third];
    const by = (forwards ? i : 2 * i) % 3;
    const [a, b, c] = bytes;
    return by === 0 ? [a, b, c] : by === 1 ? [b, c, a] : [c, a, b];
  });
}

const kinds: ReadonlyMap<string, ShaCryptKind> = new Map([
  ['sha512', { algorithm: 'sha512', prefix: '$6$', rounds: 656_000, order: triples(21, true), last: [63] }],
  ['sha256', { algorithm: 'sha256', prefix: '$5$', rounds: 535_000, order: triples(10, false), last: [31, 30] }],
]);

/** The kind of a name: `sha512`, `sha512_crypt`, `sha256` … @throws TemplateError */
export function shaCryptKind(name: string): ShaCryptKind {
  const kind = kinds.get(name.replace(/_crypt$/, ''));
  if (kind !== undefined) return kind;
  throw new TemplateError(`the password hash '${name}' is not made here`, { hint: 'use sha512 or sha256' });
}

/**
 * The SHA-crypt hash of a password, as crypt(3) has it. Source: Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512".
 * @param rounds `undefined`: as many as passlib makes
 * @throws TemplateError for a salt or a number of rounds that crypt(3) does not take
 */
export function shaCrypt(kind: ShaCryptKind, password: string, salt: string, rounds: number | undefined): string {
  if (!/^[./0-9A-Za-z]*$/.test(salt)) throw new TemplateError('the salt has characters other than ./0-9A-Za-z');
  if (salt.length > 16) throw new TemplateError(`the salt has ${salt.length} characters, and 16 are the most`);
  const count = rounds ?? kind.rounds;
  if (!Number.isInteger(count) || count < 1000 || count > 999_999_999)
    throw new TemplateError(`${count} rounds are not possible`, { hint: 'use 1000 to 999999999' });
  const key = Buffer.from(password, 'utf8');
  const digest = stretch(kind.algorithm, key, Buffer.from(salt), count);
  const said = count === IMPLICIT_ROUNDS ? '' : `rounds=${count}$`;
  return `${kind.prefix}${said}${salt}$${encode(digest, kind)}`;
}

/** As `shaCrypt`; each hash is made once, since making it takes a second, and a host's variables ask for it again and again. */
export function hashedPassword(kind: ShaCryptKind, password: string, salt: string, rounds: number | undefined): string {
  const question = JSON.stringify([kind.prefix, password, salt, rounds]);
  return made.get(question, () => shaCrypt(kind, password, salt, rounds));
}

const made = new CompileCache<string>(1000);

export function randomSalt(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)] ?? '').join('');
}

function stretch(algorithm: string, key: Buffer, salt: Buffer, rounds: number): Buffer {
  const hash = (...parts: Buffer[]): Buffer => {
    const state = createHash(algorithm);
    for (const part of parts) state.update(part);
    return state.digest();
  };
  const inner = hash(key, salt, key);
  const parts = [key, salt, repeated(inner, key.length)];
  for (let bits = key.length; bits > 0; bits >>>= 1) parts.push((bits & 1) === 1 ? inner : key);
  let digest = hash(...parts);
  const keyBytes = repeated(hash(...Array.from({ length: key.length }, () => key)), key.length);
  const saltBytes = repeated(hash(...Array.from({ length: 16 + (digest[0] ?? 0) }, () => salt)), salt.length);
  // A round's input has one of 42 forms, laid out once; only the digest in them changes.
  const forms = Array.from({ length: 42 }, (_, round) => roundForm(round, digest.length, keyBytes, saltBytes));
  for (let round = 0; round < rounds; round++) {
    const form = forms[round % 42];
    if (form === undefined) throw new TypeError('the forms of rounds repeat after 42');
    digest.copy(form.input, form.digestAt);
    digest = oneShot(algorithm, form.input, 'buffer');
  }
  return digest;
}

/** The input of a round, with room for the digest of the one before. */
function roundForm(round: number, size: number, key: Buffer, salt: Buffer): { input: Buffer; digestAt: number } {
  const odd = round % 2 === 1;
  const middle = [...(round % 3 === 0 ? [] : [salt]), ...(round % 7 === 0 ? [] : [key])];
  const room = Buffer.alloc(size);
  const input = Buffer.concat(odd ? [key, ...middle, room] : [room, ...middle, key]);
  return { input, digestAt: odd ? input.length - size : 0 };
}

function repeated(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, length === 0 ? undefined : bytes);
}

function encode(digest: Buffer, kind: ShaCryptKind): string {
  const group = (high: number, middle: number, low: number, characters: number): string => {
    let value = (high << 16) | (middle << 8) | low;
    let text = '';
    for (let i = 0; i < characters; i++) {
      text += ALPHABET[value & 63] ?? '';
      value >>>= 6;
    }
    return text;
  };
  const at = (index: number | undefined): number => (index === undefined ? 0 : (digest[index] ?? 0));
  const body = kind.order.map(([high, middle, low]) => group(at(high), at(middle), at(low), 4));
  const [first, second] = kind.last;
  return body.join('') + (second === undefined ? group(0, 0, at(first), 2) : group(0, at(first), at(second), 3));
}
