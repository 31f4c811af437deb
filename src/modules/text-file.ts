import type { Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import type { Attributes } from '../shell/action.ts';
import type { Question } from '../shell/question.ts';
import { change, failed } from './decisions.ts';
import { type FileContext, type FileSteps, fileQuestions, newFolderDiff, writeFile } from './file-content.ts';
import type { Answers, Decision } from './module.ts';
import { contentOfBytes } from './new-content.ts';
import { missingFolders, stat } from './paths.ts';

/** Files larger than this are not edited. */
const maxBytes = 16 * 1024 * 1024;

/** A text file of which a part is to be as the task says. */
export interface EditedFile extends Attributes {
  readonly path: string;
  /** Made when it is missing; else that is a failure. */
  readonly create: boolean;
  readonly backup: boolean;
  readonly validate?: string | undefined;
  /** The field of the result that names what is kept of the file as it was; `backup_file` by default. */
  readonly backupField?: string;
  /** The result tells of the file itself, too: its mode, owner and the like. */
  readonly tellsFile?: boolean;
}

/** What an edit makes of the text, and what it tells of it. */
export interface Edit {
  readonly text: string;
  readonly result: Readonly<Record<string, Value | undefined>>;
}

/** What has to be known of the file. */
export function textQuestions(file: EditedFile): readonly Question[] {
  return [...fileQuestions(file.path, file), contentQuestion(file.path)];
}

/**
 * The text of a file; empty for one that is still to be made. `rc` of a problem is what Ansible's modules end with: 256 for
 * a folder, 257 for a file that is not there.
 */
export function readText(
  file: Pick<EditedFile, 'path' | 'create'>,
  answers: Answers,
): { readonly text: string; readonly isNew: boolean } | { readonly problem: Decision } {
  const { path } = file;
  const found = answers.get(stat(path));
  if (found === null) {
    if (file.create) return { text: '', isNew: true };
    const hint = 'say create: yes to have it made';
    return { problem: failed({ message: `${path} does not exist`, hint }, { rc: 257 }) };
  }
  if (found.type === 'directory') return { problem: failed({ message: `${path} is a directory` }, { rc: 256 }) };
  if (found.size > maxBytes) return { problem: failed({ message: `${path} is larger than 16 MB` }) };
  const content = answers.get(contentQuestion(path));
  const text = content === null ? undefined : decode(content);
  if (text === undefined) return { problem: failed({ message: `${path} is not UTF-8 text` }) };
  return { text, isNew: false };
}

/** Edits the file, in which nothing but the edit and the attributes is changed. Folders above a new file are made. */
export function editText(
  file: EditedFile,
  answers: Answers,
  context: FileContext,
  edit: (before: string) => Edit,
): Decision {
  const before = readText(file, answers);
  if ('problem' in before) return before.problem;
  return writeText(file, before.isNew, edit(before.text), answers, context);
}

/** The file with this text in it. */
function writeText(
  file: EditedFile,
  isNew: boolean,
  { text, result }: Edit,
  answers: Answers,
  context: FileContext,
): Decision {
  const { path: dest, owner, group, mode, backup, validate, backupField, tellsFile } = file;
  const folders = isNew ? missingFolders(dest, answers) : [];
  const folderIsMade = folders.length > 0;
  const wanted = { dest, folderIsMade, follow: true, force: true, backup, validate, mode, owner, group };
  const steps = writeFile(wanted, contentOfBytes(Buffer.from(text)), answers, context);
  if ('obstacle' in steps) return failed(steps.obstacle);
  const made = folders.map((path) => ({ do: 'mkdir' as const, path }));
  return change(
    [...made, ...steps.actions],
    [...folders.map(newFolderDiff), ...steps.diff],
    { ...(tellsFile ? { ...steps.result, md5sum: undefined } : {}), ...result, msg: message(result.msg, steps) },
    backupField,
  );
}

/** Ansible's words for a file whose mode or owner were changed. */
function message(said: Value | undefined, { setsAttributes }: FileSteps): Value | undefined {
  if (setsAttributes !== true) return said;
  const changed = 'ownership, perms or SE linux context changed';
  return said === undefined || said === '' ? changed : `${toText(said)} and ${changed}`;
}

function contentQuestion(path: string) {
  return { ask: 'content', path, maxBytes } as const;
}

function decode(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}
