import { attributeChange, attributeDiff, withAttributes } from './attributes.ts';
import { change, failed } from './decisions.ts';
import type { FileArguments } from './file.ts';
import type { Answers, Decision, Diff } from './module.ts';
import { folderAbove, freshStat, linkDestination, lstat, missingFolder, stat } from './paths.ts';
import { statFields } from './results.ts';

/** `state: file`: the file has to be there; only its attributes change. */
export function decideFile(args: FileArguments, answers: Answers): Decision {
  const itself = answers.get(lstat(args.path));
  const found = args.follow ? answers.get(stat(args.path)) : itself;
  const path = args.follow ? linkDestination(args.path, itself) : args.path;
  if (found === null) {
    return failed(
      { message: `${path} does not exist`, hint: 'state: touch makes an empty file; copy and template write one' },
      { path, state: 'absent' },
    );
  }
  if (found.type !== 'file' && found.type !== 'other') {
    return failed({ message: `${path} is a ${found.type}, not a file` }, { path, ...statFields(found) });
  }
  const { umask } = answers.get({ ask: 'identity' });
  const differs = attributeChange(args, found, umask);
  const result = { path, ...statFields(withAttributes(found, args, umask), found.type) };
  if (differs === undefined) return change([], [], result);
  return change(
    [{ do: 'attributes', path: args.path, follow: args.follow, recursive: false, ...differs.attributes }],
    [attributeDiff(path, differs)],
    result,
  );
}

/** `state: touch`: an empty file if there is none, else new times, unless both are to be preserved. */
export function decideTouch(args: FileArguments, answers: Answers): Decision {
  const identity = answers.get({ ask: 'identity' });
  const itself = answers.get(lstat(args.path));
  const path = args.follow ? linkDestination(args.path, itself) : args.path;
  const found = args.follow ? answers.get(stat(args.path)) : itself;
  const { mode, owner, group } = args;
  if (itself?.type === 'link' && answers.get(stat(args.path)) === null) {
    const message = `${args.path} is a link to ${linkDestination(args.path, itself)}, which does not exist`;
    return failed(
      { message, hint: 'make what it leads to, or remove the link, with a task before this one' },
      { path },
    );
  }
  if (found === null) {
    const obstacle = missingFolder(path, answers);
    if (obstacle !== undefined) return failed(obstacle, { path });
    return change(
      [{ do: 'touch', path, mode, owner, group }],
      [{ kind: 'state', subject: path, before: { state: 'absent' }, after: { state: 'file' } }],
      { dest: path, ...statFields(freshStat('file', args, identity, folderAbove(path, answers), 0)) },
    );
  }
  const differs = attributeChange(args, found, identity.umask);
  const result = { dest: path, ...statFields(withAttributes(found, args, identity.umask)) };
  const diff: Diff[] = differs === undefined ? [] : [attributeDiff(path, differs)];
  if (args.modification_time === 'preserve' && args.access_time === 'preserve') {
    if (differs === undefined) return change([], [], result);
    return change(
      [{ do: 'attributes', path, follow: args.follow, recursive: false, ...differs.attributes }],
      diff,
      result,
    );
  }
  diff.push({ kind: 'note', text: `sets the times of ${path}` });
  const mtime = args.modification_time === 'preserve' ? { mtime: found.mtime } : {};
  return change([{ do: 'touch', path, ...mtime, ...differs?.attributes }], diff, result);
}
