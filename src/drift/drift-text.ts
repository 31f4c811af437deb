import type { DriftRow, ServerDrift } from './drift.ts';

/** Columns of a value; what is longer is cut. */
const widest = 44;

/** A table for each server that is not as rendered; with `all`, for each server with all of its keys. */
export function driftLines(servers: readonly ServerDrift[], all: boolean): readonly string[] {
  const lines = servers.flatMap((server) => serverLines(server, all));
  const rows = servers.flatMap((server) => server.rows.filter(({ differences }) => differences.length > 0));
  const hosts = new Set(servers.filter(hasDrift).map(({ host }) => host));
  if (rows.length === 0) {
    const isRead = servers.every(({ unread }) => unread.length === 0);
    return [
      ...lines,
      isRead ? `no drift: ${servers.length} servers are as rendered` : 'no drift in what could be read',
    ];
  }
  return [...lines, `${rows.length === 1 ? '1 difference' : `${rows.length} differences`} on ${[...hosts].join(', ')}`];
}

export function hasDrift({ rows }: ServerDrift): boolean {
  return rows.some(({ differences }) => differences.length > 0);
}

function serverLines({ host, cluster, id, rows, unread }: ServerDrift, all: boolean): readonly string[] {
  const shown = rows.filter(({ differences }) => all || differences.length > 0);
  if (shown.length === 0 && unread.length === 0) return [];
  const cells = shown.map(cellsOf);
  const head = ['key', 'rendered', 'on disk', 'in effect', ''];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  return [
    `${host}: ${cluster === 'kafka' ? `Kafka broker ${id}` : `ZooKeeper server ${id}`}`,
    ...unread.map((reason) => `  not read: ${reason}`),
    ...(cells.length === 0 ? [] : [line(head), ...cells.map(line)]),
    '',
  ];
}

function cellsOf({ key, rendered, disk, effect, source, differences }: DriftRow): readonly string[] {
  const running =
    effect === undefined ? '–' : `${cut(effect)}${source === undefined || source === 'static' ? '' : ` (${source})`}`;
  return [key, cut(rendered ?? '–'), cut(disk ?? '–'), running, differences.join(', ')];
}

function cut(value: string): string {
  return value.length <= widest ? value : `${value.slice(0, widest - 1)}…`;
}
