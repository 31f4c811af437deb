import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { InputError, type Position } from '../errors.ts';
import type { VaultPassword } from './vault-password.ts';
import type { DecryptVault } from './yaml-compose.ts';

// The format of Ansible Vault (docs: "Ansible Vault payload format 1.1 - 1.2"): PBKDF2 with SHA-256 gives the AES key, the
// HMAC key and the first counter; the HMAC is over the ciphertext.
const HEADER = /^\$ANSIBLE_VAULT;(?<version>[0-9.]+);(?<cipher>[A-Z0-9]+)(?:;(?<id>[^\s;]+))?\s*$/;
const ITERATIONS = 10_000;
const KEY_BYTES = 32;
const BLOCK_BYTES = 16;
const SALT_BYTES = 32;
const LINE_WIDTH = 80;

/** True when a text is a vault: its first line is the header. */
export function isVaultText(text: string): boolean {
  return text.startsWith('$ANSIBLE_VAULT;');
}

interface Vault {
  readonly id: string | undefined;
  readonly salt: Buffer;
  readonly hmac: Buffer;
  readonly ciphertext: Buffer;
}

/**
 * A function that turns vaulted text into clear text with the first password that fits; one whose vault-id is that of
 * the header is tried first. Each text is decrypted once.
 * @param onSecret is told each value that came out of a vault
 */
export function vaultDecrypter(passwords: readonly VaultPassword[], onSecret?: DecryptVault['onSecret']): DecryptVault {
  const known = new Map<string, string>();
  const decrypt: DecryptVault = (text, at) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const clear = decryptVault(text, passwords, at);
    known.set(text, clear);
    return clear;
  };
  return onSecret === undefined ? decrypt : Object.assign(decrypt, { onSecret });
}

/**
 * Decrypts a vault of format 1.1 or 1.2.
 * @throws InputError when the text is damaged, or no password fits
 */
export function decryptVault(text: string, passwords: readonly VaultPassword[], at: Position): string {
  return openVault(text, passwords, at).clear.toString('utf8');
}

/**
 * As `decryptVault`, with the bytes as they were encrypted, and the vault-id that the header names.
 * @throws InputError when the text is damaged, or no password fits
 */
export function openVault(
  text: string,
  passwords: readonly VaultPassword[],
  at: Position,
): { readonly clear: Buffer; readonly id: string | undefined; readonly password: VaultPassword } {
  const vault = parseVault(text, at);
  const first = passwords.filter((password) => password.id === vault.id);
  const rest = passwords.filter((password) => password.id !== vault.id);
  for (const password of [...first, ...rest]) {
    const clear = open(vault, password.secret);
    if (clear !== undefined) return { clear, id: vault.id, password };
  }
  const name = vault.id === undefined ? '' : ` (its vault-id is ${vault.id})`;
  const tried = passwords.length === 0 ? 'there is no vault password' : 'no vault password fits';
  throw problem(`${tried} to decrypt this${name}`, at, 'give the right --vault-password-file FILE');
}

/** Encrypts text or bytes: format 1.2 when a vault-id is given, else 1.1, in lines of 80 columns with a final line break. */
export function encryptVault(
  clear: string | Buffer,
  password: VaultPassword,
  salt: Buffer = randomBytes(SALT_BYTES),
): string {
  const { cipherKey, hmacKey, counter } = deriveKeys(password.secret, salt);
  const cipher = createCipheriv('aes-256-ctr', cipherKey, counter);
  const ciphertext = Buffer.concat([
    cipher.update(pad(typeof clear === 'string' ? Buffer.from(clear, 'utf8') : clear)),
    cipher.final(),
  ]);
  const hmac = createHmac('sha256', hmacKey).update(ciphertext).digest();
  const inner = [salt, hmac, ciphertext].map((part) => part.toString('hex')).join('\n');
  const outer = Buffer.from(inner, 'ascii').toString('hex');
  const header = password.id === undefined ? '$ANSIBLE_VAULT;1.1;AES256' : `$ANSIBLE_VAULT;1.2;AES256;${password.id}`;
  const lines = outer.match(new RegExp(`.{1,${LINE_WIDTH}}`, 'g')) ?? [];
  return `${[header, ...lines].join('\n')}\n`;
}

function parseVault(text: string, at: Position): Vault {
  const [first = '', ...lines] = text.trim().split(/\r?\n/);
  const header = HEADER.exec(first)?.groups;
  if (header === undefined) throw problem('this is no vault: its first line is not $ANSIBLE_VAULT;…', at, REENCRYPT);
  if (header.cipher !== 'AES256' || !['1.1', '1.2'].includes(header.version ?? '')) {
    throw problem(
      `vault format ${header.version} with ${header.cipher} is not read, only 1.1 and 1.2 with AES256`,
      at,
      REENCRYPT,
    );
  }
  const inner = fromHex(lines.map((line) => line.trim()).join(''));
  const parts = inner?.toString('ascii').split('\n').map(fromHex) ?? [];
  const [salt, hmac, ciphertext] = parts;
  if (parts.length !== 3 || salt === undefined || hmac === undefined || ciphertext === undefined) {
    throw problem('the vaulted text is damaged', at, REENCRYPT);
  }
  return { id: header.id, salt, hmac, ciphertext };
}

const REENCRYPT = 'encrypt the value again: brokkr vault encrypt';

/** The clear text, or `undefined` when the password does not fit. */
function open(vault: Vault, secret: string): Buffer | undefined {
  const { cipherKey, hmacKey, counter } = deriveKeys(secret, vault.salt);
  const hmac = createHmac('sha256', hmacKey).update(vault.ciphertext).digest();
  if (hmac.length !== vault.hmac.length || !timingSafeEqual(hmac, vault.hmac)) return undefined;
  const decipher = createDecipheriv('aes-256-ctr', cipherKey, counter);
  return unpad(Buffer.concat([decipher.update(vault.ciphertext), decipher.final()]));
}

function deriveKeys(secret: string, salt: Buffer): { cipherKey: Buffer; hmacKey: Buffer; counter: Buffer } {
  const derived = pbkdf2Sync(secret, salt, ITERATIONS, 2 * KEY_BYTES + BLOCK_BYTES, 'sha256');
  return {
    cipherKey: derived.subarray(0, KEY_BYTES),
    hmacKey: derived.subarray(KEY_BYTES, 2 * KEY_BYTES),
    counter: derived.subarray(2 * KEY_BYTES),
  };
}

/** PKCS#7: the last byte says how many were added. A stream cipher in Node does not pad by itself. */
function pad(clear: Buffer): Buffer {
  const added = BLOCK_BYTES - (clear.length % BLOCK_BYTES);
  return Buffer.concat([clear, Buffer.alloc(added, added)]);
}

function unpad(padded: Buffer): Buffer {
  const added = padded.at(-1) ?? 0;
  return added >= 1 && added <= BLOCK_BYTES ? padded.subarray(0, padded.length - added) : padded;
}

function fromHex(text: string): Buffer | undefined {
  return text.length > 0 && text.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}

function problem(message: string, at: Position, hint: string): InputError {
  return new InputError([{ message, at, hint }]);
}
