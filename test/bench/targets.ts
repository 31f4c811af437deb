import { median, ratios, type Sample } from './measure.ts';
import { FLOOR, KEPT } from './peers.ts';
import type { Job } from './run.ts';

/** A bound, and what was measured by the samples of one way to run brokkr; NaN where it was not run in that way. */
interface Target {
  readonly name: string;
  readonly which: 'most' | 'least';
  readonly bound: number;
  readonly unit: string;
  readonly measured: (of: SamplesOf, ours: string) => number;
}

type SamplesOf = (job: string, tool: string) => readonly Sample[];

const again = 'the cluster again, nothing to change';
const dry = 'the same as a dry run';
const upload = 'the archive of Kafka to three hosts, unpacked';
const firstByte = 'from the start to the first byte on the wire';
const help = 'the program starts: --help';
const bare = 'from nothing to brokers that listen';
const small = (count: number): string => `${count} small tasks, nothing to change`;
const onMany = (count: number): string => `20 small tasks on ${count} hosts, nothing to change`;
const away = (ms: number): string => `20 small tasks, nothing to change, ${ms} ms away`;

const slower = (job: string, tool: string): Target['measured'] => {
  return (of, ours) => median(ratios(of(job, tool), of(job, ours)));
};

const all: readonly Target[] = [
  {
    name: 'nothing to change: three `ssh true` at once',
    ...{ which: 'most', bound: 1.5, unit: '×' },
    measured: (of, ours) => median(ratios(of(again, ours), of(again, 'three ssh true at once'))),
  },
  {
    name: 'nothing to change: ansible-core, tuned',
    ...{ which: 'least', bound: 30, unit: '×' },
    measured: slower(again, 'ansible-core, tuned'),
  },
  { name: 'nothing to change: Mitogen', which: 'least', bound: 12, unit: '×', measured: slower(again, 'Mitogen') },
  { name: 'nothing to change: pyinfra', which: 'least', bound: 8, unit: '×', measured: slower(again, 'pyinfra') },
  {
    name: 'a dry run: three `ssh true` at once',
    ...{ which: 'most', bound: 1.5, unit: '×' },
    measured: (of, ours) => wall(of(dry, ours)) / wall(of(again, 'three ssh true at once')),
  },
  {
    name: 'a dry run: ansible-core, tuned',
    ...{ which: 'least', bound: 30, unit: '×' },
    measured: slower(dry, 'ansible-core, tuned'),
  },
  { name: 'a dry run: Mitogen', which: 'least', bound: 12, unit: '×', measured: slower(dry, 'Mitogen') },
  { name: 'a dry run: pyinfra', which: 'least', bound: 8, unit: '×', measured: slower(dry, 'pyinfra') },
  {
    name: 'each further task, on each host',
    ...{ which: 'most', bound: 0.1, unit: ' ms' },
    measured: (of, ours) => ((wall(of(small(500), ours)) - wall(of(small(20), ours))) / 480 / 3) * 1000,
  },
  {
    name: '200 small tasks beside 20',
    ...{ which: 'most', bound: 1.2, unit: '×' },
    measured: (of, ours) => wall(of(small(200), ours)) / wall(of(small(20), ours)),
  },
  {
    name: 'each further host',
    ...{ which: 'most', bound: 15, unit: ' ms' },
    measured: (of, ours) => ((wall(of(onMany(50), ours)) - wall(of(small(20), ours))) / 47) * 1000,
  },
  {
    name: 'from nothing: what must be, by bare ssh',
    ...{ which: 'most', bound: 1.25, unit: '×' },
    measured: (of, ours) => wall(of(bare, ours)) / wall(of(bare, FLOOR)),
  },
  {
    name: 'from nothing: ansible-core, tuned',
    ...{ which: 'least', bound: 2, unit: '×' },
    measured: (of, ours) => wall(of(bare, 'ansible-core, tuned')) / wall(of(bare, ours)),
  },
  {
    name: 'an archive to three hosts: speed beside ssh and tar',
    ...{ which: 'least', bound: 0.9, unit: '×' },
    measured: slower(upload, 'ssh and tar, three at once'),
  },
  {
    name: 'peak memory with 50 hosts',
    ...{ which: 'most', bound: 150, unit: ' MB' },
    measured: (of, ours) => median(of(onMany(50), ours).map(({ peak }) => peak)),
  },
  {
    name: 'from the start to the first byte on the wire',
    ...{ which: 'most', bound: 150, unit: ' ms' },
    measured: (of, ours) => wall(of(firstByte, ours)) * 1000,
  },
  {
    name: 'the program starts: beyond `node -e 0`',
    ...{ which: 'most', bound: 80, unit: ' ms' },
    measured: (of, ours) => (wall(of(help, ours)) - wall(of(help, 'node -e 0'))) * 1000,
  },
  {
    // How often the run waited for a host that answers 50 ms later.
    name: 'round trips of a run with nothing to change',
    ...{ which: 'most', bound: 8, unit: '' },
    measured: (of, ours) => (wall(of(away(50), ours)) - wall(of(away(0), ours))) / 0.05,
  },
];

/** The table of what was aimed at, and what came of it. */
export function targets(jobs: readonly Job[]): string[] {
  const of: SamplesOf = (job, tool) => jobs.find(({ name }) => name === job)?.samples.get(tool) ?? [];
  return [
    `| | target | brokkr | | ${KEPT} | |`,
    '|---|--:|--:|---|--:|---|',
    ...all.map((target) => {
      const { name, which, bound, unit, measured } = target;
      const cells = ['brokkr', KEPT].flatMap((ours) => shown(target, measured(of, ours)));
      return `| ${name} | ${which === 'most' ? '≤' : '≥'} ${bound}${unit} | ${cells.join(' | ')} |`;
    }),
  ];
}

function shown({ which, bound, unit }: Target, measured: number): [string, string] {
  if (Number.isNaN(measured)) return ['', ''];
  const isMet = which === 'most' ? measured <= bound : measured >= bound;
  const digits = measured < 10 ? 2 : unit === '×' ? 1 : 0;
  return [`${measured.toFixed(digits)}${unit}`, isMet ? 'met' : 'not met'];
}

/** Seconds: the median. */
export function wall(samples: readonly Sample[]): number {
  return median(samples.map((each) => each.wall));
}
