import { posix } from 'node:path';
import type { Action } from '../shell/action.ts';
import type { Question, Stat } from '../shell/question.ts';
import { attributeChange, attributeDiff, missingAccount, withAttributes } from './attributes.ts';
import type { CopyArguments } from './copy.ts';
import { change, failed } from './decisions.ts';
import { fileQuestions, newFolderDiff } from './file-content.ts';
import type { Answers, Decision, Diff } from './module.ts';
import { folderAbove, freshStat, lstat, missingFolders, stat, withoutSlash } from './paths.ts';
import { statFields } from './results.ts';

/** `remote_src`: what is needed to know of a source that is on the host itself. */
export function onHostQuestions(args: CopyArguments): readonly Question[] {
  const source = withoutSlash(args.src ?? '');
  return [stat(source), { ask: 'hash', path: source }, ...fileQuestions(withoutSlash(args.dest), args)];
}

/** `remote_src`: a file or folder of the host to another place of it. */
export function decideOnHost(args: CopyArguments, answers: Answers): Decision {
  const source = withoutSlash(args.src ?? '');
  const found = answers.get(stat(source));
  if (found === null) return failed({ message: `${source} does not exist on the host` }, { src: args.src });
  const account = missingAccount(args, answers);
  if (account !== undefined) return failed(account);
  if (args.checksum !== undefined) {
    return failed({ message: 'checksum is not supported with remote_src', hint: 'leave it out' });
  }
  if (found.type === 'directory') return decideTree(args, source, answers);
  const into = args.dest.endsWith('/') || answers.get(stat(args.dest))?.type === 'directory';
  const dest = into ? posix.join(args.dest, posix.basename(source)) : args.dest;
  const folders = missingFolders(dest, answers);
  if (folders.length > 0 && !args.dest.endsWith('/')) {
    return failed({ message: `the folder ${posix.dirname(dest)} does not exist`, hint: 'make it with a file task' });
  }
  const { owner, group, directory_mode } = args;
  const steps = copyFile(args, source, found, dest, answers);
  return change(
    [...folders.map((path): Action => ({ do: 'mkdir', path, mode: directory_mode, owner, group })), ...steps.actions],
    [...folders.map(newFolderDiff), ...steps.diff],
    { dest, src: args.src, ...steps.result },
  );
}

function copyFile(args: CopyArguments, source: string, from: Stat, dest: string, answers: Answers) {
  const { umask, ...identity } = answers.get({ ask: 'identity' });
  const { owner, group, backup } = args;
  const mode = args.mode === 'preserve' ? from.mode : args.mode;
  const wanted = { mode, owner, group };
  const itself = answers.get(lstat(dest));
  const behind = answers.get(stat(dest));
  const old = itself?.type === 'link' && args.follow ? (behind ?? itself) : itself;
  if (behind !== null && !args.force) return { actions: [], diff: [], result: {} };
  const same =
    old?.type === 'file' && answers.get({ ask: 'hash', path: dest }) === answers.get({ ask: 'hash', path: source });
  const actions: Action[] = [];
  const diff: Diff[] = [];
  const differs = old === null ? undefined : attributeChange(wanted, old, umask);
  if (!same) {
    if (old !== null && old.type !== 'file') actions.push({ do: 'remove', path: dest });
    const keeps = backup && old?.type === 'file';
    actions.push({ do: 'copy', from: source, path: dest, recursive: false, backup: keeps, ...wanted });
    diff.push({ kind: 'note', text: `copies ${source} to ${dest} on the host` });
  } else if (differs !== undefined) {
    actions.push({ do: 'attributes', path: dest, follow: args.follow, recursive: false, ...differs.attributes });
  }
  if (differs !== undefined) diff.push(attributeDiff(dest, differs));
  const base = old?.type === 'file' ? old : freshStat('file', {}, { umask, ...identity }, folderAbove(dest, answers));
  return { actions, diff, result: statFields({ ...withAttributes(base, wanted, umask), size: from.size }) };
}

/** Copies what differs, entry by entry; what only the destination has stays. New entries keep the mode of the source. */
function decideTree(args: CopyArguments, source: string, answers: Answers): Decision {
  const top = args.src?.endsWith('/') ? withoutSlash(args.dest) : posix.join(args.dest, posix.basename(source));
  const below = answers.get({ ask: 'tree', path: source }) ?? [];
  const at = (path: string) => posix.join(top, posix.relative(source, path));
  answers.require([
    ...below.flatMap(({ path, stat: from }): Question[] =>
      from.type === 'file' ? [{ ask: 'hash', path }, ...fileQuestions(at(path), args)] : [lstat(at(path))],
    ),
  ]);
  const { owner, group } = args;
  const folders = answers.get(stat(top)) === null ? [...missingFolders(top, answers), top] : [];
  const actions: Action[] = folders.map((path) => ({ do: 'mkdir', path, mode: args.directory_mode, owner, group }));
  const diff: Diff[] = folders.map(newFolderDiff);
  for (const { path, stat: from } of below) {
    const dest = at(path);
    const old = answers.get(lstat(dest));
    if (from.type === 'file') {
      const asWanted = { ...args, mode: args.mode ?? (old === null ? from.mode : undefined) };
      const steps = copyFile(asWanted, path, from, dest, answers);
      actions.push(...steps.actions);
      diff.push(...steps.diff);
    } else if (from.type === 'directory' && old === null) {
      actions.push({ do: 'mkdir', path: dest, mode: args.directory_mode ?? from.mode, owner, group });
      diff.push(newFolderDiff(dest));
    } else if (from.target !== undefined && old?.target !== from.target) {
      actions.push({ do: 'link', path: dest, target: from.target, kind: 'symbolic' });
      diff.push({ kind: 'note', text: `links ${dest} to ${from.target}` });
    }
  }
  return change(actions, diff, { dest: args.dest, src: args.src });
}
