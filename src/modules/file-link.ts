import { posix } from 'node:path';
import type { Problem } from '../errors.ts';
import type { Action } from '../shell/action.ts';
import type { Stat } from '../shell/question.ts';
import { attributeChange, attributeDiff, withAttributes } from './attributes.ts';
import { change, failed } from './decisions.ts';
import type { FileArguments } from './file.ts';
import type { Answers, Decision, Diff } from './module.ts';
import { folderAbove, freshStat, lstat, missingFolder, stat } from './paths.ts';
import { statFields } from './results.ts';

/** Where a link's source stands: a relative one counts from the link's folder. */
export function linkSource(path: string, src: string): string {
  return posix.resolve(posix.dirname(path), src);
}

/** `state: link`. With `follow` the attributes go to what the link points to, as Ansible does. */
export function decideLink(args: FileArguments, answers: Answers): Decision {
  const { path, force } = args;
  const found = answers.get(lstat(path));
  const src = args.src ?? found?.target;
  if (src === undefined) return failed({ message: `src is required: there is no link at ${path} yet` });
  const source = linkSource(path, src);
  const destination = answers.get(stat(source));
  if (destination === null && !force) {
    return failed(
      {
        message: `${source} does not exist, so a link to it would lead nowhere`,
        hint: 'make it with a task before this one, or say force: yes',
      },
      { path, src },
    );
  }
  const obstacle = obstacleFor(path, found, force, answers);
  if (obstacle !== undefined) return failed(obstacle, { path, src, ...statFields(found) });
  const actions: Action[] = [];
  const diff: Diff[] = [];
  if (found?.target !== src) {
    if (found !== null && found.type !== 'link') actions.push({ do: 'remove', path });
    actions.push({ do: 'link', path, target: src, kind: 'symbolic' });
    diff.push({ kind: 'state', subject: path, before: stateOf(found), after: { state: 'link', src } });
  }
  const { umask } = answers.get({ ask: 'identity' });
  const owned = args.follow ? destination : newLink(path, found, answers);
  const differs = owned === null ? undefined : attributeChange(args, owned, umask);
  if (differs !== undefined) {
    actions.push({ do: 'attributes', path, follow: args.follow, recursive: false, ...differs.attributes });
    diff.push(attributeDiff(args.follow ? source : path, differs));
  }
  const link = newLink(path, found, answers);
  return change(actions, diff, {
    dest: path,
    src,
    ...statFields({ ...(args.follow ? link : withAttributes(link, args, umask)), size: Buffer.byteLength(src) }),
  });
}

/** `state: hard`. */
export function decideHardLink(args: FileArguments, answers: Answers): Decision {
  const { path, src, force } = args;
  const found = answers.get(lstat(path));
  if (src === undefined) return failed({ message: 'src is required for a hard link' });
  if (!src.startsWith('/')) return failed({ message: `src has to be an absolute path, not ${src}` }, { path, src });
  const source = answers.get(lstat(src));
  if (source === null)
    return failed({ message: `${src} does not exist, so nothing can be linked to it` }, { path, src });
  const { umask } = answers.get({ ask: 'identity' });
  const actions: Action[] = [];
  const diff: Diff[] = [];
  if (found?.inode !== source.inode || found.type !== source.type) {
    const obstacle = obstacleFor(path, found, force, answers);
    if (obstacle !== undefined) return failed(obstacle, { path, src, ...statFields(found) });
    if (found !== null) actions.push({ do: 'remove', path });
    actions.push({ do: 'link', path, target: src, kind: 'hard' });
    diff.push({ kind: 'state', subject: path, before: stateOf(found), after: { state: 'hard', src } });
  }
  const differs = attributeChange(args, source, umask);
  if (differs !== undefined) {
    actions.push({ do: 'attributes', path, follow: args.follow, recursive: false, ...differs.attributes });
    diff.push(attributeDiff(path, differs));
  }
  return change(actions, diff, { dest: path, src, ...statFields(withAttributes(source, args, umask), 'hard') });
}

/** Why what stands at the path cannot give way to a link, or why there is no place for one. */
function obstacleFor(path: string, found: Stat | null, force: boolean, answers: Answers): Problem | undefined {
  if (found === null) return missingFolder(path, answers);
  if (found.type === 'link') return undefined;
  if (!force) return { message: `${path} is a ${found.type}, and is turned into a link only with force: yes` };
  if (found.type !== 'directory') return undefined;
  const below = answers.get({ ask: 'tree', path });
  if (below === null || below.length === 0) return undefined;
  return { message: `the directory ${path} is not empty, so it stays` };
}

function newLink(path: string, found: Stat | null, answers: Answers): Stat {
  if (found?.type === 'link') return found;
  const made = freshStat('file', {}, answers.get({ ask: 'identity' }), folderAbove(path, answers));
  return { ...made, type: 'link', mode: 0o777 };
}

function stateOf(found: Stat | null): Record<string, string> {
  if (found === null) return { state: 'absent' };
  return found.target === undefined ? { state: found.type } : { state: 'link', src: found.target };
}
