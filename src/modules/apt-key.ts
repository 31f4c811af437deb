import { z } from 'zod';
import type { Action } from '../shell/action.ts';
import type { Question } from '../shell/question.ts';
import { type Obtain, verifiedOnly } from './archive.ts';
import { mutuallyExclusive, requiredIf, withRules } from './argument-rules.ts';
import { choice, httpUrl, path, text } from './argument-types.ts';
import { change, failed, unchanged } from './decisions.ts';
import { type FileContext, fileQuestions, writeFile } from './file-content.ts';
import { expandHome } from './home-paths.ts';
import { answerDownload, downloadTopic, keyserverUrl, readSource } from './key-source.ts';
import {
  hasId,
  idsOf,
  type Keyring,
  keyFileQuestions,
  keyringsQuestion,
  plainId,
  readKeyring,
  trustedFile,
  trustedPaths,
} from './keyrings.ts';
import type { Answers, Decision, Diff, Module } from './module.ts';
import { contentOfBytes } from './new-content.ts';
import type { OpenPgpKey } from './openpgp-keys.ts';

const keyId = text.refine((id) => /^(0x)?([0-9a-f]{8}|[0-9a-f]{16,40})$/i.test(id), {
  message: 'the last 8 or 16 digits of a fingerprint are wanted, or all 40, hexadecimal and without blanks',
});

const schema = withRules(
  z.strictObject({
    id: keyId.optional(),
    data: text.optional(),
    file: path.optional(),
    url: httpUrl.optional(),
    keyserver: text
      .refine(
        (server) => keyserverUrl(server, '0') !== undefined,
        'a name is wanted, or hkp://, hkps:// or https:// with one',
      )
      .optional(),
    keyring: path
      .refine(
        (keyring) => !keyring.endsWith('.asc'),
        'apt takes a file of this name for text; give it one that ends with .gpg',
      )
      .optional(),
    state: choice(['present', 'absent']).default('present'),
    validate_certs: verifiedOnly,
  }),
  [
    mutuallyExclusive('data', 'file', 'url', 'keyserver'),
    requiredIf('id', ({ state }) => state === 'absent', 'state is absent'),
    requiredIf('id', ({ keyserver }) => keyserver !== undefined, 'there is a keyserver'),
    ({ id, data, file, url, keyserver, state }) =>
      state !== 'absent' && [id, data, file, url, keyserver].every((each) => each === undefined)
        ? { message: 'one of id, data, file, url, keyserver is required' }
        : undefined,
  ],
);

type AptKeyArguments = z.infer<typeof schema>;

/** Whose signatures apt trusts. */
export function aptKey(obtain: Obtain): Module<AptKeyArguments> {
  return expandHome(['file', 'keyring'], {
    name: 'apt_key',
    collection: 'ansible.builtin',
    summary: 'Keeps a key in a keyring of apt, without apt-key and gpg.',
    schema,
    aliases: {},
    example: `- name: Confluent's key, for a source that says signed-by=/usr/share/keyrings/confluent.gpg
  apt_key:
    url: https://packages.confluent.io/deb/7.6/archive.key
    keyring: /usr/share/keyrings/confluent.gpg`,
    noticedByOthers: false,
    answerers: { [downloadTopic]: answerDownload(obtain) },
    probe(args) {
      const own = args.keyring ?? trustedFile;
      const source = args.file !== undefined && args.state === 'present' ? keyFileQuestions(args.file) : [];
      const all: readonly Question[] = args.keyring === undefined ? [keyringsQuestion] : [];
      return [...fileQuestions(own, {}), ...keyFileQuestions(own), ...all, ...source];
    },
    decide(args, answers, context) {
      const paths = args.keyring === undefined ? trustedPaths(answers) : [args.keyring];
      answers.require(paths.flatMap(keyFileQuestions));
      const keyrings: Keyring[] = [];
      for (const each of paths) {
        const read = readKeyring(each, answers);
        if ('problem' in read) return read.problem;
        keyrings.push(read);
      }
      return args.state === 'present'
        ? decidePresent(args, keyrings, answers, context)
        : decideAbsent(args, keyrings, answers, context);
    },
  });
}

function decidePresent(
  args: AptKeyArguments,
  keyrings: readonly Keyring[],
  answers: Answers,
  context: FileContext,
): Decision {
  const { id } = args;
  const known = keyrings.flatMap(({ keys }) => keys);
  if (id !== undefined && known.some((key) => hasId(key, id) !== undefined)) return unchanged(told(id, id, keyrings));
  const { name, read } = readSource(args, answers);
  if ('problem' in read)
    return failed({ message: `${name}: ${read.problem}`, ...('hint' in read ? { hint: read.hint } : {}) });
  const [first] = read.keys;
  if (first === undefined) return failed({ message: `${name}: it holds no public key of OpenPGP` });
  if (id !== undefined && !read.keys.some((key) => hasId(key, id) === 'key')) {
    const held = read.keys.map(({ fingerprint }) => fingerprint).join(', ');
    const hint =
      'an id has to be that of a key, not of a subkey; look with gpg --show-keys whose key it is before you trust it';
    return failed({ message: `${name} holds not the key ${id}, but ${held}`, hint });
  }
  const shownId = id ?? first.fingerprint.slice(-16);
  const missing = read.keys.filter((key) => !known.some(({ fingerprint }) => fingerprint === key.fingerprint));
  if (missing.length === 0) return unchanged(told(shownId, id, keyrings));
  const dest = args.keyring ?? trustedFile;
  const after = keyrings.map((each) => (each.path === dest ? { path: dest, keys: [...each.keys, ...missing] } : each));
  const own = after.find(({ path: each }) => each === dest) ?? { path: dest, keys: missing };
  const steps = write(own, keyrings, answers, context);
  if ('obstacle' in steps) return failed(steps.obstacle);
  const result = { ...told(shownId, id, keyrings), after: idsOf(after, digits(id)) };
  return change(
    steps.actions,
    missing.map((key) => keyDiff(key, dest, 'present')),
    result,
  );
}

function decideAbsent(
  args: AptKeyArguments,
  keyrings: readonly Keyring[],
  answers: Answers,
  context: FileContext,
): Decision {
  const id = args.id ?? '';
  const actions: Action[] = [];
  const diff: Diff[] = [];
  const after: Keyring[] = [];
  for (const keyring of keyrings) {
    const kept = keyring.keys.filter((key) => hasId(key, id) === undefined);
    const gone = keyring.keys.filter((key) => hasId(key, id) !== undefined);
    after.push({ path: keyring.path, keys: kept });
    const subkeyOf = gone.find((key) => hasId(key, id) === 'subkey');
    if (subkeyOf !== undefined) {
      const hint = 'say the id of that key; it goes with its subkeys';
      return failed({ message: `${id} is a subkey of ${subkeyOf.fingerprint}, in ${keyring.path}`, hint });
    }
    if (gone.length === 0) continue;
    diff.push(...gone.map((key) => keyDiff(key, keyring.path, 'absent')));
    if (kept.length === 0) actions.push({ do: 'remove', path: keyring.path });
    else if (keyring.path.endsWith('.asc')) {
      const hint = 'take it out of this file by hand';
      return failed({ message: `${id} stands in ${keyring.path} together with other keys, as text`, hint });
    } else {
      answers.require(fileQuestions(keyring.path, {}));
      const steps = write({ path: keyring.path, keys: kept }, keyrings, answers, context);
      if ('obstacle' in steps) return failed(steps.obstacle);
      actions.push(...steps.actions);
    }
  }
  const result = told(id, id, keyrings);
  if (actions.length === 0) return unchanged(result);
  return change(actions, diff, { ...result, after: idsOf(after, digits(id)) });
}

/** apt reads keyrings as a user of its own, so a new one is for all to read. */
function write(keyring: Keyring, before: readonly Keyring[], answers: Answers, context: FileContext) {
  const isNew = before.every(({ path: each, keys }) => each !== keyring.path || keys.length === 0);
  const wanted = { dest: keyring.path, follow: true, force: true, backup: false, mode: isNew ? 0o644 : undefined };
  return writeFile(wanted, contentOfBytes(Buffer.concat(keyring.keys.map(({ bytes }) => bytes))), answers, context);
}

function keyDiff({ fingerprint, userId = 'present' }: OpenPgpKey, keyring: string, state: 'present' | 'absent'): Diff {
  const [before, after] = state === 'present' ? ['absent', userId] : [userId, 'absent'];
  return { kind: 'state', subject: `${keyring}: ${fingerprint}`, before: { key: before }, after: { key: after } };
}

/** How many digits of ids Ansible tells: as many as the short form where the task has that, else the long one. */
function digits(id: string | undefined): number {
  return id !== undefined && plainId(id).length === 8 ? 8 : 16;
}

function told(id: string, given: string | undefined, before: readonly Keyring[]) {
  const whole = plainId(id);
  return { before: idsOf(before, digits(given)), fp: whole.slice(-16), id, key_id: whole, short_id: whole.slice(-8) };
}
