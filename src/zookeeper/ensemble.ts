import { formatEndpoint } from '../modules/dialing.ts';
import type { ConfAnswer, FourLetterWord, SrvrAnswer } from './four-letter.ts';
import type { ZookeeperServer } from './server.ts';

/** How one server of an ensemble is. */
export interface ServerState {
  /** `not serving`: it runs, but is part of no quorum, or does not let itself be asked. */
  readonly state: SrvrAnswer['mode'] | 'not serving' | 'unreachable';
  /** Why it is unreachable, or why nobody can tell whether it serves. */
  readonly reason?: string;
  readonly version?: string;
  /** The last transaction that it applied. */
  readonly zxid?: string;
  /** Of that transaction; an idle ensemble's followers keep the epoch before the last election. */
  readonly epoch?: number;
  /** Of a leader that lets `mntr` be asked. */
  readonly syncedFollowers?: number;
  /** Of a server that lets `conf` be asked. */
  readonly conf?: ConfAnswer;
  /** The commands that its whitelist does not have. */
  readonly blocked: readonly FourLetterWord[];
}

export interface ServerReport {
  readonly server: ZookeeperServer;
  readonly state: ServerState;
}

export interface EnsembleHealth {
  readonly healthy: boolean;
  /** Of the one leader: `s2:2181`. */
  readonly leader: string | undefined;
  /** What is wrong, one sentence each without a final stop; empty when it is healthy. */
  readonly reasons: readonly string[];
  /** What could not be checked, and how it could. */
  readonly notes: readonly string[];
  readonly servers: readonly ServerReport[];
}

/**
 * Is it one ensemble with a leader, and are all others its synced followers? Each server must say so itself; what a
 * server does not let be asked is a note, not a failure.
 */
export function ensembleHealth(servers: readonly ServerReport[]): EnsembleHealth {
  const leaders = servers.filter(({ state }) => state.state === 'leader');
  const alone = servers.length === 1;
  const reasons = [
    ...servers.flatMap((report) => serverReasons(report, alone)),
    ...(alone ? [] : quorumReasons(servers, leaders)),
    ...servers.flatMap((report) => identityReasons(report, servers)),
  ];
  const [only] = alone ? servers : leaders;
  return {
    healthy: reasons.length === 0,
    leader: only !== undefined && (alone || leaders.length === 1) ? formatEndpoint(only.server) : undefined,
    reasons,
    notes: notes(servers),
    servers,
  };
}

function serverReasons({ server, state }: ServerReport, alone: boolean): string[] {
  const name = formatEndpoint(server);
  switch (state.state) {
    case 'leader':
    case 'follower':
      return [];
    case 'standalone':
      return alone ? [] : [`${name} runs standalone: it does not know the other servers`];
    case 'observer':
      return [`${name} is an observer, which has no vote`];
    case 'read-only':
      return [`${name} is read-only: it has lost the quorum`];
    case 'not serving':
      return [
        state.reason === undefined
          ? `${name} runs but is part of no quorum`
          : `whether ${name} serves cannot be asked: ${state.reason}`,
      ];
    case 'unreachable':
      return [`${name} cannot be reached (${state.reason ?? 'unknown reason'})`];
  }
}

function quorumReasons(servers: readonly ServerReport[], leaders: readonly ServerReport[]): string[] {
  if (leaders.length === 0) return ['there is no leader'];
  if (leaders.length > 1) {
    return [`there are ${leaders.length} leaders: ${leaders.map(({ server }) => formatEndpoint(server)).join(', ')}`];
  }
  return leaders.flatMap(({ server, state }) => {
    const synced = state.syncedFollowers;
    const wanted = servers.length - 1;
    if (synced === undefined || synced === wanted) return [];
    return [`the leader ${formatEndpoint(server)} has ${synced} synced followers, not ${wanted}`];
  });
}

/** The id that the server has, and the ensemble that it believes in, against what is expected. */
function identityReasons({ server, state }: ServerReport, all: readonly ServerReport[]): string[] {
  // A standalone server has no members, and says that its id is 0.
  if (state.conf === undefined || state.conf.members.size === 0) return [];
  const name = formatEndpoint(server);
  const { serverId } = state.conf;
  const believed = sorted(state.conf.members.keys());
  const expected = sorted(all.map((report) => report.server.id));
  return [
    ...(serverId !== undefined && serverId !== server.id ? [`${name} has the id ${serverId}, not ${server.id}`] : []),
    ...(believed !== expected ? [`${name} believes in an ensemble of ${believed}, not of ${expected}`] : []),
  ];
}

function sorted(ids: Iterable<number>): string {
  return [...ids].sort((a, b) => a - b).join(', ');
}

function notes(servers: readonly ServerReport[]): string[] {
  const blocked = (word: FourLetterWord, report: ServerReport) => report.state.blocked.includes(word);
  const list = (reports: readonly ServerReport[]) => reports.map(({ server }) => formatEndpoint(server)).join(', ');
  const withoutMntr = servers.filter((report) => report.state.state === 'leader' && blocked('mntr', report));
  const withoutConf = servers.filter((report) => blocked('conf', report));
  const whitelist = 'is not in 4lw.commands.whitelist of';
  return [
    ...(withoutMntr.length > 0 ? [`synced followers were not counted: mntr ${whitelist} ${list(withoutMntr)}`] : []),
    ...(withoutConf.length > 0 ? [`ids were not compared: conf ${whitelist} ${list(withoutConf)}`] : []),
    ...servers.flatMap((report, index) => spellingNotes(report, servers.slice(0, index))),
  ];
}

/** `server.N` lines should be the same everywhere; a server may name itself 0.0.0.0 to listen on all addresses. */
function spellingNotes({ server, state }: ServerReport, earlier: readonly ServerReport[]): string[] {
  const other = earlier.find((report) => (report.state.conf?.members.size ?? 0) > 0);
  if (other === undefined) return [];
  return [...(state.conf?.members ?? [])].flatMap(([id, address]) => {
    const theirs = other.state.conf?.members.get(id);
    if (theirs === undefined || theirs === address || [theirs, address].some((a) => a.startsWith('0.0.0.0:')))
      return [];
    return [
      `server.${id} is ${address} for ${formatEndpoint(server)}, but ${theirs} for ${formatEndpoint(other.server)}`,
    ];
  });
}
