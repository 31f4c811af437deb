import { posix } from 'node:path';
import type { Action, Attributes } from '../shell/action.ts';
import type { HostQuestion, Stat } from '../shell/question.ts';
import { accountQuestions, attributeChange, attributeDiff, missingAccount, withAttributes } from './attributes.ts';
import { contentDiff, diffLimit } from './file-diff.ts';
import type { Answers, Diff, ModuleContext } from './module.ts';
import type { NewContent } from './new-content.ts';
import { folderAbove, freshStat, lstat, missingFolder, stat } from './paths.ts';
import { statFields } from './results.ts';

/** Of a new file that holds a secret and is given no mode. */
const SECRET_MODE = 0o600;

export interface WantedFile extends Attributes {
  readonly dest: string;
  /** Links at `dest` are written through; otherwise a file takes the link's place. */
  readonly follow: boolean;
  /** Whether a file that is there is changed at all. */
  readonly force: boolean;
  readonly backup: boolean;
  readonly validate?: string | undefined;
  /** The steps before these make its folder. */
  readonly folderIsMade?: boolean;
}

export interface FileSteps {
  readonly actions: readonly Action[];
  readonly diff: readonly Diff[];
  readonly result: ReturnType<typeof statFields>;
  /** Mode or owner are to be others than the file would have without the task. */
  readonly setsAttributes?: boolean;
}

export interface Obstacle {
  readonly obstacle: { readonly message: string; readonly hint?: string };
}

/** How the plan shows a folder that is made on the way. */
export function newFolderDiff(path: string): Diff {
  return { kind: 'state', subject: path, before: { state: 'absent' }, after: { state: 'directory' } };
}

/** What is needed to know whether a file has its content. */
export function fileQuestions(dest: string, wanted: Attributes): readonly HostQuestion[] {
  return [
    lstat(dest),
    stat(dest),
    { ask: 'hash', path: dest },
    stat(posix.dirname(dest)),
    { ask: 'identity' },
    ...accountQuestions(wanted),
  ];
}

/** What is known of the task around a file. */
export type FileContext = Pick<ModuleContext, 'holdsSecret' | 'warn'>;

/** The steps that give a file its content and attributes, or why it cannot be done. Its folder has to be there. */
export function writeFile(
  wanted: WantedFile,
  fresh: NewContent,
  answers: Answers,
  context: FileContext,
): FileSteps | Obstacle {
  const account = missingAccount(wanted, answers);
  if (account !== undefined) return { obstacle: account };
  const itself = answers.get(lstat(wanted.dest));
  const seen = itself?.type === 'link' && wanted.follow ? answers.get(stat(wanted.dest)) : itself;
  // A link that leads nowhere gives way to the file.
  const found = seen ?? itself;
  if (found?.type === 'directory') return { obstacle: { message: `${wanted.dest} is a directory` } };
  if (seen !== null && !wanted.force) return { actions: [], diff: [], result: {} };
  const isSecret =
    wanted.mode === undefined && fresh.bytes !== undefined && context.holdsSecret(Buffer.from(fresh.bytes).toString());
  if (isSecret && found?.type === 'file' && (found.mode & 0o004) !== 0) {
    context.warn(`${wanted.dest} holds a secret, and everybody on the host may read it`);
  }
  if (found?.type === 'file' && answers.get({ ask: 'hash', path: wanted.dest }) === fresh.content.sha256) {
    return keepContent(wanted, found, answers);
  }
  if (found === null && wanted.folderIsMade !== true) {
    const obstacle = missingFolder(wanted.dest, answers);
    if (obstacle !== undefined) return { obstacle };
  }
  if (!isSecret || found?.type === 'file') return replaceContent(wanted, found, fresh, answers);
  context.warn(
    `${wanted.dest} holds a secret, and the task has no mode: it is made for its owner alone, as with mode: "0600"`,
  );
  const { setsAttributes: _, ...steps } = replaceContent({ ...wanted, mode: SECRET_MODE }, found, fresh, answers);
  return steps;
}

function keepContent(wanted: WantedFile, found: Stat, answers: Answers): FileSteps {
  const { umask } = answers.get({ ask: 'identity' });
  const differs = attributeChange(wanted, found, umask);
  const result = { path: wanted.dest, ...statFields(withAttributes(found, wanted, umask)) };
  if (differs === undefined) return { actions: [], diff: [], result };
  const { dest, follow } = wanted;
  return {
    actions: [{ do: 'attributes', path: dest, follow, recursive: false, ...differs.attributes }],
    diff: [attributeDiff(dest, differs)],
    result,
    setsAttributes: true,
  };
}

function replaceContent(wanted: WantedFile, found: Stat | null, fresh: NewContent, answers: Answers): FileSteps {
  const { dest, backup, validate, mode, owner, group } = wanted;
  const identity = answers.get({ ask: 'identity' });
  const actions: Action[] = [];
  const diff: Diff[] = [];
  // A link (or a device) gives way to the file; what it leads to stays as it is.
  const old = found?.type === 'file' ? found : null;
  if (found !== null && old === null) {
    actions.push({ do: 'remove', path: dest });
    const before = found.target === undefined ? { state: found.type } : { state: 'link', src: found.target };
    diff.push({ kind: 'state', subject: dest, before, after: { state: 'file' } });
  }
  // Nothing is kept of what is not there.
  const keeps = backup && old !== null;
  actions.push({ do: 'write', path: dest, content: fresh.content, backup: keeps, validate, mode, owner, group });
  const before = old === null ? null : old.size > diffLimit ? undefined : readText(dest, answers);
  diff.push(contentDiff(dest, before, fresh.bytes));
  const base = old ?? freshStat('file', {}, identity, folderAbove(dest, answers));
  const differs = attributeChange(wanted, base, identity.umask);
  if (old !== null && differs !== undefined) diff.push(attributeDiff(dest, differs));
  const after = withAttributes(base, wanted, identity.umask);
  const result = { ...statFields({ ...after, size: fresh.size }), md5sum: fresh.md5 };
  return { actions, diff, result, setsAttributes: differs !== undefined };
}

function readText(path: string, answers: Answers): Uint8Array | undefined {
  return answers.get({ ask: 'content', path, maxBytes: diffLimit }) ?? undefined;
}
