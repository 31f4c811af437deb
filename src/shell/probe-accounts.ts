import type { GroupEntry, Identity, PasswdEntry } from './question.ts';
import { quoteAll } from './quote.ts';

/**
 * Sets `e` to a line for each name: its entry, or nothing. getent(1) tells of all at once, but when one is missing it does
 * not say which; and an entry need not have the name that was asked for, as with directories that ignore its case. BusyBox
 * has no getent: there, only local accounts can be seen.
 */
function entriesText(kind: 'passwd' | 'group', names: readonly string[]): string {
  const words = quoteAll(names);
  const local = `n=$k awk -F: '$1 == ENVIRON["n"] || $3 == ENVIRON["n"] { print; f = 1; exit } END { exit !f }' /etc/${kind}`;
  const each = `for k in ${words}; do getent ${kind} "$k" 2>/dev/null || ${local} || echo; done`;
  return `e=$(getent ${kind} ${words} 2>/dev/null) || e=$(${each})`;
}

/** `ids OPTION ACCOUNT…`: a line for each. id(1) of coreutils tells of several at once from 8.31 on; others are asked one by one. */
const IDS = [
  'ids() { o=$1 c=0; shift; l=$(id "$o" "$@" 2>/dev/null)',
  'while read -r r; do c=$((c + 1)); done <<END',
  '$l',
  'END',
  `if [ "$c" -eq "$#" ]; then printf '%s\\n' "$l"; else for u do printf '%s\\n' "$(id "$o" "$u" 2>/dev/null)"; done; fi; }`,
].join('\n');

/** Prints the frames `passwd`, a line for each name, and `primary` and `groups`, a line for each that is there. */
export function passwdText(names: readonly string[]): string {
  return [
    entriesText('passwd', names),
    's passwd; printf "%s\\n" "$e"; set --',
    'while IFS=: read -r u r; do [ -z "$u" ] || set -- "$@" "$u"; done <<END',
    '$e',
    'END',
    IDS,
    '[ "$#" -eq 0 ] || { s primary; ids -gn "$@"; s groups; ids -Gn "$@"; }',
  ].join('\n');
}

/** Prints the frame `group`, a line for each name. */
export function groupText(names: readonly string[]): string {
  return `${entriesText('group', names)}; s group; printf "%s\\n" "$e"`;
}

export const IDENTITY_TEXT = 's identity; id; printf "%s\\n" "$HOME"; umask';

/** Accounts by the names that were asked for; `text` gives the frames of `passwdText`. */
export function parsePasswd(names: readonly string[], text: (frame: string) => string): Map<string, PasswdEntry> {
  const entries = new Map<string, PasswdEntry>();
  const lines = text('passwd').split('\n');
  const primaries = text('primary').split('\n');
  const allGroups = text('groups').split('\n');
  names.forEach((asked, index) => {
    const [name = '', , uid = '', gid = '', gecos = '', home = '', shell = ''] = (lines[index] ?? '').split(':');
    if (name === '') return;
    const primaryGroup = primaries[entries.size] || gid;
    const groups = (allGroups[entries.size] ?? '').split(' ');
    entries.set(asked, {
      ...{ name, uid: Number(uid), gid: Number(gid), gecos, home, shell, primaryGroup },
      groups: groups.filter((group) => group !== '' && group !== primaryGroup).sort(),
    });
  });
  return entries;
}

/** Groups by the names or numbers that were asked for. */
export function parseGroup(names: readonly string[], text: string): Map<string, GroupEntry> {
  const entries = new Map<string, GroupEntry>();
  const lines = text.split('\n');
  names.forEach((asked, index) => {
    const [name = '', , gid = '', members = ''] = (lines[index] ?? '').split(':');
    if (name === '') return;
    const entry = { name, gid: Number(gid), members: members.split(',').filter((member) => member !== '') };
    entries.set(asked, entry);
  });
  return entries;
}

/** Who the program runs as. An account without a name has its number for one. */
export function parseIdentity(text: string): Identity {
  const [id = '', home = '', umask = ''] = text.split('\n');
  const [, uid = '', user = uid] = /^uid=(\d+)(?:\(([^)]*)\))?/.exec(id) ?? [];
  return { user, uid: Number(uid), home, umask: Number.parseInt(umask, 8) };
}
