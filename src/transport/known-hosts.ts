import { createHash, createHmac } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { BrokkrError } from '../errors.ts';

/** One line of known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHost {
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  /** Patterns, or one hashed name. */
  readonly hosts: string;
  readonly type: string;
  readonly key: string;
  readonly file: string;
  readonly line: number;
}

export type KeyVerdict =
  | { readonly verdict: 'known' }
  | { readonly verdict: 'unknown' }
  | { readonly verdict: 'changed' | 'other-type' | 'revoked'; readonly known: readonly KnownHost[] };

/**
 * Reads what known_hosts files say of a host, under its name and, where the name has a port, under that without it. A file
 * that is not there is empty. Lines that cannot be read are passed over, as ssh does.
 * @throws BrokkrError when a file is there and cannot be read: a host that it knows must not count as new
 */
export function readKnownHosts(files: readonly string[], name: string): KnownHost[] {
  const names = namesOf(name);
  return files.flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw new BrokkrError(`the known hosts in ${file} cannot be read: ${String(error)}`, {
        cause: error,
        hint: `make it readable: chmod u+r ${file}`,
      });
    }
    return parseKnownHosts(text, file).filter(({ hosts }) => names.some((each) => matchesHost(hosts, each)));
  });
}

export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return [];
    const words = line.split(/\s+/);
    const marker = words[0]?.startsWith('@') === true ? words.shift()?.slice(1) : undefined;
    const [hosts, type, key] = words;
    if (hosts === undefined || type === undefined || key === undefined) return [];
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') return [];
    return [{ marker, hosts, type, key, file, line: index + 1 }];
  });
}

/** The name under which a host stands in known_hosts: the port is a part of it unless it is 22. */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

function namesOf(name: string): readonly string[] {
  const plain = withoutPort(name);
  return plain === undefined ? [name] : [name, plain];
}

function withoutPort(name: string): string | undefined {
  return /^\[(.*)\]:\d+$/.exec(name)?.[1];
}

/**
 * Is this the key that the host is known by? As with ssh, a port of its own makes another name, but a key that is known for
 * the plain name is known. A host of which only keys of other types are known is not new: whoever stands in between could
 * show a key of a type that nobody knows.
 */
export function checkHostKey(entries: readonly KnownHost[], name: string, key: Buffer): KeyVerdict {
  const encoded = key.toString('base64');
  const type = keyType(key);
  const mine = entries.filter((entry) => matchesHost(entry.hosts, name));
  const revoked = mine.filter((entry) => entry.marker === 'revoked' && entry.key === encoded);
  if (revoked.length > 0) return { verdict: 'revoked', known: revoked };
  const plain = mine.filter((entry) => entry.marker === undefined);
  if (plain.some((entry) => entry.key === encoded)) return { verdict: 'known' };
  const sameType = plain.filter((entry) => entry.type === type);
  if (sameType.length > 0) return { verdict: 'changed', known: sameType };
  if (plain.length > 0) return { verdict: 'other-type', known: plain };
  const plainName = withoutPort(name);
  if (plainName === undefined) return { verdict: 'unknown' };
  const found = checkHostKey(entries, plainName, key);
  return found.verdict === 'known' || found.verdict === 'revoked' ? found : { verdict: 'unknown' };
}

/** The plain keys that a host is known by. */
export function entriesFor(entries: readonly KnownHost[], name: string): KnownHost[] {
  return entries.filter(({ marker, hosts }) => marker === undefined && matchesHost(hosts, name));
}

/** Is a host known by the authority of its certificate only? */
export function isVouchedFor(entries: readonly KnownHost[], name: string): boolean {
  const names = namesOf(name);
  const mine = entries.filter(({ hosts }) => names.some((each) => matchesHost(hosts, each)));
  return mine.some(({ marker }) => marker === 'cert-authority') && !mine.some(({ marker }) => marker === undefined);
}

/**
 * The key algorithms to offer, those of known keys first: otherwise a host known only by its RSA key would show another
 * one and look new.
 */
export function hostKeyAlgorithms(entries: readonly KnownHost[], name: string): ServerHostKeyAlgorithm[] {
  const names = namesOf(name);
  const all: ServerHostKeyAlgorithm[] = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ];
  const types = new Set(
    entries
      .filter(({ marker, hosts }) => marker === undefined && names.some((each) => matchesHost(hosts, each)))
      .map((entry) => entry.type),
  );
  const isKnown = (algorithm: ServerHostKeyAlgorithm): boolean =>
    types.has(algorithm) || (algorithm.startsWith('rsa-') && types.has('ssh-rsa'));
  return [...all.filter(isKnown), ...all.filter((algorithm) => !isKnown(algorithm))];
}

/** `SHA256:…`, as ssh prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Keys with the places where they are known, for a message. */
export function shownEntries(entries: readonly KnownHost[]): string {
  return entries
    .map((entry) => `${entry.type} ${fingerprint(Buffer.from(entry.key, 'base64'))} (${entry.file}:${entry.line})`)
    .join(', ');
}

/** The algorithm name that an SSH public key blob begins with (RFC 4253, 6.6). */
export function keyType(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return key.subarray(4, 4 + length).toString('ascii');
}

/** Adds a key to the first of the user's files. Throws what the file system says. */
export function appendKnownHost(file: string, name: string, key: Buffer): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const line = existsSync(file) && !/(^|\n)$/.test(readFileSync(file, 'utf8')) ? '\n' : '';
  appendFileSync(file, `${line}${name} ${keyType(key)} ${key.toString('base64')}\n`, { mode: 0o600 });
}

/** Comma-separated patterns with `*`, `?` and `!`, or `|1|salt|hash` with HMAC-SHA1 of the name. */
export function matchesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = hosts.split('|');
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  let matched = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!globMatches(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

function globMatches(pattern: string, name: string): boolean {
  // Nearly every pattern is a name, and a file may have thousands of them for each of many hosts.
  if (!/[*?]/.test(pattern)) return pattern === name;
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
