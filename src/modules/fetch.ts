import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import { z } from 'zod';
import { BrokkrError, errorText } from '../errors.ts';
import { flag, path } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import { answerLocalFile, localFile, localFileTopic, readLocal } from './local-file.ts';
import type { Module, ModuleContext, Performer } from './module.ts';
import { stat } from './paths.ts';
import { fields } from './results.ts';

const topic = 'keep-file';
const maxBytes = 64 * 1024 * 1024;

const schema = z.strictObject({
  src: path,
  dest: path,
  flat: flag.default(false),
  fail_on_missing: flag.default(true),
  validate_checksum: flag.default(true),
});

type FetchArguments = z.infer<typeof schema>;

/** A file of the host, kept on the control machine. */
export const fetch: Module<FetchArguments> = expandHome(['src'], {
  name: 'fetch',
  collection: 'ansible.builtin',
  summary: 'Brings a file of the host to the control machine.',
  schema,
  aliases: {},
  example: `- name: What the brokers run with
  fetch:
    src: /usr/local/kafka/config/server.properties
    dest: collected/`,
  noticedByOthers: false,
  answerers: { [localFileTopic]: answerLocalFile },
  performers: { [topic]: performKeep() },
  probe: (args, context) => [stat(args.src), contentOf(args.src), localFile(destination(args, context))],
  decide(args, answers, context) {
    const { src, fail_on_missing } = args;
    const found = answers.get(stat(src));
    if (found?.type !== 'file') {
      const message = found === null ? `the remote file does not exist: ${src}` : `${src} is not a regular file`;
      const hint = 'say fail_on_missing: no when it may be missing';
      return fail_on_missing
        ? failed({ message, hint }, { file: src })
        : unchanged({ msg: `${message}, not transferring, ignored`, file: src });
    }
    const content = answers.get(contentOf(src));
    if (content === null) return failed({ message: `${src} is larger than 64 MB, or cannot be read` }, { file: src });
    const dest = destination(args, context);
    const checksum = createHash('sha1').update(content).digest('hex');
    const md5sum = createHash('md5').update(content).digest('hex');
    const kept = readLocal(answers.get(localFile(dest)));
    if (kept.type === 'directory') return failed({ message: `${dest} is a folder on the control machine` });
    const result = { dest, checksum, md5sum };
    if (kept.type === 'file' && kept.fresh.sha1 === checksum) return unchanged({ ...result, file: src });
    return {
      verdict: 'change',
      actions: [{ do: 'control', topic, parameters: { dest, content: Buffer.from(content).toString('base64') } }],
      diff: [{ kind: 'note', text: `keeps ${src} as ${dest} on the control machine` }],
      result: fields({ ...result, remote_checksum: checksum, remote_md5sum: null }),
    };
  },
});

function contentOf(src: string) {
  return { ask: 'content', path: src, maxBytes } as const;
}

/** A folder for each host, in which files stand under their paths; with `flat` as it is written. */
function destination({ src, dest, flat }: FetchArguments, context: ModuleContext): string {
  const playbook = context.variable('playbook_dir');
  const base = resolve(typeof playbook === 'string' ? playbook : '.', dest);
  if (flat) return dest.endsWith('/') ? join(base, posix.basename(src)) : base;
  // However the path is written, it stays below the host's folder.
  return join(base, context.host.replaceAll('/', '_'), posix.resolve('/', src));
}

/** Written beside its place and moved, so that nobody finds half of it. */
function performKeep(): Performer {
  return async (parameters) => {
    const { dest, content } = z.object({ dest: z.string(), content: z.base64() }).parse(parameters);
    const unfinished = `${dest}.${process.pid}.part`;
    try {
      await mkdir(dirname(dest), { recursive: true });
      await writeFile(unfinished, Buffer.from(content, 'base64'), { mode: 0o600 });
      await rename(unfinished, dest);
    } catch (error) {
      const reason = errorText(error);
      throw new BrokkrError(`${dest} cannot be written on the control machine: ${reason}`, { cause: error });
    }
    return { rc: 0, stdout: '', stderr: '' };
  };
}
