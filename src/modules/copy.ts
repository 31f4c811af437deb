import { posix } from 'node:path';
import { z } from 'zod';
import { TemplateError } from '../jinja/error.ts';
import type { Value } from '../jinja/value.ts';
import { writeJson } from '../jinja/values/json-text.ts';
import type { Question } from '../shell/question.ts';
import { mutuallyExclusive, requiredIf, requiredOneOf, withRules } from './argument-rules.ts';
import { flag, mode, modeOrPreserve, path, text } from './argument-types.ts';
import { attributeArguments } from './attributes.ts';
import { decideFolder } from './copy-folder.ts';
import { decideOnHost, onHostQuestions } from './copy-on-host.ts';
import { change, failed } from './decisions.ts';
import { fileQuestions, newFolderDiff, writeFile } from './file-content.ts';
import { expandHome } from './home-paths.ts';
import { answerLocalFile, localFile, localFileTopic, readLocal } from './local-file.ts';
import type { Answers, Decision, Module, ModuleContext } from './module.ts';
import { contentOfBytes, type NewContent } from './new-content.ts';
import { missingFolders, stat, withoutSlash } from './paths.ts';

/** Text as it is; a dict or list that a template came to is written as JSON. */
const content = z.custom<Value>().transform((value, context): string => {
  const plain = text.safeParse(value);
  if (plain.success) return plain.data;
  try {
    return writeJson(value, { ...jsonStyle, indent: undefined, sortKeys: false, asciiOnly: true });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

/** As Python's `json.dumps` separates. */
const jsonStyle = { itemSeparator: ', ', keySeparator: ': ' };

const schema = withRules(
  z.strictObject({
    src: text.optional(),
    content: content.optional(),
    dest: path,
    remote_src: flag.default(false),
    backup: flag.default(false),
    force: flag.default(true),
    follow: flag.default(false),
    validate: text.optional(),
    checksum: text.optional(),
    directory_mode: mode.optional(),
    ...attributeArguments,
    mode: modeOrPreserve.optional(),
  }),
  [
    mutuallyExclusive('src', 'content'),
    requiredOneOf('src', 'content'),
    requiredIf('src', ({ remote_src, content }) => remote_src === true && content === undefined, 'remote_src is set'),
    ({ content, dest }) =>
      content !== undefined && typeof dest === 'string' && dest.endsWith('/')
        ? { name: 'dest', message: 'content needs the name of a file, and this is a folder' }
        : undefined,
    ({ validate }) =>
      typeof validate === 'string' && !validate.includes('%s')
        ? { name: 'validate', message: 'it has to hold %s, the file to look at' }
        : undefined,
  ],
);

export type CopyArguments = z.infer<typeof schema>;

/** A file or folder of the control machine, or text, to a host. */
export const copy: Module<CopyArguments> = expandHome(['dest'], {
  name: 'copy',
  collection: 'ansible.builtin',
  summary: 'Copies a file or folder to the host, or writes text into a file there.',
  schema,
  aliases: {},
  example: `- name: A file out of the playbook
  copy:
    content: "hello\\n"
    dest: /etc/motd
    mode: "0644"`,
  noticedByOthers: false,
  answerers: { [localFileTopic]: answerLocalFile },
  probe(args, context) {
    if (args.remote_src) return onHostQuestions(args);
    const questions: Question[] = [];
    const source = sourceFile(args, context);
    if (source !== undefined) questions.push(localFile(source));
    // What a folder has to be asked for is known only once its files are.
    if (args.src?.endsWith('/') === true) return questions;
    return [...questions, ...destinations(args).flatMap((dest) => fileQuestions(dest, args))];
  },
  decide(args, answers, context) {
    if (args.remote_src) return decideOnHost(args, answers);
    if (args.content !== undefined)
      return decideFile(args, contentOfBytes(Buffer.from(args.content)), answers, context);
    const source = sourceFile(args, context);
    if (source === undefined) return noSource(args, context);
    const local = readLocal(answers.get(localFile(source)));
    if (local.type === 'absent') return failed({ message: local.error });
    return local.type === 'directory'
      ? decideFolder(args, local, answers, context)
      : decideFile(args, local.fresh, answers, context, source);
  },
});

function decideFile(
  args: CopyArguments,
  fresh: NewContent,
  answers: Answers,
  context: ModuleContext,
  source?: string,
): Decision {
  if (args.checksum !== undefined && args.checksum !== fresh.sha1 && args.checksum !== fresh.content.sha256) {
    return failed({ message: `the source has the SHA-1 ${fresh.sha1}, not ${args.checksum}` });
  }
  if (fresh.bytes !== undefined && Buffer.from(fresh.bytes.subarray(0, 15)).toString() === '$ANSIBLE_VAULT;') {
    return failed({
      message: `${source} is encrypted by ansible-vault, and copy would send it as it is`,
      hint: 'keep the secret in a vaulted variable and write it with content or a template',
    });
  }
  const named = destination(args);
  const folders = args.dest.endsWith('/') ? missingFolders(named, answers) : [];
  const intoFolder = named === args.dest && source !== undefined && answers.get(stat(args.dest))?.type === 'directory';
  const dest = intoFolder ? posix.join(args.dest, posix.basename(source)) : named;
  if (source !== undefined) context.noteOrigin(dest, { source });
  const { owner, group, directory_mode, follow, force, backup, validate } = args;
  // Content comes from no file: Ansible preserves the mode of its own temporary one.
  const mode = args.mode === 'preserve' ? (source === undefined ? 0o600 : fresh.mode) : args.mode;
  const made = folders.map((path) => ({ do: 'mkdir' as const, path, mode: directory_mode, owner, group }));
  const wanted = { dest, folderIsMade: folders.length > 0, follow, force, backup, validate, mode, owner, group };
  const steps = writeFile(wanted, fresh, answers, context);
  if ('obstacle' in steps) return failed(steps.obstacle, { dest });
  return change([...made, ...steps.actions], [...folders.map(newFolderDiff), ...steps.diff], {
    dest,
    src: source,
    checksum: fresh.sha1,
    ...steps.result,
  });
}

/** Where a file may go: `dest` itself, or below it when that turns out to be a folder. */
function destinations(args: CopyArguments): readonly string[] {
  const named = destination(args);
  return args.src === undefined || named !== args.dest ? [named] : [named, posix.join(named, posix.basename(args.src))];
}

/** Where a file goes by its names alone: below a name with a slash at its end it keeps its own. */
function destination(args: CopyArguments): string {
  return args.dest.endsWith('/') && args.src !== undefined
    ? posix.join(args.dest, posix.basename(args.src))
    : args.dest;
}

function sourceFile(args: CopyArguments, context: ModuleContext): string | undefined {
  return args.src === undefined ? undefined : context.findFile(withoutSlash(args.src), 'files');
}

function noSource(args: CopyArguments, context: ModuleContext): Decision {
  return failed({
    message: `the file ${args.src} was not found on the control machine`,
    hint: `there is none of: ${context.placesOf(args.src ?? '', 'files').join(', ')}; remote_src: yes takes it from the host`,
  });
}
