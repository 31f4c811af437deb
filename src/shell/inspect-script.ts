import { quote } from './quote.ts';

/** What is to be looked at on a host, beside what every host is asked. */
export interface Inspection {
  /** Folders of data, absolute. */
  readonly folders: readonly string[];
  /** Names of systemd units, with `.service`. */
  readonly units: readonly string[];
  /** Names and addresses that the host must resolve. */
  readonly names: readonly string[];
  /** Folders that have `bin/java`. */
  readonly javaHomes: readonly string[];
  /** `host:port` of what the host must reach. */
  readonly endpoints: readonly string[];
}

/** Seconds that a connection may take. */
const CONNECT_SECONDS = 2;

/**
 * A program that reads what a lint of hosts needs, changes nothing and starts nothing that stays. Its output: a line with
 * the name of a block, then each line of the block behind `|`, so that nothing that a host says can begin a block.
 */
export function inspectScript({ folders, units, names, javaHomes, endpoints }: Inspection): string {
  return [
    'b() { echo "$1"; shift; "$@" 2>/dev/null | sed "s/^/|/"; }',
    'b date date +%s',
    'b mem cat /proc/meminfo',
    'b mounts cat /proc/mounts',
    'b max_map_count cat /proc/sys/vm/max_map_count',
    'b swappiness cat /proc/sys/vm/swappiness',
    'b synchronized timedatectl show -p NTPSynchronized --value',
    'b listening cat /proc/net/tcp /proc/net/tcp6',
    "b jmx grep -lE '^[^#]*JMX_PORT=' /etc/environment /etc/profile /etc/profile.d/*.sh",
    'n() { case $1 in *[!0-9.]*) ;; *) echo "$1"; return ;; esac; getent ahosts "$1" | while read -r a _; do echo "$a"; done | sort -u; command -v getent >/dev/null || echo unknown; }',
    'f() { d=$1; until [ -e "$d" ] || [ "$d" = / ]; do d=${d%/*}; d=${d:-/}; done; df -Pk "$d"; }',
    'u() { systemctl show -p ActiveState,MainPID "$1"; p=$(systemctl show -p MainPID --value "$1"); [ "${p:-0}" -gt 0 ] && grep "Max open files" "/proc/$p/limits"; }',
    'j() { if [ -r "$1/release" ]; then cat "$1/release"; else "$1/bin/java" -version 2>&1; fi; }',
    `c() { if command -v timeout >/dev/null && command -v bash >/dev/null; then timeout ${CONNECT_SECONDS} bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2"; case $? in 0) echo open ;; 124) echo timeout ;; *) echo closed ;; esac; else echo unknown; fi; }`,
    ...folders.flatMap((folder, index) => [
      `b ${quote(`entries ${index}`)} ls -A1 ${quote(folder)}`,
      `b ${quote(`owner ${index}`)} ls -ld ${quote(folder)}`,
      `b ${quote(`space ${index}`)} f ${quote(folder)}`,
      `b ${quote(`meta ${index}`)} cat ${quote(`${folder.replace(/\/+$/, '')}/meta.properties`)}`,
    ]),
    ...units.map((unit, index) => `b ${quote(`unit ${index}`)} u ${quote(unit)}`),
    ...names.map((name, index) => `b ${quote(`name ${index}`)} n ${quote(name)}`),
    ...javaHomes.map((home, index) => `b ${quote(`java ${index}`)} j ${quote(home)}`),
    'echo endpoints',
    ...endpoints.map((endpoint, index) => {
      const colon = endpoint.lastIndexOf(':');
      return `(r=$(c ${quote(endpoint.slice(0, colon))} ${quote(endpoint.slice(colon + 1))} 2>/dev/null); echo "|${index} $r") &`;
    }),
    'wait',
  ].join('\n');
}

/** The blocks of such a program's output by their names; a block without lines is there, and empty. */
export function inspectedBlocks(output: string): ReadonlyMap<string, readonly string[]> {
  const blocks = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of output.split('\n')) {
    if (line.startsWith('|')) current.push(line.slice(1));
    else if (line !== '') {
      current = [];
      blocks.set(line, current);
    }
  }
  return blocks;
}
