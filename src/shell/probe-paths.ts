import { FACTS_SCRIPT } from './facts.ts';
import type { FileType, Stat } from './question.ts';
import { quote, quoteAll } from './quote.ts';

/**
 * What stat(1) is asked for, after the nonce: raw mode in hex, uid, gid, names, size, mtime, inode, links, atime, ctime, path. The path
 * stands last and a record lasts until the next nonce, so that a line break in a name is a part of it. BusyBox knows `-c`
 * but not `--printf`.
 */
export const STAT_FORMAT = '|%f|%u|%g|%U|%G|%s|%Y|%i|%h|%X|%Z|%n';

/**
 * Prints where the links among the paths lead to, as records of the path and its target. readlink(1) tells of several at
 * once, except that of BusyBox; and a target may have line breaks. Then they are asked one by one.
 */
export function linksText(paths: readonly string[]): string {
  return [
    `set --; for p in ${quoteAll(paths)}; do [ -L "$p" ] && set -- "$@" "$p"; done; [ "$#" -eq 0 ] || { l=$(readlink -- "$@" 2>/dev/null) c=0`,
    'while read -r r; do c=$((c + 1)); done <<END',
    '$l',
    'END',
    `if [ "$c" -eq "$#" ]; then while IFS= read -r r; do printf '%s|%s|%s\\n' "$N" "$1" "$r"; shift; done <<END`,
    '$l',
    'END',
    `else for p do printf '%s|%s|' "$N" "$p"; readlink -- "$p"; done; fi; }`,
  ].join('\n');
}

/** Reads the records of stat(1) and, for links, those of readlink(1), by path. */
export function parseStatRecords(records: string, links: string, nonce: string): Map<string, Stat> {
  const targets = new Map<string, string>();
  for (const record of links.split(`${nonce}|`).slice(1)) {
    const bar = record.indexOf('|');
    targets.set(record.slice(0, bar), record.slice(bar + 1).replace(/\n$/, ''));
  }
  const stats = new Map<string, Stat>();
  for (const record of records.split(`${nonce}|`).slice(1)) {
    const fields = record.replace(/\n$/, '').split('|');
    const [raw = '', uid = '', gid = '', owner = '', group = '', size = '', mtime = '', inode = '', hardLinks = ''] =
      fields;
    const path = fields.slice(11).join('|');
    const mode = Number.parseInt(raw, 16);
    const target = targets.get(path);
    stats.set(path, {
      type: fileType(mode),
      mode: mode & 0o7777,
      uid: Number(uid),
      gid: Number(gid),
      owner: owner === 'UNKNOWN' ? uid : owner,
      group: group === 'UNKNOWN' ? gid : group,
      size: Number(size),
      mtime: Number(mtime),
      atime: Number(fields[9]),
      ctime: Number(fields[10]),
      inode: Number(inode),
      links: Number(hardLinks),
      ...(target === undefined ? {} : { target }),
    });
  }
  return stats;
}

/** sha256sum(1) writes other names with escapes, and find(1) would read some as options. Those have a process each. */
export function isPlainHashPath(path: string): boolean {
  return path.startsWith('/') && !/[\n\r\\]/.test(path);
}

/** The type bits of st_mode (inode(7)). */
function fileType(mode: number): FileType {
  switch (mode & 0xf000) {
    case 0x8000:
      return 'file';
    case 0x4000:
      return 'directory';
    case 0xa000:
      return 'link';
    default:
      return 'other';
  }
}

/** The shell text for questions that are not about paths. */
export const COMMAND_OF = {
  unit: (names: readonly string[]) => unitText(names),
  command: (names: readonly string[]) =>
    `for c in ${quoteAll(names)}; do printf '%s %s\\n' "$c" "$(command -v "$c" 2>/dev/null)"; done`,
  listening: 'cat /proc/net/tcp /proc/net/tcp6 2>/dev/null',
  facts: FACTS_SCRIPT,
} as const;

const UNIT_PROPERTIES = 'Names,LoadState,ActiveState,SubState,UnitFileState,MainPID,NeedDaemonReload';

/** The state of each unit is a block of lines. systemd tells about all units in one call; a SysV or OpenRC script is asked for its status one by one. */
function unitText(names: readonly string[]): string {
  // systemd refuses to tell about a template, and about whatever is asked with it.
  const known = names.filter((name) => !name.includes('@.'));
  const plain = names.map((name) => quote(name.replace(/\.service$/, ''))).join(' ');
  return [
    `if [ -d /run/systemd/system ]; then echo systemd; ${known.length === 0 ? ':' : 'systemctl'} show -p ${UNIT_PROPERTIES} -- ${quoteAll(known)} 2>/dev/null </dev/null`,
    `elif command -v rc-service >/dev/null; then echo openrc; for u in ${plain}; do [ -x "/etc/init.d/$u" ] && l=loaded || l=not-found; rc-service "$u" status >/dev/null 2>&1 </dev/null && a=active || a=inactive`,
    'rc-update show default 2>/dev/null | grep -q " $u " && e=enabled || e=disabled',
    `printf 'Names=%s\\nLoadState=%s\\nActiveState=%s\\nUnitFileState=%s\\n\\n' "$u.service" $l $a $e; done`,
    `elif [ -d /etc/init.d ]; then echo sysv; for u in ${plain}; do [ -x "/etc/init.d/$u" ] && l=loaded || l=not-found; a=inactive; [ $l = loaded ] && "/etc/init.d/$u" status >/dev/null 2>&1 </dev/null && a=active`,
    `ls /etc/rc[2345].d/S??"$u" >/dev/null 2>&1 && e=enabled || e=disabled`,
    `printf 'Names=%s\\nLoadState=%s\\nActiveState=%s\\nUnitFileState=%s\\n\\n' "$u.service" $l $a $e; done; else echo none; fi`,
  ].join('\n');
}
