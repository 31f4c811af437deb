import { existsSync, readFileSync, statSync } from 'node:fs';
import type { ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';

/** What a file that should hold a private key turned out to be. */
export type KeyFile =
  | { readonly kind: 'key'; readonly text: Buffer }
  /** It has a passphrase; its public part, where that can be told. */
  | { readonly kind: 'locked'; readonly text: Buffer; readonly blob: Buffer | undefined }
  /** The public part only: an agent may hold the other. */
  | { readonly kind: 'public'; readonly blob: Buffer }
  /** A security device has the other part, and only ssh itself can ask it. */
  | { readonly kind: 'device' }
  /** `blob`: its public part, which an agent may know. */
  | { readonly kind: 'unusable'; readonly why: string; readonly blob?: Buffer | undefined };

const unusable = (why: string): KeyFile => ({ kind: 'unusable', why });

/** Reads a key before any connection, so that a message can say which file is at fault. */
export function readKeyFile(file: string): KeyFile {
  let text: Buffer;
  try {
    text = readFileSync(file);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && existsSync(`${file}.pub`)) return publicKey(readFileSync(`${file}.pub`, 'latin1'));
    return unusable(missing ? 'no such file' : 'cannot be read');
  }
  const latin = text.toString('latin1');
  if (/^(ssh-|ecdsa-|sk-)/.test(latin)) return publicKey(latin);
  const parsed = ssh2.utils.parseKey(text);
  const isLocked = parsed instanceof Error && /passphrase/i.test(parsed.message);
  const open = isLocked || !(parsed instanceof Error) ? openToOthers(file) : undefined;
  if (open !== undefined) {
    const why = `others may read or write it (mode ${open}), so it is not used: chmod 600 ${file}`;
    return { kind: 'unusable', why, blob: publicPart(file, latin) };
  }
  if (!(parsed instanceof Error)) return { kind: 'key', text };
  if (isLocked) return { kind: 'locked', text, blob: publicPart(file, latin) };
  if (/^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/m.test(latin))
    return unusable(`it is in PKCS#8 format; write it as OpenSSH does: ssh-keygen -p -f ${file}`);
  if (publicPart(file, latin)?.toString('latin1').includes('sk-') === true) return { kind: 'device' };
  return unusable(parsed.message);
}

/** The mode of a key that is one's own and not for oneself alone: ssh does not use one either (`sshkey_perm_ok` of OpenSSH). */
function openToOthers(file: string): string | undefined {
  const { uid, mode } = statSync(file);
  return uid === process.getuid?.() && (mode & 0o077) !== 0 ? `0${(mode & 0o777).toString(8)}` : undefined;
}

/** The key that the passphrase opens, which takes a processor about a tenth of a second (bcrypt); undefined for a wrong one. */
export function openKey(file: string, passphrase: string): ParsedKey | undefined {
  const parsed = ssh2.utils.parseKey(readFileSync(file), passphrase);
  return parsed instanceof Error ? undefined : parsed;
}

function publicKey(line: string): KeyFile {
  const blob = Buffer.from(line.split(/\s+/)[1] ?? '', 'base64');
  return blob.length > 0 ? { kind: 'public', blob } : unusable('it is a public key that cannot be read');
}

/**
 * The public part of a private key without its passphrase: OpenSSH's own format has it in clear (PROTOCOL.key of OpenSSH), for
 * others it stands in the file beside.
 */
function publicPart(file: string, text: string): Buffer | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(text)?.[1];
  if (body === undefined) {
    const beside = existsSync(`${file}.pub`) ? publicKey(readFileSync(`${file}.pub`, 'latin1')) : undefined;
    return beside?.kind === 'public' ? beside.blob : undefined;
  }
  const bytes = Buffer.from(body.replaceAll(/\s/g, ''), 'base64');
  let at = 'openssh-key-v1\0'.length;
  const skip = (count: number): boolean => {
    if (at + 4 > bytes.length) return false;
    at += count;
    return at + 4 <= bytes.length;
  };
  // The names of cipher and key derivation, its options, and the number of keys come first.
  for (let i = 0; i < 3; i++) if (!skip(4 + (at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0))) return undefined;
  if (!skip(4)) return undefined;
  const length = bytes.readUInt32BE(at);
  return at + 4 + length <= bytes.length ? bytes.subarray(at + 4, at + 4 + length) : undefined;
}
