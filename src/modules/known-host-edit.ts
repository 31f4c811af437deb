import { createHmac } from 'node:crypto';
import { type KnownHost, matchesHost, parseKnownHosts } from '../transport/known-hosts.ts';
import { ended, linesOf } from './line-edit.ts';

interface WantedKeys {
  /** As ssh looks for it: in small letters, `[name]:port` with a port of its own. */
  readonly name: string;
  /** Lines as they stand in the file; none for all keys of the host. */
  readonly key: string;
  readonly state: 'present' | 'absent';
  readonly hashed: boolean;
  /** Salts differ from host to host by this text. */
  readonly host: string;
}

/** A line of the keys, and what it says. */
type Entry = KnownHost & { readonly text: string };

/** The lines of known_hosts that say something. */
export function entriesOf(text: string): readonly Entry[] {
  const lines = text.split('\n');
  return parseKnownHosts(text, '').map((entry) => ({ ...entry, text: lines[entry.line - 1]?.trim() ?? '' }));
}

/**
 * The file with the keys, or without them. A host has one key of each type: the first that stands there for its name counts,
 * and when that is another one, or stands for other names, all of that type go and the key stands at the end.
 */
export function editKnownHosts(wanted: WantedKeys, text: string): string {
  const keys = entriesOf(wanted.key);
  const there = entriesOf(text).filter(({ hosts }) => matchesHost(hosts, wanted.name));
  if (keys.length === 0)
    return without(
      text,
      there.filter(({ marker }) => marker === undefined),
    );
  const dropped: Entry[] = [];
  const added: string[] = [];
  for (const key of keys) {
    const own = there.filter(({ marker, type }) => marker === key.marker && type === key.type);
    const [first] = own;
    if (wanted.state === 'present') {
      if (first !== undefined && isRight(wanted, key, first)) continue;
      added.push(`${wanted.hashed ? hashName(wanted, key) : key.text}\n`);
    }
    dropped.push(...own);
  }
  const kept = without(text, dropped);
  return added.length === 0 ? kept : [...linesOf(kept).map(ended), ...added].join('');
}

function isRight({ hashed }: WantedKeys, key: Entry, found: Entry): boolean {
  const isHashed = found.hosts.startsWith('|1|');
  const names = hashed || key.hosts.startsWith('|1|') ? isHashed : found.hosts === key.hosts;
  return names && found.key === key.key;
}

function without(text: string, entries: readonly Entry[]): string {
  const gone = new Set(entries.map(({ line }) => line));
  return linesOf(text)
    .filter((_, index) => !gone.has(index + 1))
    .join('');
}

/**
 * The line with `|1|salt|hash` for its names, as sshd(8) has them. The salt comes out of the key: what is planned and what
 * is written later has to be the same text.
 */
function hashName({ name, host }: WantedKeys, { marker, type, key, text }: Entry): string {
  const salt = createHmac('sha1', Buffer.from(key, 'base64')).update(`${host}\n${name}\n${type}`).digest();
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  const words = text.split(/\s+/);
  words[marker === undefined ? 0 : 1] = `|1|${salt.toString('base64')}|${hash}`;
  return words.join(' ');
}
