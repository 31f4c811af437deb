import { NOT_INSTALLED, type ServerLook } from '../restart/server-look.ts';
import type { ServerReport } from '../zookeeper/ensemble.ts';
import { type Check, judged, skipped } from './check.ts';
import type { Subject } from './subject.ts';
import type { Survey } from './survey.ts';

/** What a znode that was written on one server and read on the others showed. */
export type ZnodeProof =
  | { readonly writer: number; readonly readers: readonly number[]; readonly moved: boolean }
  | { readonly reason: string };

const group = 'ZooKeeper';

/** Does the server take part in the ensemble? */
export function isVoting({ state }: ServerReport, alone: boolean): boolean {
  return state.state === 'leader' || state.state === 'follower' || (alone && state.state === 'standalone');
}

/** Whether the ensemble is one, by what each of its servers says. */
export function zookeeperChecks(subject: Subject, survey: Survey): readonly Check[] {
  const { servers } = survey.ensemble;
  const alone = servers.length === 1;
  const name = ({ server }: ServerReport) => subject.nameOf('zookeeper', server.id);
  const voting = servers.filter((report) => isVoting(report, alone));
  const leaders = servers.filter(({ state }) => state.state === 'leader');
  const isLost = ({ server }: ServerReport) => {
    const found = survey.hosts.get(subject.hostOf('zookeeper', server.id) ?? '');
    return found !== undefined && 'reason' in found;
  };
  const absent = servers.filter((report) => !voting.includes(report));
  const serving = judged({
    id: 'zookeeper.serving',
    group,
    what: 'every server answers and has a vote',
    good: [servers.map((report) => `${name(report)}: ${report.state.state}`).join(', ')],
    bad: absent.filter((report) => !isLost(report)).map((report) => notServing(subject, survey, report)),
    odd: absent
      .filter(isLost)
      .map((report) => `${name(report)} does not answer, and its host is not reached: see hosts.reached`),
    hint: absent.some((report) => isMissing(subject, survey, report))
      ? 'brokkr provision installs and starts what is missing'
      : 'look at zookeeper.log of the server; its zoo.cfg must list all servers, and its myid must be its own',
  });
  const missing = servers.length - voting.length;
  const isLed = alone || leaders.length === 1;
  const hint = 'a majority of the servers has to run and reach each other on the ports for peers and election';
  const leader = judged({
    id: 'zookeeper.leader',
    group,
    what: 'exactly one server leads',
    good: [alone ? 'a server of its own needs none' : `${leaders.map(name).join(', ')} leads`],
    bad: isLed ? [] : [leaders.length === 0 ? 'none leads' : `several lead: ${leaders.map(name).join(', ')}`],
    hint,
  });
  return [serving, leader, synced(servers, missing), membership(subject, servers)];
}

/** What its host tells of the server; undefined where the host was not looked at. */
function lookAt(
  subject: Subject,
  survey: Survey,
  { server }: ServerReport,
): { look: ServerLook | undefined } | undefined {
  const host = subject.hostOf('zookeeper', server.id);
  const found = host === undefined ? undefined : survey.hosts.get(host);
  return found === undefined || !('look' in found) ? undefined : { look: found.servers.get('zookeeper') };
}

function isMissing(subject: Subject, survey: Survey, report: ServerReport): boolean {
  return lookAt(subject, survey, report)?.look?.unitState === NOT_INSTALLED;
}

function notServing(subject: Subject, survey: Survey, report: ServerReport): string {
  const { server, state } = report;
  const name = subject.nameOf('zookeeper', server.id);
  const found = lookAt(subject, survey, report);
  const process =
    found === undefined || found.look?.process !== undefined
      ? ''
      : `; it does not run${stateText(found.look?.unitState)}`;
  switch (state.state) {
    case 'standalone':
      return `${name} runs standalone: it knows no other server, and what is written there is written nowhere else`;
    case 'observer':
      return `${name} is an observer, which has no vote`;
    case 'read-only':
      return `${name} is read-only: it has lost the others`;
    case 'unreachable':
      return `${name} does not answer: ${state.reason ?? 'unknown reason'}${process}`;
    default:
      return state.reason === undefined
        ? `${name} runs, but is part of no quorum`
        : `whether ${name} serves cannot be asked: ${state.reason}`;
  }
}

function stateText(unitState: string | undefined): string {
  return unitState === undefined || unitState === 'active' ? '' : ` (its unit is ${unitState})`;
}

function synced(servers: readonly ServerReport[], missing: number): Check {
  const of = { id: 'zookeeper.synced', group, what: 'all others follow the leader in step' } as const;
  if (servers.length === 1) return skipped(of, 'there is one server only');
  const [leader] = servers.filter(({ state }) => state.state === 'leader');
  if (leader === undefined) return skipped(of, 'nobody leads: see zookeeper.leader');
  const { syncedFollowers } = leader.state;
  if (syncedFollowers === undefined)
    return skipped(of, 'mntr is not in 4lw.commands.whitelist of the leader, so it does not tell');
  const wanted = servers.length - 1 - missing;
  const followers = syncedFollowers === 1 ? '1 follower' : `${syncedFollowers} followers`;
  return judged({
    ...of,
    good: [
      missing > 0 ? `${followers} in step; the others do not serve: see zookeeper.serving` : `${followers} in step`,
    ],
    bad: syncedFollowers >= wanted ? [] : [`${followers} in step, not ${wanted}`],
    hint: 'a follower that lags is reading a snapshot, or its disk or link is too slow',
  });
}

/** The ids and addresses that each server believes in. */
function membership(subject: Subject, servers: readonly ServerReport[]): Check {
  const of = {
    id: 'zookeeper.membership',
    group,
    what: 'all servers have their ids and the same list of servers',
  } as const;
  const told = servers.filter(({ state }) => (state.conf?.members.size ?? 0) > 0);
  const [first] = told;
  if (servers.every(({ state }) => state.state === 'unreachable'))
    return skipped(of, 'no server answers: see zookeeper.serving');
  if (first === undefined) return skipped(of, 'conf is not in 4lw.commands.whitelist of any server, so none tells');
  const expected = servers.map(({ server }) => server.id);
  const bad = told.flatMap(({ server, state }) => {
    const name = subject.nameOf('zookeeper', server.id);
    const members = state.conf?.members ?? new Map<number, string>();
    const missing = expected.filter((id) => !members.has(id));
    const more = [...members.keys()].filter((id) => !expected.includes(id));
    const other = [...members].filter(([id, address]) => {
      const theirs = first.state.conf?.members.get(id);
      // A server may call itself 0.0.0.0 to listen on all addresses.
      return (
        theirs !== undefined && theirs !== address && ![theirs, address].some((each) => each.startsWith('0.0.0.0:'))
      );
    });
    const id = state.conf?.serverId;
    return [
      ...(id !== undefined && id !== server.id ? [`${name} has the id ${id}, not ${server.id}`] : []),
      ...(missing.length > 0 ? [`${name} does not know server ${missing.join(', ')}`] : []),
      ...(more.length > 0 ? [`${name} knows server ${more.join(', ')}, which the inventory does not have`] : []),
      ...other.map(
        ([member, address]) =>
          `${name} has server.${member}=${address}, others ${first.state.conf?.members.get(member)}`,
      ),
    ];
  });
  return judged({
    ...of,
    good: [`ids ${expected.join(', ')}`],
    bad,
    hint: 'myid and the lines server.N must agree on all servers; restart them one by one after mending: brokkr restart zookeeper',
  });
}

/** @param proof `undefined`: nothing was to be written */
export function znodeChecks(subject: Subject, proof: ZnodeProof | undefined, why: string): readonly Check[] {
  const znode = { id: 'zookeeper.znode', group, what: 'a znode written on one server is read on the others' } as const;
  const zxid = { id: 'zookeeper.zxid', group, what: 'a write moves the transaction id of every server' } as const;
  if (proof === undefined) return [skipped(znode, why), skipped(zxid, why)];
  const hint = 'see zookeeper.log of the server that is named';
  if ('reason' in proof) {
    return [judged({ ...znode, good: [], bad: [proof.reason], hint }), skipped(zxid, 'nothing was written')];
  }
  const names = proof.readers.map((id) => subject.nameOf('zookeeper', id)).join(', ');
  const writer = subject.nameOf('zookeeper', proof.writer);
  return [
    judged({ ...znode, good: [`written on ${writer}, read on ${names}`], bad: [], hint }),
    judged({
      ...zxid,
      good: [`it moved on ${names}`],
      bad: proof.moved ? [] : [`it did not move on ${names}`],
      hint,
    }),
  ];
}
