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
import { lstat, stat } from './paths.ts';
import type { UnarchiveArguments } from './unarchive.ts';

type Known = Readonly<Record<string, Value | undefined>>;
type Format = NonNullable<Obtained['format']>;

/** How many paths that differ a plan shows. */
const shownPaths = 20;

/** An archive of the control machine: unpacked when an entry is missing or differs, else only attributes are given. */
export function unpackFromControl(
  args: UnarchiveArguments,
  archive: Obtained & { readonly format: Format },
  result: Known,
  answers: Answers,
): Decision {
  const selection = { include: args.include, exclude: args.exclude, extraOptions: args.extra_opts };
  const entries = selectEntries(archive.entries, selection);
  if ('unclear' in entries && args.creates === undefined)
    return unclear(`what tar leaves behind with ${entries.unclear}`);
  const expected = 'unclear' in entries ? [] : entries;
  const files = args.list_files ? { files: archive.entries.map(nameOf) } : {};
  const drift = args.creates === undefined ? compare(args, expected, answers) : { content: [], attributes: [] };
  const unpack: Action = {
    do: 'unpack',
    archive: { from: 'file', file: archive.file, sha256: archive.sha256, size: archive.bytes },
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
  const note: Diff = { kind: 'note', text: `unpacks ${archive.fileName} (${size}) into ${args.dest}` };
  const differing = drift.content.length === expected.length ? [] : drift.content.slice(0, shownPaths);
  return change([unpack], [note, ...differing], all);
}

/** An archive that is on the host. What is in it nobody knows here, so only `creates` tells whether it is unpacked. */
export function unpackFromHost(args: UnarchiveArguments, result: Known, answers: Answers): Decision {
  const source = posix.resolve('/', args.src);
  if (answers.get(stat(source)) === null) return failed({ message: `${source} does not exist on the host` }, result);
  if (args.creates === undefined) return unclear('what is in an archive of the host');
  const format = formatOfName(source);
  if (format === undefined) return failed({ message: `${source} has no ending by which archives are known` }, result);
  return change(
    [{ do: 'unpack', archive: { from: 'host', path: source }, format, dest: args.dest, entries: [], ...options(args) }],
    [{ kind: 'note', text: `unpacks ${source} of the host into ${args.dest}` }],
    { ...result, handler: handlerOf(format) },
  );
}

function unclear(what: string): Decision {
  return failed({
    message: `brokkr cannot tell ${what}, so not whether it is unpacked already`,
    hint: 'say creates: with a path that is there afterwards',
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

function options({ mode, owner, group, keep_newer, include, exclude, extra_opts }: UnarchiveArguments) {
  return { mode, owner, group, keepNewer: keep_newer, include, exclude, extraOptions: extra_opts };
}

function nameOf({ path, type }: { readonly path: string; readonly type: string }): string {
  return type === 'directory' ? `${path}/` : path;
}

function formatOfName(path: string): Format | undefined {
  const endings: readonly [RegExp, Format][] = [
    [/\.(tar\.gz|tgz)$/, 'tar.gz'],
    [/\.(tar\.bz2|tbz2?)$/, 'tar.bz2'],
    [/\.(tar\.xz|txz)$/, 'tar.xz'],
    [/\.(tar\.zst|tzst)$/, 'tar.zst'],
    [/\.tar$/, 'tar'],
    [/\.(zip|jar|war)$/, 'zip'],
  ];
  return endings.find(([ending]) => ending.test(path))?.[1];
}

function handlerOf(format: Format): string {
  const names = { tar: 'TarArchive', 'tar.gz': 'TgzArchive', 'tar.bz2': 'TarBzipArchive', 'tar.xz': 'TarXzArchive' };
  return format === 'zip' ? 'ZipArchive' : format === 'tar.zst' ? 'TarZstdArchive' : names[format];
}
