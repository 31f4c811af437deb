import type { HostAction } from './action.ts';
import { all, attributeLines } from './action-attributes.ts';
import { quote, quoteAll } from './quote.ts';

type Of<D extends HostAction['do']> = Extract<HostAction, { do: D }>;

/** `f`: the real file behind a path. `t`: a temporary name in its folder, noted so that a later run can remove it. */
function temporary(path: string, number: number): string[] {
  return [
    `f=${quote(path)}; if [ -L "$f" ]; then f=$(readlink -f -- "$f") || f=${quote(path)}; fi`,
    `d=\${f%/*}; t="\${d:-/}/.brokkr-$R-${number}"`,
    'printf \'%s\\n\' "$t" >> "$S/temporary"',
    'trap \'rm -rf -- "$t"\' EXIT; trap "exit 143" TERM HUP INT',
    '[ ! -d "$f" ] || { echo "$f is a directory" >&2; exit 1; }',
  ];
}

/** A new file has the mode that the umask makes, an old one keeps its owner and mode; what the task says comes on top. */
function settle(attributes: Of<'write'> | Of<'copy'>): string[] {
  return [
    'if [ -e "$f" ]; then chown "$(stat -L -c %u:%g -- "$f")" "$t" 2>/dev/null; chmod "$(stat -L -c %a -- "$f")" "$t"; else chmod "$(printf %o $((0666 & ~0$U)))" "$t"; fi',
    `${all(...attributeLines('"$t"', attributes, { follow: true }), ':')} || exit`,
    // Renamed without this, a file could be found empty after a power cut.
    'sync -- "$t" 2>/dev/null || sync',
    ...(attributes.backup
      ? ['if [ -e "$f" ]; then cp -p -- "$f" "$f.$$.$(date +%Y-%m-%d@%H:%M:%S)~" || exit; fi']
      : []),
    'mv -f -- "$t" "$f" || exit',
    'if command -v restorecon >/dev/null 2>&1; then restorecon -- "$f" 2>/dev/null; fi; :',
  ];
}

/** Content from the program, or from the channel when it is streamed; the hash of streamed content is checked. */
export function writeText(action: Of<'write'>, number: number): string {
  const lines = [...temporary(action.path, number), 'umask 077'];
  if (action.content.from === 'file') {
    lines.push(
      'cat > "$t" || exit',
      `h=$(sha256sum < "$t"); [ "\${h%% *}" = ${action.content.sha256} ] || { echo "the content did not arrive whole" >&2; exit 1; }`,
    );
  } else {
    lines.push(`${literal(action.content.bytes)} > "$t" || exit`);
  }
  if (action.validate !== undefined) {
    lines.push(
      `sh -c ${quote(action.validate.replaceAll('%s', '"$1"'))} sh "$t" || { echo "the new content did not pass: ${'$'}{V:-validate}" >&2; exit 1; }`,
    );
  }
  return [...lines, ...settle(action)].join('\n');
}

/** A command that prints these bytes. printf is a builtin, so no argument list and no other user sees them. */
function literal(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString();
  if (!buffer.includes(0) && Buffer.from(text).equals(buffer)) return `printf %s ${quote(text)}`;
  return `printf %s ${quote(buffer.toString('base64'))} | base64 -d`;
}

/** From a file or folder of the host itself. */
export function copyText(action: Of<'copy'>, number: number): string {
  const from = quote(action.from);
  if (action.recursive) {
    const path = quote(action.path);
    return all(
      `mkdir -p -- ${path}`,
      `cp -R -- ${from}/. ${path}/`,
      ...attributeLines(path, action, { follow: true, recursive: true }),
    );
  }
  return [...temporary(action.path, number), 'umask 077', `cat -- ${from} > "$t" || exit`, ...settle(action)].join(
    '\n',
  );
}

/**
 * Unpacks into a folder beside the final place and moves what came out: a stream that is cut leaves nothing there. What
 * exists already is merged.
 */
export function unpackText(action: Of<'unpack'>, number: number): string {
  const lines = [
    `d=${quote(action.dest.replace(/(.)\/+$/, '$1'))}; t="$d/.brokkr-$R-${number}"`,
    '[ -d "$d" ] || { echo "$d is not a directory" >&2; exit 1; }',
    'printf \'%s\\n\' "$t" >> "$S/temporary"',
    'trap \'rm -rf -- "$t"\' EXIT; trap "exit 143" TERM HUP INT',
    'rm -rf -- "$t"; mkdir -m 700 -- "$t" || exit',
    `${extraction(action)} || exit`,
    ...attributeLines('"$t"/*', action, { follow: true, recursive: true }).map((line) => `${line} || exit`),
    'for e in "$t"/* "$t"/.[!.]* "$t"/..?*; do',
    '  [ -e "$e" ] || [ -L "$e" ] || continue',
    '  b="$d/${e##*/}"',
    '  if [ -d "$b" ] && [ -d "$e" ] && [ ! -L "$e" ]; then cp -a -- "$e/." "$b/" || exit; else mv -f -- "$e" "$b" || exit; fi',
    'done',
  ];
  return lines.join('\n');
}

function extraction(action: Of<'unpack'>): string {
  const input = action.archive.from === 'host' ? `< ${quote(action.archive.path)}` : '';
  const bytes = action.archive.from === 'bytes' ? `${literal(action.archive.bytes)} | ` : '';
  if (action.format === 'zip') {
    const names = [...action.include, ...(action.exclude.length === 0 ? [] : ['-x', ...action.exclude])];
    return `{ ${bytes}cat ${input} > "$t/.zip" && (cd "$t" && unzip -oq ${quoteAll([...action.extraOptions])} .zip ${quoteAll(names)}) && rm -f "$t/.zip"; }`;
  }
  const decompress = {
    tar: '',
    'tar.gz': 'gzip -dc',
    'tar.bz2': 'bzip2 -dc',
    'tar.xz': 'xz -dc',
    'tar.zst': 'zstd -dc',
  }[action.format];
  const options = [...action.exclude.flatMap((pattern) => [`--exclude=${pattern}`]), ...action.extraOptions];
  const tar = `tar -x${decompress === 'gzip -dc' ? 'z' : ''}f - -C "$t" ${quoteAll([...options, ...action.include])}`;
  const pipe = decompress === '' || decompress === 'gzip -dc' ? '' : `${decompress} | `;
  return `${bytes}${pipe === '' ? '' : `${pipe.slice(0, -3)} ${input} | `}${tar} ${pipe === '' ? input : ''}`;
}
