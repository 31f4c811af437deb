import type { Inspection } from '../../shell/inspect-script.ts';

interface Mount {
  readonly device: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** A folder of data as it is on the host. */
interface LiveFolder {
  readonly exists: boolean;
  /** Names in it; empty also when they could not be read. */
  readonly entries: readonly string[];
  readonly owner: string | undefined;
  /** Bytes, of the file system that holds it or is to hold it. */
  readonly total: number | undefined;
  readonly available: number | undefined;
  readonly mount: Mount | undefined;
  /** The keys of its meta.properties. */
  readonly meta: ReadonlyMap<string, string>;
}

interface LiveUnit {
  readonly isActive: boolean;
  /** Open files that the running process may have. */
  readonly openFiles: number | undefined;
}

type Reach = 'open' | 'closed' | 'timeout' | 'unknown';

/** What a host answered; what it could not tell is `undefined`, or not in the map. */
export interface LiveFacts {
  /** Seconds since the epoch, by the clock of the host. */
  readonly epoch: number | undefined;
  readonly synchronized: boolean | undefined;
  /** Bytes. */
  readonly memory: number | undefined;
  readonly swap: number | undefined;
  readonly maxMapCount: number | undefined;
  readonly swappiness: number | undefined;
  readonly mounts: readonly Mount[];
  /** TCP ports that something listens on. */
  readonly listening: ReadonlySet<number>;
  readonly folders: ReadonlyMap<string, LiveFolder>;
  readonly units: ReadonlyMap<string, LiveUnit>;
  /** Name → addresses; none when the host does not know the name. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Folder → version of Java; 0 when there is none. */
  readonly java: ReadonlyMap<string, number>;
  readonly endpoints: ReadonlyMap<string, Reach>;
  /** Files of the shells that set JMX_PORT. */
  readonly jmxFiles: readonly string[];
}

type Blocks = ReadonlyMap<string, readonly string[]>;

/** Reads what an inspection told. Whatever is not of the expected form counts as not known. */
export function readLiveFacts(blocks: Blocks, asked: Inspection): LiveFacts {
  const lines = (name: string): readonly string[] => blocks.get(name) ?? [];
  const kilobytes = (key: string): number | undefined => {
    const found = number(lines('mem').find((line) => line.startsWith(`${key}:`)));
    return found === undefined ? undefined : found * 1024;
  };
  const mounts = lines('mounts').map(readMount);
  const each = <T>(names: readonly string[], read: (index: number) => T): Map<string, T> =>
    new Map(names.map((name, index) => [name, read(index)]));
  return {
    epoch: number(lines('date')[0]),
    synchronized: { yes: true, no: false }[lines('synchronized')[0] ?? ''],
    memory: kilobytes('MemTotal'),
    swap: kilobytes('SwapTotal'),
    maxMapCount: number(lines('max_map_count')[0]),
    swappiness: number(lines('swappiness')[0]),
    mounts,
    listening: listeningPorts(lines('listening')),
    folders: each(asked.folders, (index) => readFolder(lines, index, mounts)),
    units: each(asked.units, (index) => ({
      isActive: lines(`unit ${index}`).includes('ActiveState=active'),
      openFiles: number(lines(`unit ${index}`).find((line) => line.startsWith('Max open files'))),
    })),
    names: new Map(
      asked.names.flatMap((name, index) =>
        lines(`name ${index}`).includes('unknown') ? [] : [[name, lines(`name ${index}`)]],
      ),
    ),
    java: each(asked.javaHomes, (index) => javaVersion(lines(`java ${index}`).join('\n'))),
    endpoints: readEndpoints(lines('endpoints'), asked.endpoints),
    jmxFiles: lines('jmx'),
  };
}

/** The first whole number of a line. */
function number(line: string | undefined): number | undefined {
  const found = /\d+/.exec(line ?? '')?.[0];
  return found === undefined ? undefined : Number(found);
}

function readMount(line: string): Mount {
  const [device = '', point = '', type = '', options = ''] = line.split(' ');
  const plain = point.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
  return { device, point: plain, type, options: options.split(',') };
}

/** Local addresses in state 0A, as /proc/net/tcp writes them. */
function listeningPorts(lines: readonly string[]): Set<number> {
  return new Set(
    lines.flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      return state === '0A' ? [Number.parseInt(local.split(':')[1] ?? '', 16)] : [];
    }),
  );
}

function readFolder(lines: (name: string) => readonly string[], index: number, mounts: readonly Mount[]): LiveFolder {
  const listed = lines(`owner ${index}`)[0]?.split(/\s+/);
  const [, total, , available, , point] = lines(`space ${index}`).at(-1)?.split(/\s+/) ?? [];
  return {
    exists: listed !== undefined,
    entries: lines(`entries ${index}`),
    owner: listed?.[2],
    total: total === undefined ? undefined : Number(total) * 1024,
    available: available === undefined ? undefined : Number(available) * 1024,
    mount: mounts.findLast((each) => each.point === point),
    meta: new Map(
      lines(`meta ${index}`).flatMap((line) => {
        const [, key, value] = /^([\w.]+)=(.*)$/.exec(line.trim()) ?? [];
        return key === undefined ? [] : [[key, value ?? '']];
      }),
    ),
  };
}

/** The major version out of a `release` file, or of what `java -version` says: 8 for 1.8.0. */
function javaVersion(text: string): number {
  const found = /(?:JAVA_VERSION=|version )"(?:1\.)?(\d+)/.exec(text)?.[1];
  return Number(found ?? 0);
}

function readEndpoints(lines: readonly string[], asked: readonly string[]): Map<string, Reach> {
  const found = new Map<string, Reach>();
  for (const line of lines) {
    const [index, word] = line.split(' ');
    const endpoint = asked[Number(index)];
    if (endpoint !== undefined)
      found.set(endpoint, word === 'open' || word === 'closed' || word === 'timeout' ? word : 'unknown');
  }
  return found;
}
