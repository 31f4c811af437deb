import type { Action } from '../shell/action.ts';
import type { Stat } from '../shell/question.ts';
import { attributeChange, attributeDiff, withAttributes } from './attributes.ts';
import { change, failed } from './decisions.ts';
import type { FileArguments } from './file.ts';
import type { Answers, Decision, Diff } from './module.ts';
import { folderAbove, freshStat, linkDestination, lstat, missingFolders, stat } from './paths.ts';
import { statFields } from './results.ts';

/** `state: directory`: made with the folders above it, all of them with the attributes, as Ansible does. */
export function decideDirectory(args: FileArguments, answers: Answers): Decision {
  const itself = answers.get(lstat(args.path));
  if (itself?.type === 'link' && !args.follow) return notADirectory(args.path, itself);
  const path = linkDestination(args.path, itself);
  const found = answers.get(stat(args.path));
  if (found === null) return createFolders(path, args, answers);
  if (found.type !== 'directory') return notADirectory(path, found);
  return args.recurse ? changeTree(path, found, args, answers) : changeFolder(path, found, args, answers);
}

function notADirectory(path: string, found: Stat): Decision {
  return failed(
    { message: `${path} is there already and is a ${found.type}, not a directory` },
    { path, ...statFields(found) },
  );
}

function createFolders(path: string, args: FileArguments, answers: Answers): Decision {
  const identity = answers.get({ ask: 'identity' });
  const { mode, owner, group } = args;
  const folders = [...missingFolders(path, answers), path];
  const made = folders.reduce(
    (above, _folder) => freshStat('directory', args, identity, above),
    folderAbove(path, answers),
  );
  const after = { state: 'directory', ...pick(args) };
  return change(
    folders.map((folder): Action => ({ do: 'mkdir', path: folder, mode, owner, group })),
    folders.map((folder): Diff => ({ kind: 'state', subject: folder, before: { state: 'absent' }, after })),
    { path, ...statFields(made) },
  );
}

function changeFolder(path: string, found: Stat, args: FileArguments, answers: Answers): Decision {
  const { umask } = answers.get({ ask: 'identity' });
  const differs = attributeChange(args, found, umask);
  const result = { path, ...statFields(withAttributes(found, args, umask)) };
  if (differs === undefined) return change([], [], result);
  return change(
    [{ do: 'attributes', path, follow: args.follow, recursive: false, ...differs.attributes }],
    [attributeDiff(path, differs)],
    result,
  );
}

function changeTree(path: string, found: Stat, args: FileArguments, answers: Answers): Decision {
  const { umask } = answers.get({ ask: 'identity' });
  const below = answers.get({ ask: 'tree', path }) ?? [];
  const own = attributeChange(args, found, umask);
  const drifted = below.filter((entry) => attributeChange(args, entry.stat, umask) !== undefined);
  const result = { path, ...statFields(withAttributes(found, args, umask)) };
  if (own === undefined && drifted.length === 0) return change([], [], result);
  const { mode, owner, group } = args;
  const diff: Diff[] = own === undefined ? [] : [attributeDiff(path, own)];
  for (const entry of drifted.slice(0, shownPaths)) {
    const differs = attributeChange(args, entry.stat, umask);
    if (differs !== undefined) diff.push(attributeDiff(entry.path, differs));
  }
  if (drifted.length > shownPaths) {
    diff.push({ kind: 'note', text: `and ${drifted.length - shownPaths} more paths below ${path}` });
  }
  return change([{ do: 'attributes', path, follow: args.follow, recursive: true, mode, owner, group }], diff, result);
}

const shownPaths = 20;

function pick({ mode, owner, group }: FileArguments): Record<string, string> {
  const shown: Record<string, string> = {};
  if (mode !== undefined) shown.mode = typeof mode === 'number' ? `0${mode.toString(8)}` : mode;
  if (owner !== undefined) shown.owner = owner;
  if (group !== undefined) shown.group = group;
  return shown;
}
