import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import type { Identity, Question, Stat } from '../shell/question.ts';
import { choice, flag, path } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import type { Answers, Module } from './module.ts';
import { linkDestination, withoutSlash } from './paths.ts';
import { fields } from './results.ts';
import { describeStat } from './stat-fields.ts';

/** Files up to this size are read when their hash is to be one that the host is not asked for. */
const readBytes = 16 * 1024 * 1024;

const schema = z.strictObject({
  path: path.transform(withoutSlash),
  follow: flag.default(false),
  get_checksum: flag.default(true),
  /** Without one, no hash is told: Ansible's default would cost reading every file. */
  checksum_algorithm: choice(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']).optional(),
  get_mime: flag.default(true),
  get_attributes: flag.default(true),
});

type StatArguments = z.infer<typeof schema>;

/** What stands at a path, for `register`. */
export const stat: Module<StatArguments> = expandHome(['path'], {
  name: 'stat',
  collection: 'ansible.builtin',
  summary: 'Tells what stands at a path: type, mode, owner, size, and its hash when an algorithm is named.',
  schema,
  aliases: {
    dest: 'path',
    name: 'path',
    checksum: 'checksum_algorithm',
    checksum_algo: 'checksum_algorithm',
    attr: 'get_attributes',
    attributes: 'get_attributes',
    mime: 'get_mime',
    mime_type: 'get_mime',
    'mime-type': 'get_mime',
  },
  example: `- name: Is there a broker already
  stat:
    path: /var/lib/kafka/meta.properties
  register: formatted`,
  noticedByOthers: false,
  probe(args) {
    const questions: Question[] = [{ ask: 'stat', path: args.path, follow: args.follow }, { ask: 'identity' }];
    if (args.checksum_algorithm === 'sha256' && args.get_checksum) questions.push({ ask: 'hash', path: args.path });
    return questions;
  },
  decide(args, answers) {
    const found = answers.get({ ask: 'stat', path: args.path, follow: args.follow });
    if (found === null) return unchanged({ stat: new Map<Value, Value>([['exists', false]]) });
    const all = {
      exists: true,
      path: args.path,
      ...describeStat(found),
      ...access(found, answers.get({ ask: 'identity' })),
    };
    const source =
      found.type === 'link' ? { lnk_source: linkDestination(args.path, found), lnk_target: found.target } : {};
    const checksum = checksumOf(args, found, answers);
    return unchanged({ stat: new Map<Value, Value>(fields({ ...all, ...source, checksum })) });
  },
});

/** What the account that looks may do; left out where its groups would decide. */
function access({ mode, uid, type }: Stat, identity: Identity) {
  if (identity.uid === 0) {
    return { readable: true, writeable: true, executable: type === 'directory' || (mode & 0o111) !== 0 };
  }
  if (uid !== identity.uid) return {};
  return { readable: (mode & 0o400) !== 0, writeable: (mode & 0o200) !== 0, executable: (mode & 0o100) !== 0 };
}

function checksumOf(args: StatArguments, found: Stat, answers: Answers): string | undefined {
  const { checksum_algorithm: algorithm, get_checksum, path: at } = args;
  if (!get_checksum || algorithm === undefined || found.type !== 'file') return undefined;
  if (algorithm === 'sha256') return answers.get({ ask: 'hash', path: at }) ?? undefined;
  const content = answers.get({ ask: 'content', path: at, maxBytes: readBytes });
  return content === null ? undefined : createHash(algorithm).update(content).digest('hex');
}
