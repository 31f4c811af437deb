import type { HostAction } from './action.ts';
import { all, attributeLines } from './action-attributes.ts';
import { quote } from './quote.ts';

type Of<D extends HostAction['do']> = Extract<HostAction, { do: D }>;

/** `f`: the real file behind a path. `t`: a temporary name in its folder, noted so that a later run can remove it. */
function temporary(path: string, number: number): string[] {
  return [
    // readlink(1) -f of BusyBox takes a link that points nowhere for one in another folder.
    `f=${quote(path)}; i=0; while [ -L "$f" ] && [ "$i" -lt 40 ]; do i=$((i + 1)); l=$(readlink -- "$f"); case $l in /*) f=$l ;; *) f=\${f%/*}/$l ;; esac; done`,
    `d=\${f%/*}; t="\${d:-/}/.brokkr-$R-${number}"`,
    'printf \'%s\\n\' "$t" >> "$S/temporary"',
    'trap \'rm -rf -- "$t"\' EXIT; trap "exit 143" TERM HUP INT PIPE',
    '[ ! -d "$f" ] || { echo "$f is a directory" >&2; exit 1; }',
    // In a folder of somebody else's, a link could stand at the temporary name: it is not written through.
    'umask 077; set -C',
  ];
}

/** A new file has the mode that the umask makes, an old one keeps its owner and mode; what the task says comes on top. */
function settle(attributes: Of<'write'> | Of<'copy'>): string[] {
  return [
    ...(attributes.backup ? ['b='] : []),
    'if [ -e "$f" ]; then chown -h "$(stat -L -c %u:%g -- "$f")" "$t" 2>/dev/null; chmod "$(stat -L -c %a -- "$f")" "$t"; else chmod "$(printf %o $((0666 & ~0$U)))" "$t"; fi',
    `${all(...attributeLines('"$t"', attributes, { follow: false }), ':')} || exit`,
    // Renamed without this, a file could be found empty after a power cut.
    'sync -- "$t" 2>/dev/null || sync',
    ...(attributes.backup
      ? [
          // The id of the step's own shell: `$$` is the same for all steps of a program, which may end within one second.
          'if [ -e "$f" ]; then b="$f.$(exec sh -c \'echo "$PPID"\').$(date +%Y-%m-%d@%H:%M:%S)~"; cp -p -- "$f" "$b" || exit; fi',
        ]
      : []),
    'mv -f -- "$t" "$f" || exit',
    'if command -v restorecon >/dev/null 2>&1; then restorecon -- "$f" 2>/dev/null; fi',
    ...(attributes.backup ? ['[ -z "$b" ] || printf "%s\\n" "$b"'] : []),
    ':',
  ];
}

/** Content from the program, or from the channel when it is streamed; the hash of streamed content is checked. */
export function writeText(action: Of<'write'>, number: number): string {
  const lines = temporary(action.path, number);
  if (action.content.from === 'file') {
    lines.push(
      `cat > "$t" || ${unwritten(action.path)}`,
      `h=$(sha256sum < "$t"); [ "\${h%% *}" = ${action.content.sha256} ] || { echo "the content did not arrive whole" >&2; exit 1; }`,
    );
  } else {
    // base64(1) of BusyBox does not say that the disk is full.
    const size = `[ "$(wc -c < "$t")" -eq ${action.content.bytes.length} ]`;
    lines.push(
      ': > "$t" || exit',
      // The printf of a shell says `I/O error` of whatever went wrong; dd(1) runs into the same, and says what it is.
      `{ ${literal(action.content.bytes)}; } >> "$t" 2>/dev/null && ${size} || { dd if=/dev/zero bs=65536 count=1 2>&1 >> "$t" | sed -n 's/^dd: .*: /write error: /p' >&2; ${unwritten(action.path)}; }`,
    );
  }
  if (action.validate !== undefined) {
    lines.push(
      `sh -c ${quote(action.validate.replaceAll('%s', '"$1"'))} sh "$t" || { printf 'the new content did not pass: %s\\n' ${quote(action.validate)} >&2; exit 1; }`,
    );
  }
  return [...lines, ...settle(action)].join('\n');
}

/** Says which file it was, behind the reason. */
function unwritten(path: string): string {
  return `{ printf '%s\\n' ${quote(`the content of ${path} could not be written whole: nothing of it is there`)} >&2; exit 1; }`;
}

/** A command that prints these bytes. printf is a builtin, so no argument list and no other user sees them. */
export function literal(bytes: Uint8Array): string {
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
  return [
    ...temporary(action.path, number),
    `cat -- ${from} > "$t" || ${unwritten(action.path)}`,
    ...settle(action),
  ].join('\n');
}
