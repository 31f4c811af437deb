import type { Json } from './question.ts';

/** `date_time`, of `date "+%Y-%m-%d %H:%M:%S %s %Z %z %A %w %W"`: all of it text, as Ansible has it. */
export function dateFacts(text: string): Json {
  const [date = '', time = '', epoch = '', tz = '', offset = '', weekday = '', number = '', week = ''] =
    text.split(' ');
  const [year = '', month = '', day = ''] = date.split('-');
  const [hour = '', minute = '', second = ''] = time.split(':');
  const seconds = Number(epoch);
  const utc = Number.isNaN(seconds) ? '' : new Date(seconds * 1000).toISOString().slice(0, 19);
  const short = `${year}${month}${day}T${hour}${minute}${second}`;
  const parts = { year, month, weekday, weekday_number: number, weeknumber: week, day, hour, minute, second };
  return {
    ...parts,
    epoch,
    epoch_int: epoch,
    date,
    time,
    iso8601_micro: `${utc}.000000Z`,
    iso8601: `${utc}Z`,
    iso8601_basic: `${short}000000`,
    iso8601_basic_short: short,
    tz,
    tz_dst: tz,
    tz_offset: offset,
  };
}

/** Processors as /proc/cpuinfo counts them: sockets, cores of one, threads of one of those. */
export function processorFacts(cpuinfo: string): readonly (readonly [string, Json])[] {
  const each = cpuinfo.split(/\n\s*\n/).filter((block) => /^processor\s*:/m.test(block));
  const field = (block: string, name: string): string | undefined =>
    new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(block)?.[1]?.trim();
  const sockets = new Set(each.map((block) => field(block, 'physical id'))).size;
  const [first = ''] = each;
  const cores = Number(field(first, 'cpu cores') ?? 1);
  const threads = Math.max(1, Math.floor(Number(field(first, 'siblings') ?? cores) / cores));
  const isCounted = field(first, 'physical id') !== undefined;
  const count = isCounted ? sockets : each.length;
  const names = each.flatMap((block) =>
    ['processor', 'vendor_id', 'model name'].flatMap((name) => field(block, name) ?? []),
  );
  return [
    ['processor', names],
    ['processor_count', count],
    ['processor_cores', cores],
    ['processor_threads_per_core', threads],
    ['processor_vcpus', count * cores * threads],
    ['processor_nproc', each.length],
    ['flags', (field(first, 'flags') ?? field(first, 'Features') ?? '').split(' ').filter((flag) => flag !== '')],
  ];
}

/** @param megabytes of a line of /proc/meminfo */
export function memoryFacts(megabytes: (key: string) => number): Json {
  const [total, free] = [megabytes('MemTotal'), megabytes('MemFree')];
  const unused = free + megabytes('Buffers') + megabytes('Cached');
  const [swap, unswapped] = [megabytes('SwapTotal'), megabytes('SwapFree')];
  return {
    real: { total, used: total - free, free },
    nocache: { free: unused, used: total - unused },
    swap: { total: swap, free: unswapped, used: swap - unswapped, cached: megabytes('SwapCached') },
  };
}

const machines: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'container',
  'lxc-libvirt': 'lxc',
  amazon: 'kvm',
  qemu: 'kvm',
  vmware: 'VMware',
  oracle: 'virtualbox',
  microsoft: 'VirtualPC',
};

/** What systemd-detect-virt(1) prints, in Ansible's words. */
export function virtualizationFacts(detected: string): readonly (readonly [string, Json])[] {
  const isGuest = detected !== '' && detected !== 'none';
  const type = isGuest ? (machines[detected] ?? detected) : 'NA';
  return [
    ['virtualization_type', type],
    ['virtualization_role', isGuest ? 'guest' : 'NA'],
    ['virtualization_tech_guest', isGuest ? [...new Set([type, detected])] : []],
    ['virtualization_tech_host', []],
  ];
}
