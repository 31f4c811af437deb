import type { HostAction } from './action.ts';
import { attributeLines } from './action-attributes.ts';
import { literal } from './action-content.ts';
import { quote, quoteAll } from './quote.ts';

type Unpack = Extract<HostAction, { do: 'unpack' }>;

/**
 * Unpacks into a folder beside the final place and moves what came out: a stream that is cut leaves nothing there. What
 * exists already is merged.
 */
export function unpackText(action: Unpack, number: number): string {
  const lines = [
    `d=${quote(action.dest.replace(/(.)\/+$/, '$1'))}; t="$d/.brokkr-$R-${number}"`,
    '[ -d "$d" ] || { echo "$d is not a directory" >&2; exit 1; }',
    'printf \'%s\\n\' "$t" >> "$S/temporary"',
    'trap \'rm -rf -- "$t"\' EXIT; trap "exit 143" TERM HUP INT PIPE',
    'rm -rf -- "$t"; mkdir -m 700 -- "$t" && mkdir -- "$t/out" || exit',
    ...extraction(action),
    'for e in "$t"/out/* "$t"/out/.[!.]* "$t"/out/..?*; do',
    '  [ -e "$e" ] || [ -L "$e" ] || continue',
    ...attributeLines('"$e"', action, { follow: false, recursive: true }).map((line) => `  ${line} || exit`),
    '  b=$d/${e##*/}',
    '  if [ -d "$e" ] && [ ! -L "$e" ]; then k=folder; else k=; fi',
    '  if [ -n "$k" ] && [ -d "$b" ] && [ ! -L "$b" ]; then',
    `    ${withoutLinks(action)} && cp -af${action.keepNewer ? 'u' : ''} -- "$e/." "$b/" || exit`,
    ...(action.keepNewer ? ['  elif [ "$b" -nt "$e" ]; then :'] : []),
    // mv(1) would move into a folder, and into that behind a link. As with tar(1), only an empty folder gives way to a file.
    '  elif [ -d "$b" ] && [ ! -L "$b" ]; then rmdir -- "$b" && mv -f -- "$e" "$b" || exit',
    '  else { [ ! -d "$b" ] && [ -z "$k" ] || rm -f -- "$b"; } && mv -f -- "$e" "$b" || exit; fi',
    'done',
  ];
  return lines.join('\n');
}

/** Takes links out of `$b` where `$e` has something: cp(1) would write through them. */
function withoutLinks({ keepNewer }: Unpack): string {
  const newer = keepNewer ? ' || [ "$0/$p" -nt "$p" ]' : '';
  const remove = `for p do [ ! -L "$0/$p" ]${newer} || rm -f -- "$0/$p" || exit; done`;
  return `(cd -- "$e" && find . -exec sh -c ${quote(remove)} "$b" {} +)`;
}

/** Shell text that unpacks into `$t/out`, or ends with a failure. */
function extraction(action: Unpack): string[] {
  const { archive } = action;
  if (archive.from === 'host') return [`${unpacker(action, quote(archive.path))} < ${quote(archive.path)} || exit`];
  if (archive.from === 'bytes') return [`${literal(archive.bytes)} | ${unpacker(action, undefined)} || exit`];
  // tar(1) takes an archive that is cut between two members for a whole one, so the stream is hashed as it passes.
  return [
    'mkfifo -m 600 -- "$t/copy" || exit',
    'sha256sum < "$t/copy" > "$t/hash" & h=$!',
    `tee -- "$t/copy" | { ${unpacker(action, undefined)}; rc=$?; cat >/dev/null; exit "$rc"; }; rc=$?; wait "$h"`,
    'read -r h i < "$t/hash"',
    `[ "$h" = ${archive.sha256} ] || { echo "the archive did not arrive whole" >&2; exit 1; }`,
    '[ "$rc" = 0 ] || exit "$rc"',
  ];
}

/** A command that unpacks its standard input; `file` is the same archive as a (quoted) path, for tools that want one. */
function unpacker(action: Unpack, file: string | undefined): string {
  if (action.format === 'zip') {
    const names = [...action.include, ...(action.exclude.length === 0 ? [] : ['-x', ...action.exclude])];
    const unzip = (archive: string): string =>
      `(cd "$t/out" && unzip -oq ${quoteAll(action.extraOptions)} ${archive} ${quoteAll(names)})`;
    return file === undefined ? `{ cat > "$t/zip" && ${unzip('../zip')}; }` : unzip(file);
  }
  const options = [...action.exclude.flatMap((pattern) => [`--exclude=${pattern}`]), ...action.extraOptions];
  const tar = (flags: string): string => `tar ${flags} - -C "$t/out" ${quoteAll([...options, ...action.include])}`;
  switch (action.format) {
    case 'tar':
      return tar('-xf');
    case 'tar.gz':
      return tar('-xzf');
    case 'tar.bz2':
      return tar('-xjf');
    case 'tar.xz':
      return tar('-xJf');
    case 'tar.zst':
      // The status of a pipe is its last command's: what zstd says of a cut archive goes through a file.
      return `{ { zstd -dcq || : > "$t/bad"; } | ${tar('-xf')} && [ ! -e "$t/bad" ]; }`;
  }
}
