import { posix } from 'node:path';
import type { Value } from '../jinja/value.ts';
import type { Action, Attributes, UnpackedEntry } from '../shell/action.ts';
import type { Question, Stat } from '../shell/question.ts';
import type { Obtained } from './archive.ts';
import { selectEntries } from './archive-selection.ts';
import { attributeChange, attributeDiff } from './attributes.ts';
import { change, failed } from './decisions.ts';
import { describeSize } from './file-diff.ts';
import type { Answers, Decision, Diff } from './module.ts';
import { lstat } from './paths.ts';
import type { UnarchiveArguments } from './unarchive.ts';

export type KnownFields = Readonly<Record<string, Value | undefined>>;
export type Format = NonNullable<Obtained['format']>;
type Unpack = Extract<Action, { do: 'unpack' }>;

/** How many paths that differ a plan shows. */
const shownPaths = 20;

/** An archive whose entries are known: unpacked when one is missing or differs, else only attributes are given. */
export function unpackKnown(
  args: UnarchiveArguments,
  from: Unpack['archive'],
  archive: Obtained & { readonly format: Format },
  result: KnownFields,
  answers: Answers,
): Decision {
  const selection = { include: args.include, exclude: args.exclude, extraOptions: args.extra_opts };
  const entries = selectEntries(archive.entries, selection);
  if ('unclear' in entries && args.creates === undefined)
    return unclear(args, `what tar leaves behind with ${entries.unclear}`);
  const expected = 'unclear' in entries ? [] : entries;
  const files = args.list_files ? { files: archive.entries.map(nameOf) } : {};
  const drift = args.creates === undefined ? compare(args, expected, answers) : { content: [], attributes: [] };
  const unpack: Action = {
    do: 'unpack',
    archive: from,
    format: archive.format,
    dest: args.dest,
    entries: expected,
    ...options(args),
  };
  const all = { ...result, handler: handlerOf(archive.format), ...files };
  if (args.creates === undefined && drift.content.length === 0) {
    return change(
      drift.attributes.map(({ path, attributes }) => ({
        do: 'attributes',
        path,
        follow: false,
        recursive: false,
        ...attributes,
      })),
      drift.attributes.slice(0, shownPaths).map(({ diff }) => diff),
      all,
    );
  }
  const size = `${describeSize(archive.bytes)}, ${archive.entries.length} entries`;
  const name = 'path' in from ? `${from.path} of the host` : archive.fileName;
  const note: Diff = { kind: 'note', text: `unpacks ${name} (${size}) into ${args.dest}` };
  const differing = drift.content.length === expected.length ? [] : drift.content.slice(0, shownPaths);
  return change([unpack], [note, ...differing], all);
}

/** @param why what keeps brokkr from knowing it, where that is not plain */
export function unclear({ dest }: UnarchiveArguments, what: string, why?: string): Decision {
  const name = posix.join(dest, 'NAME');
  return failed({
    message: `brokkr cannot tell ${what}, so not whether it is unpacked already${why === undefined ? '' : `: ${why}`}`,
    hint: `say creates: with a path that is there afterwards, such as creates: ${name}, NAME being what the archive brings`,
  });
}

interface Drift {
  readonly content: readonly Diff[];
  readonly attributes: readonly { readonly path: string; readonly attributes: Attributes; readonly diff: Diff }[];
}

/** What differs between the archive and the host, type, size, content, link target and attributes. */
function compare(args: UnarchiveArguments, entries: readonly UnpackedEntry[], answers: Answers): Drift {
  const at = ({ path }: UnpackedEntry) => posix.join(args.dest, path);
  answers.require(
    entries.flatMap((entry): Question[] =>
      entry.type === 'file' ? [lstat(at(entry)), { ask: 'hash', path: at(entry) }] : [lstat(at(entry))],
    ),
  );
  const content: Diff[] = [];
  const attributes: Drift['attributes'][number][] = [];
  for (const entry of entries) {
    const path = at(entry);
    const found = answers.get(lstat(path));
    const differs = contentDiffers(entry, found, answers, path);
    if (differs !== undefined) {
      if (!(args.keep_newer && found !== null && found.mtime > (entry.mtime ?? 0))) {
        content.push({ kind: 'state', subject: path, ...differs });
      }
    } else if (found !== null) {
      const { owner, group } = args;
      const wanted = attributeChange({ mode: args.mode ?? entry.mode, owner, group }, found);
      if (wanted !== undefined)
        attributes.push({ path, attributes: wanted.attributes, diff: attributeDiff(path, wanted) });
    }
  }
  return { content, attributes };
}

function contentDiffers(entry: UnpackedEntry, found: Stat | null, answers: Answers, path: string) {
  if (found === null) return { before: { state: 'absent' }, after: { state: entry.type } };
  if (found.type !== entry.type) return { before: { state: found.type }, after: { state: entry.type } };
  if (entry.type === 'link' && found.target !== entry.target) {
    return { before: { src: found.target ?? '' }, after: { src: entry.target ?? '' } };
  }
  if (entry.type !== 'file') return undefined;
  if (found.size !== entry.size) return { before: { size: String(found.size) }, after: { size: String(entry.size) } };
  const hash = answers.get({ ask: 'hash', path });
  return hash === entry.sha256 ? undefined : { before: { sha256: hash ?? '' }, after: { sha256: entry.sha256 ?? '' } };
}

/** What an unpacking is told beside where from and where to. */
export function options({ mode, owner, group, keep_newer, include, exclude, extra_opts }: UnarchiveArguments) {
  return { mode, owner, group, keepNewer: keep_newer, include, exclude, extraOptions: extra_opts };
}

function nameOf({ path, type }: { readonly path: string; readonly type: string }): string {
  return type === 'directory' ? `${path}/` : path;
}

/** What Ansible calls its own code for the format. */
export function handlerOf(format: Format): string {
  const names = { tar: 'TarArchive', 'tar.gz': 'TgzArchive', 'tar.bz2': 'TarBzipArchive', 'tar.xz': 'TarXzArchive' };
  return format === 'zip' ? 'ZipArchive' : format === 'tar.zst' ? 'TarZstdArchive' : names[format];
}
