import { z } from 'zod';
import { quote } from '../shell/quote.ts';
import { choice, path, text } from './argument-types.ts';
import { expandHome } from './home-paths.ts';
import type { Module } from './module.ts';
import { fields } from './results.ts';

const schema = z.strictObject({
  state: choice(['file', 'directory']).default('file'),
  path: path.optional(),
  prefix: text.default('ansible.'),
  suffix: text.default(''),
});

/** A file or folder of a name that nothing else has. Every run makes another one. */
export const tempfile: Module<z.infer<typeof schema>> = expandHome(['path'], {
  name: 'tempfile',
  collection: 'ansible.builtin',
  summary: 'Makes an empty file or folder with a name of its own, for the tasks that follow.',
  schema,
  aliases: {},
  example: `- name: A place to unpack
  tempfile:
    state: directory
    suffix: .kafka
  register: place`,
  noticedByOthers: false,
  probe: () => [],
  decide({ state, path: folder, prefix, suffix }) {
    const result = { state, mode: state === 'file' ? '0600' : '0700' };
    return {
      verdict: 'change',
      actions: [
        { do: 'tool', script: script(state, folder, prefix, suffix), leaves: [], reach: { folder: folder ?? '/tmp' } },
      ],
      diff: [{ kind: 'note', text: `makes a temporary ${state}` }],
      result: fields(result),
      pending: ['path', 'uid', 'gid', 'owner', 'group', 'size'],
      conclude([outcome]) {
        if (outcome === undefined || outcome.rc !== 0) {
          return { changed: false, failed: true, message: outcome?.stderr.trim() ?? '', result: fields({}) };
        }
        const [made, uid, gid, owner, group, size] = outcome.stdout.split('\n');
        const ids = { uid: Number(uid), gid: Number(gid), size: Number(size) };
        return { changed: true, failed: false, result: fields({ ...result, path: made, owner, group, ...ids }) };
      },
    };
  },
});

/** mktemp(1) of BusyBox knows no suffix; a redirection with `set -C` and mkdir(1) make nothing that is there already. */
function script(state: 'file' | 'directory', folder: string | undefined, prefix: string, suffix: string): string {
  return [
    'umask 077; set -C; i=0',
    folder === undefined ? `d=\${TMPDIR:-/tmp}` : `d=${quote(folder)}`,
    '[ -d "$d" ] || { echo "$d is not a folder" >&2; exit 1; }',
    'while [ "$i" -lt 100 ]; do i=$((i + 1))',
    `p="$d"/${quote(prefix)}$(od -An -tx1 -N5 /dev/urandom | tr -d ' \\n')${quote(suffix)}`,
    `if ${state === 'file' ? '{ : > "$p"; }' : 'mkdir -- "$p"'} 2>/dev/null; then printf '%s\\n' "$p"; stat -c '%u\n%g\n%U\n%G\n%s' -- "$p"; exit; fi`,
    'done; echo "nothing can be made in $d" >&2; exit 1',
  ].join('\n');
}
