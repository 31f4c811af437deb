import { posix } from 'node:path';
import type { Action } from '../shell/action.ts';
import type { CopyArguments } from './copy.ts';
import { change, failed } from './decisions.ts';
import { type FileContext, fileQuestions, newFolderDiff, writeFile } from './file-content.ts';
import { type LocalFolder, localFile, readLocal } from './local-file.ts';
import type { Answers, Decision, Diff } from './module.ts';
import { ancestors, missingFolders, stat } from './paths.ts';

/**
 * A folder of the control machine to the host: into `dest` when its name ends with a slash, else below `dest` under its
 * own name. Links are copied as what they lead to; what the folder does not hold stays on the host.
 */
export function decideFolder(
  args: CopyArguments,
  folder: LocalFolder,
  answers: Answers,
  context: FileContext,
): Decision {
  const { src = '', owner, group, directory_mode } = args;
  const top = src.endsWith('/') ? args.dest : posix.join(args.dest, posix.basename(src));
  const at = (path: string) => posix.join(top, path);
  const files = folder.entries.filter(({ type }) => type === 'file').map(({ path }) => path);
  const folders = ['', ...folder.entries.filter(({ type }) => type === 'directory').map(({ path }) => path)];
  answers.require([
    ...files.map((path) => localFile(posix.join(folder.path, path))),
    ...files.flatMap((path) => fileQuestions(at(path), args)),
    ...folders.map((path) => stat(at(path))),
    ...ancestors(at('')).map(stat),
    { ask: 'identity' },
  ]);
  const actions: Action[] = [];
  const diff: Diff[] = [];
  const made = new Set<string>();
  for (const path of folders) {
    const target = posix.normalize(at(path)).replace(/(.)\/$/, '$1');
    const found = answers.get(stat(target));
    if (found !== null && found.type !== 'directory') return failed({ message: `${target} is a ${found.type}` });
    if (found !== null) continue;
    for (const missing of [...missingFolders(target, answers), target].filter((each) => !made.has(each))) {
      made.add(missing);
      actions.push({ do: 'mkdir', path: missing, mode: directory_mode, owner, group });
      diff.push(newFolderDiff(missing));
    }
  }
  for (const path of files) {
    const local = readLocal(answers.get(localFile(posix.join(folder.path, path))));
    if (local.type !== 'file') return failed({ message: `${posix.join(folder.path, path)} is not a file any more` });
    const mode = args.mode === 'preserve' ? local.fresh.mode : args.mode;
    const { follow, force, backup, validate } = args;
    const folderIsMade = made.has(posix.dirname(at(path)));
    const wanted = { dest: at(path), folderIsMade, follow, force, backup, validate, mode, owner, group };
    const steps = writeFile(wanted, local.fresh, answers, context);
    if ('obstacle' in steps) return failed(steps.obstacle, { dest: at(path) });
    actions.push(...steps.actions);
    diff.push(...steps.diff);
  }
  return change(actions, diff, {
    dest: args.dest.endsWith('/') ? args.dest : `${args.dest}/`,
    src: folder.path + (src.endsWith('/') ? '/' : ''),
  });
}
