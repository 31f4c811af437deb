import { quote, quoteAll } from '../shell/quote.ts';

/**
 * Shell text that runs a script: it stands in a folder of its own that only its user can enter, and goes however it ends. Where nothing can be executed
 * in the folder for temporary files (`noexec`), or nothing be written, it stands elsewhere.
 */
export function placedScript(
  name: string,
  content: string,
  words: readonly string[],
  executable: string | undefined,
): string {
  const file = `"$t"/${quote(name)}`;
  // A program that reads the script need not execute it.
  const isExecuted =
    executable === undefined ? `printf '#!/bin/sh\\n' > ${file} && chmod 700 ${file} && ${file} && ` : '';
  return [
    `t=; why=; trap '[ -z "$t" ] || rm -rf "$t"' EXIT; trap 'exit 143' TERM`,
    `for d in "\${TMPDIR:-/tmp}" "\${HOME:-/}" /var/tmp; do`,
    `  said=$(mktemp -d "\${d%/}/.brokkr-XXXXXXXXXX" 2>&1) && t=$said || { why="$why; $d: $said"; continue; }`,
    `  said=$({ ${isExecuted}printf %s ${quote(content)} > ${file} && chmod 700 ${file}; } 2>&1) && break`,
    '  rm -rf "$t"; t=; why="$why; $d: $said"',
    'done',
    `[ -n "$t" ] || { printf '%s\\n' "no folder takes the script, and lets it be executed\${why}" >&2; exit 1; }`,
    `unset d said why; ${executable === undefined ? '' : `${executable} `}${file} ${quoteAll(words)}`,
  ].join('\n');
}
