import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import type { HostQuestion, Identity, Stat } from '../shell/question.ts';
import { quote } from '../shell/quote.ts';
import { choice, flag, path } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import type { Answers, Module } from './module.ts';
import { linkDestination, withoutSlash } from './paths.ts';
import { fields } from './results.ts';
import { describeStat, isToBeTold, onlyTold, untilItRan } from './stat-fields.ts';

/** Files up to this size are read and hashed here, so that the hash of one that is yet to be written is known. */
const readBytes = 64 * 1024;

const schema = z.strictObject({
  path: path.transform(withoutSlash),
  follow: flag.default(false),
  get_checksum: flag.default(true),
  checksum_algorithm: choice(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']).default('sha1'),
  get_mime: flag.default(true),
  get_attributes: flag.default(true),
});

type StatArguments = z.infer<typeof schema>;

/** What stands at a path, for `register`. */
export const stat: Module<StatArguments> = expandHome(['path'], {
  name: 'stat',
  collection: 'ansible.builtin',
  summary: 'Tells what stands at a path: type, mode, owner, size, times and hash.',
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
  neverChanges: true,
  probe(args) {
    // Both, since what may be done with a link is what may be done with what it leads to.
    const found: HostQuestion[] = [false, true].map((follow) => ({ ask: 'stat', path: args.path, follow }));
    return [...found, { ask: 'identity' }, ...checksumQuestions(args)];
  },
  decide(args, answers) {
    const found = answers.get({ ask: 'stat', path: args.path, follow: args.follow });
    if (found === null) return unchanged({ stat: new Map<Value, Value>([['exists', false]]) });
    const all = {
      exists: true,
      path: args.path,
      ...describeStat(found),
      ...access(accessed(args, found, answers), answers.get({ ask: 'identity' })),
    };
    const source =
      found.type === 'link' ? { lnk_source: linkDestination(args.path, found), lnk_target: found.target } : {};
    const isRewritten = found.type === 'file' && Number.isNaN(found.mtime);
    const checksum = isRewritten ? undefined : checksumOf(args, found, answers);
    // Of what a step is going to make, write or fill, only the run can tell the times and the like.
    if (isToBeTold(found)) {
      const size = found.type === 'directory' ? undefined : found.size;
      const known = fields({ ...all, ...source, checksum, size });
      const wanted = isRewritten && args.get_checksum ? [...onlyTold, 'checksum'] : onlyTold;
      const foreseen = [{ ask: 'stat', path: args.path, follow: args.follow } as const, ...checksumQuestions(args)];
      return { verdict: 'unchanged', result: fields({ stat: untilItRan(known, wanted) }), foreseen };
    }
    return unchanged({ stat: new Map<Value, Value>(fields({ ...all, ...source, checksum })) });
  },
});

/** What is opened in the place of a link: what it leads to. */
function accessed({ path: at }: StatArguments, found: Stat, answers: Answers): Stat | null {
  return found.type === 'link' ? answers.get({ ask: 'stat', path: at, follow: true }) : found;
}

/** What the account that looks may do; left out where its groups would decide. */
function access(found: Stat | null, identity: Identity) {
  if (found === null) return { readable: false, writeable: false, executable: false };
  const { mode, uid, type } = found;
  if (identity.uid === 0) {
    return { readable: true, writeable: true, executable: type === 'directory' || (mode & 0o111) !== 0 };
  }
  if (uid !== identity.uid) return {};
  return { readable: (mode & 0o400) !== 0, writeable: (mode & 0o200) !== 0, executable: (mode & 0o100) !== 0 };
}

function checksumQuestions({ path: at, get_checksum, checksum_algorithm }: StatArguments): readonly HostQuestion[] {
  if (!get_checksum) return [];
  if (checksum_algorithm === 'sha256') return [{ ask: 'hash', path: at }];
  return [{ ask: 'content', path: at, maxBytes: readBytes }];
}

function checksumOf(args: StatArguments, found: Stat, answers: Answers): string | undefined {
  const { checksum_algorithm: algorithm, get_checksum, path: at } = args;
  if (!get_checksum || found.type !== 'file') return undefined;
  if (algorithm === 'sha256') return answers.get({ ask: 'hash', path: at }) ?? undefined;
  const content = answers.get({ ask: 'content', path: at, maxBytes: readBytes });
  if (content !== null) return createHash(algorithm).update(content).digest('hex');
  const script = `[ ! -f ${quote(at)} ] || ${algorithm}sum < ${quote(at)}`;
  const { stdout } = answers.get({ ask: 'output', about: 'checksum', script, reads: [at] });
  return stdout.split(' ')[0] || undefined;
}
