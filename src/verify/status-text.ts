import { formatProblem } from '../errors.ts';
import { tellFailures } from '../hosts-failures.ts';
import type { ClusterStatus, HostStatus, ServerStatus } from './status.ts';
import type { Paint } from './verify-text.ts';

const titles = ['host', 'server', 'role', 'version', 'up', 'disk', 'lagging', 'restart', 'drift'];

/** One screen: the clusters in two lines, then a line for each server. */
export function statusLines(status: ClusterStatus, paint: Paint): readonly string[] {
  const rows = status.hosts.flatMap(hostRows);
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const failures = status.hosts.flatMap(({ host, lost: message, hint }) =>
    message === undefined ? [] : [{ host, message, hint }],
  );
  const lost = tellFailures(failures).flatMap((failure) =>
    formatProblem(failure)
      .split('\n')
      .map((text) => paint('fail', text)),
  );
  return [
    ...headLines(status, paint),
    '',
    line(titles),
    ...rows.map(({ cells, verdict }) => paint(verdict, line(cells))),
    ...lost,
  ];
}

function headLines(status: ClusterStatus, paint: Paint): readonly string[] {
  const { brokers, servers, partitions, silent } = status;
  const zookeeper = `ZooKeeper  ${servers.serving} of ${servers.expected} serve, ${status.leader === undefined ? 'none leads' : `${status.leader} leads`}`;
  const zookeeperWell = servers.serving === servers.expected && (status.leader !== undefined || servers.expected === 1);
  const strangers =
    brokers.unexpected.length === 0 ? '' : `, and ${brokers.unexpected.join(', ')} that the inventory does not have`;
  const kafka =
    silent ??
    `${brokers.answering} of ${brokers.expected} answer${strangers}, controller ${status.controller ?? 'none'}; ${partitions.total} partitions, ${partitions.underReplicated} under-replicated, ${partitions.offline} offline; cluster ${status.clusterId ?? 'unknown'}`;
  const kafkaWell =
    silent === undefined &&
    brokers.answering === brokers.expected &&
    brokers.unexpected.length === 0 &&
    partitions.underReplicated + partitions.offline === 0;
  return [paint(zookeeperWell ? 'pass' : 'fail', zookeeper), paint(kafkaWell ? 'pass' : 'fail', `Kafka      ${kafka}`)];
}

interface Row {
  readonly cells: readonly string[];
  readonly verdict: 'pass' | 'warn' | 'fail';
}

function hostRows({ host, disk, servers }: HostStatus): readonly Row[] {
  return servers.map((server, index) => ({
    cells: [
      index === 0 ? host : '',
      `${server.cluster === 'kafka' ? 'Kafka' : 'ZooKeeper'} ${server.id}`,
      server.role,
      server.version ?? '–',
      server.uptime === undefined ? '–' : spanText(server.uptime),
      index === 0 && disk !== undefined ? `${disk} %` : '',
      server.lagging === undefined ? '' : String(server.lagging),
      server.restartOwed ? 'owed' : '–',
      server.drift === 0 ? '–' : String(server.drift),
    ],
    verdict: verdictOf(server),
  }));
}

function verdictOf({ well, restartOwed, drift, lagging = 0 }: ServerStatus): Row['verdict'] {
  if (!well) return 'fail';
  return restartOwed || drift > 0 || lagging > 0 ? 'warn' : 'pass';
}

/** The two largest units: `3 d 4 h`, `12 min 5 s`. */
function spanText(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return first === -1
    ? '0 s'
    : parts
        .slice(first, first + 2)
        .map(([count, unit]) => `${count} ${unit}`)
        .join(' ');
}
