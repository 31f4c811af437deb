import { BrokkrError } from '../errors.ts';
import type { ClusterName, Member } from '../restart/members.ts';
import { findProcess } from '../restart/server-look.ts';
import { newNonce } from '../shell/frame.ts';
import { preamble } from '../shell/program.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import type { Program } from '../transport/program-channel.ts';

interface Disk {
  /** A folder of ours. */
  readonly path: string;
  readonly mount: string;
  /** Per cent of the bytes that our user could have. */
  readonly usedPercent: number;
  readonly inodesPercent: number | undefined;
}

/** What a `meta.properties` says whose data a folder holds. */
interface DataIdentity {
  readonly folder: string;
  readonly clusterId: string | undefined;
  readonly brokerId: number | undefined;
}

interface ServerNote {
  /** Of the jar that runs; `undefined` where none runs, or its command line does not tell. */
  readonly version: string | undefined;
  /** Lines of its log with ERROR or FATAL since it was started. */
  readonly errors: number;
  /** The last of them. */
  readonly lastErrors: readonly string[];
}

/** A host beside its servers. */
export interface HostLook {
  /** Seconds by which its clock is certainly ahead of this machine's; negative when behind. */
  readonly clockAhead: number;
  readonly disks: readonly Disk[];
  readonly identities: readonly DataIdentity[];
  readonly servers: ReadonlyMap<ClusterName, ServerNote>;
}

/** What a host is asked about. */
export interface HostScope {
  readonly members: readonly Member[];
  /** Folders whose file systems are looked at. */
  readonly folders: readonly string[];
  /** Where a broker keeps its data. */
  readonly dataFolders: readonly string[];
}

/** Bytes of a log's end that are searched. */
const logBytes = 8 * 1024 * 1024;

/** Of the jar, or of the folder of the installation, in the class path. */
const versionPatterns: Readonly<Record<ClusterName, string>> = {
  kafka: 's/.*\\/kafka_[0-9.]*-\\([0-9][0-9.]*[0-9]\\).*/\\1/p',
  zookeeper: 's/.*\\/\\(apache-\\)\\{0,1\\}zookeeper-\\([0-9][0-9.]*[0-9]\\).*/\\2/p',
};

/** A program that looks at the clock, the disks, whose data there is, and the logs. It changes nothing. */
export function hostProgram({ members, folders, dataFolders }: HostScope): Program {
  const nonce = newNonce();
  const lines = [
    preamble(nonce),
    's now; date +%s.%N',
    's disks',
    `for f in ${quoteAll(folders)}; do [ -e "$f" ] || continue`,
    '  printf "%s\\t%s\\t%s\\n" "$f" "$(df -Pk -- "$f" 2>/dev/null | tail -n 1)" "$(df -Pi -- "$f" 2>/dev/null | tail -n 1)"',
    'done',
    ...dataFolders.map((folder) => `s meta ${quote(folder)}; cat -- ${quote(`${folder}/meta.properties`)} 2>/dev/null`),
    'n=$(date +%s); up=$(cut -d. -f1 /proc/uptime); t=$(getconf CLK_TCK 2>/dev/null || echo 100)',
    ...members.flatMap(serverLines),
    's END',
  ];
  return { nonce, text: lines.join('\n') };
}

function serverLines(member: Member): string[] {
  const { cluster, log } = member;
  // The command's name may hold blanks and brackets, so fields are counted after the last bracket: start time is the 20th.
  const born = 'b=$(sed "s/.*) //" "/proc/$p/stat" 2>/dev/null | cut -d" " -f20); [ -n "$b" ] || b=0';
  const since = 'd=$(date -d "@$((n - up + b / t))" "+%Y-%m-%d %H:%M:%S" 2>/dev/null)';
  const search = 'sub(/^\\[/, "", l); if (substr(l, 1, 19) >= d && substr(l, 1, 60) ~ / (ERROR|FATAL) /) print l';
  return [
    findProcess(member),
    `s version ${cluster}; [ -n "$p" ] && tr "\\000:" "\\n\\n" < "/proc/$p/cmdline" 2>/dev/null | sed -n ${quote(versionPatterns[cluster])} | head -n 1`,
    `s log ${cluster}; if [ -n "$p" ]; then ${born}; ${since}`,
    `  tail -c ${logBytes} -- ${quote(log)} 2>/dev/null | awk -v d="$d" '{ l = $0; ${search} }' | awk '{ c++; a[c % 3] = $0 } END { print c + 0; for (i = c - 2; i <= c; i++) if (i > 0) print substr(a[i % 3], 1, 300) }'`,
    'fi',
  ];
}

/**
 * Reads what the program has told.
 * @param frames by their words, joined by blanks
 * @param asked milliseconds of this machine's clock before and after, between which the host's clock was read
 * @throws BrokkrError when it cannot be understood
 */
export function parseHostLook(
  scope: HostScope,
  frames: ReadonlyMap<string, string>,
  asked: { readonly from: number; readonly to: number },
): HostLook {
  const linesOf = (name: string) => (frames.get(name) ?? '').split('\n').filter((line) => line !== '');
  // BusyBox prints no nanoseconds: its second may have just begun, or be about to end.
  const [whole = '', fraction = ''] = (linesOf('now')[0] ?? '').split('.');
  if (!/^\d+$/.test(whole)) throw new BrokkrError('the host does not tell the time');
  const exact = /^\d{9}$/.test(fraction);
  const earliest = Number(whole) + (exact ? Number(`0.${fraction}`) : 0);
  const latest = exact ? earliest : earliest + 1;
  const clockAhead =
    earliest > asked.to / 1000
      ? earliest - asked.to / 1000
      : latest < asked.from / 1000
        ? latest - asked.from / 1000
        : 0;
  return {
    clockAhead,
    disks: linesOf('disks').flatMap(parseDisk),
    identities: scope.dataFolders.map((folder) => identityOf(folder, linesOf(`meta ${folder}`))),
    servers: new Map(
      scope.members.map(({ cluster }) => {
        const [errors = '0', ...lastErrors] = linesOf(`log ${cluster}`);
        return [cluster, { version: linesOf(`version ${cluster}`)[0], errors: Number(errors), lastErrors }];
      }),
    ),
  };
}

/** The folder, then its line of `df -Pk` and of `df -Pi`: device, size, used, available, per cent, mount point. */
function parseDisk(line: string): Disk[] {
  const [path = '', blocks = '', inodes = ''] = line.split('\t');
  const pattern = /^(?:.*\s)?(\d+)%\s+(\/.*)$/;
  const [, used, mount] = pattern.exec(blocks) ?? [];
  if (used === undefined || mount === undefined) return [];
  const inodesUsed = pattern.exec(inodes)?.[1];
  return [
    {
      path,
      mount,
      usedPercent: Number(used),
      inodesPercent: inodesUsed === undefined ? undefined : Number(inodesUsed),
    },
  ];
}

function identityOf(folder: string, lines: readonly string[]): DataIdentity {
  const textOf = (key: string) =>
    lines
      .find((line) => line.startsWith(`${key}=`))
      ?.slice(key.length + 1)
      .trim();
  const broker = textOf('broker.id') ?? textOf('node.id');
  return { folder, clusterId: textOf('cluster.id'), brokerId: broker === undefined ? undefined : Number(broker) };
}
