import { posix } from 'node:path';
import { z } from 'zod';
import { checksumForms, parseChecksum, readWantedChecksum } from '../distributions/checksum.ts';
import type { Question } from '../shell/question.ts';
import { answerArchive, archiveQuestion, archiveTopic, type Obtain, readObtained, verifiedOnly } from './archive.ts';
import { flag, httpUrl, integer, path, text } from './argument-types.ts';
import { attributeArguments } from './attributes.ts';
import { change, failed } from './decisions.ts';
import { type FileContext, fileQuestions, writeFile } from './file-content.ts';
import { expandHome } from './home-paths.ts';
import type { Answers, Decision, Module } from './module.ts';
import type { NewContent } from './new-content.ts';
import { stat } from './paths.ts';

/** Text that is empty wants none, as a variable that is not given leaves it. */
const checksum = text.transform((value, context): string | undefined => {
  if (value.trim() === '') return undefined;
  if (readWantedChecksum(value) === undefined)
    context.addIssue({ code: 'custom', message: `it is no checksum; ${checksumForms}` });
  return value;
});

const schema = z.strictObject({
  url: httpUrl,
  dest: path,
  checksum: checksum.optional(),
  force: flag.default(false),
  timeout: integer.optional(),
  tmp_dest: path.optional(),
  validate_certs: verifiedOnly,
  backup: flag.default(false),
  ...attributeArguments,
});

type GetUrlArguments = z.infer<typeof schema>;

/** A file of a server, obtained once on the control machine and pushed to the hosts. */
export function getUrl(obtain: Obtain): Module<GetUrlArguments> {
  return expandHome(['dest'], {
    name: 'get_url',
    collection: 'ansible.builtin',
    summary: 'Downloads a file once on the control machine, verifies it and puts it on the host.',
    schema,
    aliases: {},
    example: `- name: The agent that shows JMX metrics
  get_url:
    url: https://kafka.example.org/jmx_prometheus_javaagent-0.20.0.jar
    dest: /opt/jmx/
    checksum: sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    mode: "0644"`,
    noticedByOthers: false,
    answerers: { [archiveTopic]: answerArchive(obtain) },
    probe: (args) => questions(args),
    decide(args, answers, context) {
      answers.require(questions(args));
      const dest = destination(args, answers);
      context.noteOrigin(dest, { source: args.url, checksum: args.checksum });
      const found = answers.get(stat(dest));
      // Ansible does not look at the server when the file is there and neither force nor a checksum asks for it.
      const isKept = found?.type === 'file' && !args.force && !needsDownload(args, dest, answers);
      return isKept ? keep(args, dest, answers, context) : download(args, dest, answers, context);
    },
  });
}

function questions(args: GetUrlArguments): readonly Question[] {
  return fileQuestions(args.dest.endsWith('/') ? posix.join(args.dest, fileName(args)) : args.dest, args);
}

/** A checksum that the host's own hash can be compared with spares the download; any other needs it. */
function needsDownload(args: GetUrlArguments, dest: string, answers: Answers): boolean {
  if (args.checksum === undefined) return false;
  const wanted = parseChecksum(args.checksum);
  return wanted?.algorithm !== 'sha256' || answers.get({ ask: 'hash', path: dest }) !== wanted.hex;
}

function keep(args: GetUrlArguments, dest: string, answers: Answers, context: FileContext): Decision {
  const sha256 = answers.get({ ask: 'hash', path: dest }) ?? '';
  const content = { from: 'file', file: '', sha256, size: answers.get(stat(dest))?.size ?? 0 } as const;
  const said =
    args.checksum === undefined
      ? { status_code: 304, msg: 'HTTP Error 304: Not Modified' }
      : { msg: 'file already exists' };
  return settle(args, dest, { content, size: content.size, sha1: '' }, said, answers, context);
}

function download(args: GetUrlArguments, dest: string, answers: Answers, context: FileContext): Decision {
  const obtained = readObtained(answers.get(archiveQuestion(args.url, { entries: false, checksum: args.checksum })));
  if ('error' in obtained) {
    const hint = obtained.hint === undefined ? {} : { hint: obtained.hint };
    return failed({ message: obtained.error, ...hint }, { dest, url: args.url, elapsed: 0 });
  }
  const { file, sha256, bytes } = obtained;
  const said = { status_code: 200, msg: `OK (${bytes} bytes)` };
  const content = { from: 'file', file, sha256, size: bytes } as const;
  return settle(args, dest, { content, size: bytes, sha1: '' }, said, answers, context);
}

function settle(
  args: GetUrlArguments,
  dest: string,
  fresh: NewContent,
  said: { readonly status_code?: number; readonly msg: string },
  answers: Answers,
  context: FileContext,
): Decision {
  const { mode, owner, group, backup } = args;
  const steps = writeFile({ dest, follow: true, force: true, backup, mode, owner, group }, fresh, answers, context);
  if ('obstacle' in steps) return failed(steps.obstacle, { dest, url: args.url });
  const result = { dest, url: args.url, ...said, elapsed: 0, sha256sum: fresh.content.sha256, ...steps.result };
  return change(steps.actions, steps.diff, result);
}

function destination(args: GetUrlArguments, answers: Answers): string {
  if (args.dest.endsWith('/')) return posix.join(args.dest, fileName(args));
  return answers.get(stat(args.dest))?.type === 'directory' ? posix.join(args.dest, fileName(args)) : args.dest;
}

function fileName(args: GetUrlArguments): string {
  const name = URL.canParse(args.url) ? new URL(args.url).pathname.split('/').at(-1) : undefined;
  return name === undefined || name === '' ? 'index.html' : decodeURIComponent(name);
}
