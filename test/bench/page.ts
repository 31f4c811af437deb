import { cpus, totalmem } from 'node:os';
import { type Counts, countsTable } from './counts.ts';
import { median, ratios } from './measure.ts';
import { peerVersions } from './peers.ts';
import type { Job } from './run.ts';
import { targets, wall } from './targets.ts';

/** The page and its charts, by file name below docs/. */
export function benchPage(
  jobs: readonly Job[],
  rounds: number,
  counts: readonly Counts[],
): { text: string; charts: [string, string][] } {
  const charts: [string, string][] = [];
  const sections = jobs.flatMap((job, index) => {
    const chart = `bench-${index + 1}.svg`;
    charts.push([chart, barChart(job)]);
    return [`## ${sentence(job.name)}`, '', `![${job.name}](${chart})`, '', ...table(job), ''];
  });
  const versions = Object.entries(peerVersions).map(([name, version]) => `${name} ${version}`);
  const text = [
    '# What it costs',
    '',
    '<!-- Written by `npm run bench`. -->',
    '',
    `Measured by \`npm run bench\`, which anybody can repeat: every tool does the same job on the same hosts, in turns, ${rounds === 1 ? 'one round' : `${rounds} rounds`} in one`,
    'run; seconds are medians with the smallest and the largest, ratios are taken round by round. CPU is what the control machine',
    'computed; the peak is the largest process. The peers are set up as their documentation advises: ansible-core with pipelining,',
    'ControlPersist, 50 forks and no facts; Mitogen as the strategy of the same Ansible; the files for them are in `test/bench`.',
    '',
    `Machine: ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, which carries the hosts of the lab as`,
    `well, so what the hosts compute is in every figure. Node ${process.versions.node}, ${versions.join(', ')}.`,
    '',
    '## Targets',
    '',
    ...targets(jobs),
    '',
    `The last column is brokkr with \`brokkr_ssh_persist\`, which lets connections stay for the next run, as ControlPersist lets those of the`,
    'tuned ansible-core beside it; without it every run logs in anew, and so does `ssh true`. A run before the first round has made them.',
    '',
    'Where the time goes is told by `--timings`. Of a run with nothing to do, nearly half is starting Node (a tenth), loading the program and',
    'reading the files, before any host is dialled: so it is with the first byte and with a dry run. Logging in and the one probe program share',
    'the rest. The hosts run on the same two cores, so what they compute stands in the way of the control side and of each other: with 50 hosts,',
    '`ssh true` itself takes longer for each further host than brokkr does. Of a further task, by a profile of 200 of them, the YAML library takes',
    '0.2 ms once, and deciding it 0.13 ms a host, in code that V8 has not compiled yet. pyinfra asks little in its dry run. Uploads are encrypted by',
    'one thread, and a run that uploads starts, asks and locks as well. Round trips are told by the clock here, and vary with it; of the nine that',
    'are waited for, four are for the connection and its keys, two for the key of the user, two for the channel, and one for the program. From',
    'nothing, brokkr unpacks Kafka only when ZooKeeper has its quorum.',
    '',
    '## Counts',
    '',
    'What runs of brokkr cost beside time, all their hosts together: how many connections, channels and remote programs, and what went over',
    'them before it was encrypted. `test/integration/cost.test.ts` holds them, and the processes of a host, to the last one.',
    '',
    ...countsTable(counts),
    '',
    ...sections,
  ];
  return { text: `${text.join('\n').trimEnd()}\n`, charts };
}

function table({ samples }: Job): string[] {
  const ours = samples.get('brokkr') ?? [];
  const rows = [...samples].map(([tool, all]) => {
    const ratio = tool === 'brokkr' ? '' : range(ratios(all, ours), 1);
    const wall = range(
      all.map(({ wall: each }) => each),
      2,
    );
    return `| ${tool} | ${wall} | ${median(all.map(({ cpu }) => cpu)).toFixed(2)} | ${Math.round(median(all.map(({ peak }) => peak)))} | ${ratio} |`;
  });
  return ['| | seconds | CPU seconds | peak MB | times brokkr |', '|---|--:|--:|--:|--:|', ...rows];
}

function range(values: readonly number[], digits: number): string {
  if (values.length === 0) return '';
  const middle = median(values).toFixed(digits);
  if (values.length === 1) return middle;
  return `${middle} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Bars to one scale, readable on light and dark pages. */
function barChart({ name, samples }: Job): string {
  const bars = [...samples].map(([tool, all]) => ({ tool, seconds: wall(all) }));
  const most = Math.max(...bars.map(({ seconds }) => seconds));
  const rows = bars.map(({ tool, seconds }, index) => {
    const y = 10 + index * 26;
    const width = Math.max(1, (seconds / most) * 400);
    const fill = tool === 'brokkr' ? '#2f81f7' : '#8b949e';
    return [
      `<text x="190" y="${y + 14}" text-anchor="end">${tool}</text>`,
      `<rect x="200" y="${y}" width="${width.toFixed(1)}" height="18" fill="${fill}"/>`,
      `<text x="${(206 + width).toFixed(1)}" y="${y + 14}">${seconds.toFixed(2)} s</text>`,
    ].join('');
  });
  const height = bars.length * 26 + 16;
  const style = 'text{font:13px sans-serif;fill:#6e7781}';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 ${height}" role="img" aria-label="${name}"><style>${style}</style>${rows.join('')}</svg>\n`;
}
