import type { Question } from '../shell/question.ts';
import { failed } from './decisions.ts';
import type { Answers, Decision } from './module.ts';
import { type OpenPgpKey, readKeys } from './openpgp-keys.ts';
import { filesForApt, namesIn, stat } from './paths.ts';

/** Bytes; what is larger is not read. */
export const maxBytes = 16 * 1024 * 1024;

/** The file that apt-key(8) puts keys into, and the folder of those that apt trusts beside it. */
export const trustedFile = '/etc/apt/trusted.gpg';
const trustedFolder = '/etc/apt/trusted.gpg.d';

export interface Keyring {
  readonly path: string;
  readonly keys: readonly OpenPgpKey[];
}

/** Asks for what stands in a file of keys. */
export function keyContent(path: string) {
  return { ask: 'content', path, maxBytes } as const;
}

/** What has to be known of a file of keys. */
export function keyFileQuestions(path: string): readonly Question[] {
  return [stat(path), keyContent(path)];
}

/** What has to be known to list the keyrings. */
export const keyringsQuestion = namesIn(trustedFolder);

/** The files of all keys that apt trusts for every source. */
export function trustedPaths(answers: Answers): readonly string[] {
  return [trustedFile, ...filesForApt(trustedFolder, ['gpg', 'asc'], answers)];
}

/** The keys of a file; none where it is missing. */
export function readKeyring(path: string, answers: Answers): Keyring | { readonly problem: Decision } {
  const found = answers.get(stat(path));
  if (found === null) return { path, keys: [] };
  const content = found.type === 'file' ? answers.get(keyContent(path)) : null;
  const read = content === null ? { problem: 'it is no file of keys' } : readKeys(content);
  if ('keys' in read) return { path, keys: read.keys };
  const hint = 'put keys in order there by hand, or name another keyring';
  return { problem: failed({ message: `${path}: ${read.problem}`, hint }) };
}

/** The id without `0x`, in upper case. */
export function plainId(id: string): string {
  return id.replace(/^0x/i, '').toUpperCase();
}

/** Is the id that of the key, or of one of its subkeys? Ids are the last digits of fingerprints. */
export function hasId(key: OpenPgpKey, id: string): 'key' | 'subkey' | undefined {
  if (key.fingerprint.endsWith(plainId(id))) return 'key';
  return key.subkeys.some((subkey) => subkey.endsWith(plainId(id))) ? 'subkey' : undefined;
}

/** The ids of keys and subkeys, so long. */
export function idsOf(keyrings: readonly Keyring[], length: number): string[] {
  return keyrings.flatMap(({ keys }) =>
    keys.flatMap(({ fingerprint, subkeys }) => [fingerprint, ...subkeys].map((each) => each.slice(-length))),
  );
}
