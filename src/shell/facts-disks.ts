import type { Json } from './question.ts';

/**
 * Mounts as the kernel lists them, with the sizes of those whose names need no decoding; names of file systems by device; and
 * disks as sysfs describes them, line by line.
 */
export const DISKS_SCRIPT = [
  'echo "mounts<<"; set --',
  'while read -r d m t o x; do case $d in /*|*:/*) echo "$d $m $t $o"; case $m in *\\\\*) ;; *) set -- "$@" "$m" ;; esac ;; esac; done </proc/mounts; echo ">>"',
  // A server of NFS that is gone lets whoever asks for it wait for ever.
  't=; command -v timeout >/dev/null 2>&1 && t="timeout -s KILL 5"',
  '[ $# = 0 ] || b space $t stat -f -c "%S %s %b %a %c %d %n" -- "$@"',
  'b uuids ls -l /dev/disk/by-uuid',
  'r() { { read -r v <"$2"; } 2>/dev/null && echo "$1=$v"; }',
  'echo "disks<<"; for d in /sys/block/*; do [ -e "$d/size" ] || continue; echo "disk=${d##*/}"',
  'r vendor "$d/device/vendor"; r model "$d/device/model"; r removable "$d/removable"; r sectors "$d/size"',
  'r rotational "$d/queue/rotational"; r sectorsize "$d/queue/logical_block_size"; r support_discard "$d/queue/discard_granularity"',
  'r scheduler "$d/queue/scheduler"; for h in "$d"/holders/*; do [ ! -e "$h" ] || echo "holder=${h##*/}"; done',
  'for p in "$d"/*/partition; do [ -e "$p" ] || continue; p=${p%/partition}; echo "part=${p##*/}"; r start "$p/start"; r sectors "$p/size"; done',
  'done; echo ">>"',
].join('\n');

/** @param uuids what ls(1) -l says of /dev/disk/by-uuid */
export function mountFacts(mounts: string, space: string, uuids: string): Json {
  const sizes = new Map(
    [...space.matchAll(/^(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (.*)$/gm)].map(([, ...values]) => [values[6], values]),
  );
  const uuidOf = uuidsByDevice(uuids);
  return mounts.split('\n').flatMap((line) => {
    const [device = '', path, fstype = '', options = ''] = line.split(' ');
    if (path === undefined || fstype === 'none') return [];
    const mount = path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    const uuid = uuidOf.get(device.split('/').at(-1) ?? '') ?? 'N/A';
    return [{ mount, device, fstype, options, dump: 0, passno: 0, ...spaceOf(sizes.get(mount)), uuid }];
  });
}

function spaceOf(values: readonly string[] | undefined): Record<string, Json> {
  if (values === undefined) return {};
  const [fragment = 0, block = 0, blocks = 0, available = 0, inodes = 0, free = 0] = values.map(Number);
  return {
    size_total: fragment * blocks,
    size_available: fragment * available,
    block_size: block,
    block_total: blocks,
    block_available: available,
    block_used: blocks - available,
    inode_total: inodes,
    inode_available: free,
    inode_used: inodes - free,
  };
}

function uuidsByDevice(listing: string): ReadonlyMap<string, string> {
  return new Map(
    [...listing.matchAll(/ (\S+) -> \S*?([^/\s]+)$/gm)].map(([, uuid = '', device = '']) => [device, uuid]),
  );
}

/** Disks by name, each with its partitions. */
export function deviceFacts(disks: string, uuids: string): Json {
  const uuidOf = uuidsByDevice(uuids);
  return Object.fromEntries(
    disks
      .split(/^disk=/m)
      .slice(1)
      .map((text) => {
        const [own = '', ...parts] = text.split(/^part=/m);
        const [name = ''] = own.split('\n');
        const value = valuesOf(own);
        const sectorsize = value('sectorsize') ?? '512';
        const partitions = parts.map((part): [string, Json] => {
          const [partition = ''] = part.split('\n');
          const [start, sectors] = [valuesOf(part)('start') ?? '0', valuesOf(part)('sectors') ?? '0'];
          const size = humanSize(Number(sectors) * 512);
          return [partition, { start, sectors, sectorsize, size, uuid: uuidOf.get(partition) ?? null, holders: [] }];
        });
        return [name, { ...diskOf(own), sectorsize, partitions: Object.fromEntries(partitions) }];
      }),
  );
}

function diskOf(text: string): Record<string, Json> {
  const value = valuesOf(text);
  const sectors = Number(value('sectors') ?? 0);
  return {
    virtual: 1,
    vendor: value('vendor') ?? null,
    model: value('model') ?? null,
    removable: value('removable') ?? null,
    rotational: value('rotational') ?? null,
    support_discard: value('support_discard') ?? null,
    scheduler_mode: /\[([^\]]*)\]/.exec(value('scheduler') ?? '')?.[1] ?? '',
    sectors,
    size: humanSize(sectors * 512),
    holders: [...text.matchAll(/^holder=(.*)$/gm)].map(([, holder = '']) => holder),
  };
}

function valuesOf(text: string): (key: string) => string | undefined {
  return (key) => new RegExp(`^${key}=(.+)$`, 'm').exec(text)?.[1]?.trim();
}

/** `256.00 GB`, in powers of 1024. */
function humanSize(bytes: number): string {
  const units = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(2)} ${units[power]}`;
}
