import Table from 'cli-table3';
import type { HostCounts, HostRecap } from '../apply/events.ts';
import { formatPosition, type Position } from '../errors.ts';
import type { Style } from './style.ts';
import { statusMark } from './task-text.ts';
import { count, describeSeconds, foldHosts } from './wording.ts';

const columnNames = ['ok', 'changed', 'failed', 'unreachable', 'skipped', 'rescued', 'ignored'] as const;
/** With more hosts than these, those with the same counts share a row. */
const ownRows = 20;
const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/** What failed first, and on which hosts: it is what the closing sentence names. */
export interface FirstFailure {
  readonly hosts: readonly string[];
  readonly task: string;
  readonly at: Position;
  readonly message: string | undefined;
}

interface Row {
  readonly hosts: string[];
  readonly counts: HostCounts;
  seconds: number;
}

/** The counts of every host as a table, or as a line each where a table does not fit. */
export function recapTable(
  hosts: readonly HostRecap[],
  options: { readonly style: Style; readonly columns: number },
): string[] {
  const rows = foldRows(hosts);
  const named = rows.map((row) => ({ ...row, name: foldHosts(row.hosts, [], Math.max(24, options.columns - 72)) }));
  const widest = Math.max(...named.map(({ name }) => name.length));
  if (widest + 72 > options.columns) return named.map((row) => narrow(row.name, row, options.style));
  const table = new Table({
    chars: bare,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    head: ['host', ...columnNames, 'seconds'].map(options.style.dim),
    colAligns: ['left', ...columnNames.map(() => 'right' as const), 'right'],
  });
  for (const { name, counts, seconds } of named)
    table.push([name, ...columnNames.map((column) => cell(counts, column, options.style)), seconds.toFixed(1)]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function foldRows(hosts: readonly HostRecap[]): Row[] {
  const rows = new Map<string, Row>();
  for (const recap of hosts) {
    const key = hosts.length > ownRows ? columnNames.map((column) => recap[column]).join() : recap.host;
    const row = rows.get(key) ?? { hosts: [], counts: recap, seconds: 0 };
    row.hosts.push(recap.host);
    row.seconds = Math.max(row.seconds, recap.seconds);
    rows.set(key, row);
  }
  return [...rows.values()];
}

function cell(counts: HostCounts, column: (typeof columnNames)[number], style: Style): string {
  return (counts[column] === 0 ? style.dim : statusMark(column, style))(`${counts[column]}`);
}

function narrow(name: string, row: Row, style: Style): string {
  const told = columnNames.filter((column) => row.counts[column] > 0);
  const counts = told.map((column) => statusMark(column, style)(`${row.counts[column]} ${column}`));
  return `${style.bold(name)}: ${[...counts, describeSeconds(row.seconds)].join(', ')}`;
}

/** The last line of a report: what it all came to. */
export function closingSentence(
  recap: { readonly hosts: readonly HostRecap[]; readonly seconds: number },
  options: {
    readonly style: Style;
    readonly failure: FirstFailure | undefined;
    readonly checkMode: boolean;
    /** The verb whose run it was: `verify` changes nothing, it proves. */
    readonly verb?: string | undefined;
  },
): string {
  const { style, failure } = options;
  const took = `in ${describeSeconds(recap.seconds)}`;
  const changed = recap.hosts.filter((host) => host.changed > 0);
  const changes = changed.reduce((sum, host) => sum + host.changed, 0);
  const verb = options.checkMode ? 'would change' : 'changed';
  const what = `${count(changed.length, 'host')} ${verb}, ${count(changes, 'change')} ${took}`;
  const lost = recap.hosts.filter((host) => host.failed > 0 || host.unreachable > 0);
  // What ran on a host whose connection was lost may have changed something, and nobody has told.
  const none = lost.some((host) => host.unreachable > 0 && host.seconds > 0)
    ? 'no change was told of'
    : 'nothing changed';
  if (lost.length > 0 || failure !== undefined)
    return `${style.bad(lostSentence(lost, failure))}; ${changes === 0 ? `${none} ${took}` : what}`;
  if (changes === 0 && options.verb === 'verify') {
    const checks = recap.hosts.reduce((sum, host) => sum + host.ok, 0);
    return style.good(`proved: ${count(checks, 'check')} passed ${took}`);
  }
  return changes === 0 ? style.good(`nothing to change (${describeSeconds(recap.seconds)})`) : style.changed(what);
}

/** The last line of a dry run of a rolling restart. */
export function foreseenSentence(
  { free, blocked }: { readonly free: number; readonly blocked: number },
  seconds: number,
  style: Style,
): string {
  const took = `(${describeSeconds(seconds)})`;
  if (free + blocked === 0) return style.good(`no server would be restarted ${took}`);
  const would = `${count(free + blocked, 'server')} would be restarted${free + blocked > 1 ? ', one after the other' : ''}`;
  return style.changed(`${would}${blocked === 0 ? '' : `; ${blocked} could not be stopped now`} ${took}`);
}

function lostSentence(lost: readonly HostRecap[], failure: FirstFailure | undefined): string {
  const others = lost.filter(({ host }) => failure?.hosts.includes(host) !== true);
  const how = (hosts: readonly HostRecap[]): string =>
    hosts.length > 0 && hosts.every((host) => host.failed === 0) ? 'unreachable' : 'failed';
  const names = (hosts: readonly string[]): string => foldHosts(hosts, [], 60);
  const rest = others.length === 0 ? '' : `${names(others.map(({ host }) => host))} ${how(others)}`;
  if (failure === undefined) return rest;
  const [message] = (failure.message ?? '').split('\n');
  const why = message === undefined || message === '' || message.length > 100 ? '' : `: ${message}`;
  const first = lost.filter(({ host }) => failure.hosts.includes(host));
  const what = `${names(failure.hosts)} ${how(first)}: ${failure.task} (${formatPosition(failure.at)})${why}`;
  return rest === '' ? what : `${what}; ${rest}, too`;
}
