import type { Finding, Rule } from '../../lint/rule.ts';
import { at, SERVER_LIST, type ZooKeeperServer } from './server.ts';

/** The servers of one ensemble, each from its own host. */
export interface ZooKeeperEnsemble {
  readonly servers: readonly ZooKeeperServer[];
}
type EnsembleRule = Rule<ZooKeeperEnsemble>;

const SOURCE = "ZooKeeper Administrator's Guide, Cluster Options; QuorumPeerConfig";

/** The list as it must be alike: what a host says of itself may be any address of its own. */
function listOf({ members }: ZooKeeperServer): string {
  return members
    .map(
      ({ id, host, peerPort, electionPort }) => `${id}=${host === '0.0.0.0' ? '*' : host}:${peerPort}:${electionPort}`,
    )
    .sort()
    .join(' ');
}

const listsDiffer: EnsembleRule = {
  id: 'zookeeper/servers-differ',
  severity: 'error',
  what: 'The list of servers differs between hosts',
  why: 'Servers that do not agree on who votes can elect two leaders, or none.',
  mend: 'Give all hosts the same list.',
  source: SOURCE,
  applies: ({ servers }) =>
    servers.length > 1 && !servers.some(({ members }) => members.some(({ host }) => host === '0.0.0.0')),
  *check({ servers }) {
    const counts = new Map<string, number>();
    for (const server of servers) counts.set(listOf(server), (counts.get(listOf(server)) ?? 0) + 1);
    const [most] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [''];
    for (const server of servers)
      if (listOf(server) !== most)
        yield at(
          server,
          SERVER_LIST,
          `the servers here are ${listOf(server) || 'none'}, and ${most || 'none'} on the other hosts`,
          'give all hosts the same list',
        );
  },
};

const badMyid: EnsembleRule = {
  id: 'zookeeper/myid',
  severity: 'error',
  what: 'The file myid does not fit',
  why: 'A server with peers needs the file myid in its dataDir, with nothing in it but its number of the list; else it does not start, or takes the place of another one.',
  mend: 'Write the number of this host in the list, without blanks, into dataDir/myid.',
  source: `${SOURCE}, myid`,
  *check({ servers }) {
    const seen = new Map<number, string>();
    for (const server of servers) {
      if (server.host === undefined || server.members.length < 2) continue;
      const finding = myidProblem(server);
      if (finding !== undefined) yield finding;
      const id = Number(server.myid?.text.trim());
      const other = seen.get(id);
      if (server.myid !== undefined && other !== undefined)
        yield {
          key: 'myid',
          at: { file: server.myid.file, line: 1, column: 1 },
          message: `${other} has the id ${id}, too`,
        };
      seen.set(id, server.host);
    }
  },
};

function myidProblem(server: ZooKeeperServer): Finding | undefined {
  const { myid, members, host } = server;
  if (myid === undefined) return undefined;
  const tell = (message: string, hint?: string): Finding => ({
    key: 'myid',
    at: { file: myid.file, line: 1, column: 1 },
    message,
    hint,
  });
  const [text = ''] = myid.text.split(/\r?\n/);
  if (!/^\d+$/.test(text))
    return tell(
      `${text === '' ? 'nothing' : JSON.stringify(text)} is not a number: the server does not start`,
      'write the number alone, without blanks',
    );
  const mine = members.find(({ id }) => id === Number(text));
  if (mine === undefined)
    return tell(
      `there is no line server.${text} in ${server.settings.file}`,
      `the list has ${members.map(({ id }) => id).join(', ')}`,
    );
  const byName = members.find((each) => each.host === host);
  return byName !== undefined && byName.id !== mine.id
    ? tell(`the id is ${text}, and ${byName.key} is this host, ${host}`, `write ${byName.id}`)
    : undefined;
}

const timesDiffer: EnsembleRule = {
  id: 'zookeeper/differs-between-servers',
  severity: 'warning',
  what: 'A setting differs between servers',
  why: 'The limits of sessions and of joining then depend on which server leads.',
  mend: 'Give all servers the same value.',
  source: SOURCE,
  *check({ servers }) {
    for (const key of [
      'tickTime',
      'initLimit',
      'syncLimit',
      'minSessionTimeout',
      'maxSessionTimeout',
      'sslQuorum',
      'quorum.auth.enableSasl',
    ]) {
      const values = servers.map((server) => server.settings.text(key) ?? 'not set');
      const most = values.toSorted(
        (a, b) => values.filter((each) => each === b).length - values.filter((each) => each === a).length,
      )[0];
      for (const [index, server] of servers.entries())
        if (values[index] !== most)
          yield at(server, key, `${key} is ${values[index]} here, and ${most} on the other servers`);
    }
  },
};

const standalone: EnsembleRule = {
  id: 'zookeeper/standalone-hosts',
  severity: 'error',
  what: 'Several hosts run ZooKeeper, and do not know each other',
  why: 'Each is a cluster of its own: brokers that name them all see different worlds.',
  mend: 'Give all hosts the list of servers.',
  source: SOURCE,
  applies: ({ servers }) => servers.length > 1,
  *check({ servers }) {
    for (const server of servers)
      if (server.members.length < 2 && !server.settings.isSet('dynamicConfigFile'))
        yield at(
          server,
          SERVER_LIST,
          `this server runs alone, and there are ${servers.length} hosts with ZooKeeper`,
          'list all servers on each host',
        );
  },
};

/** Every rule about several servers together. */
export const ensembleRules: readonly EnsembleRule[] = [standalone, listsDiffer, badMyid, timesDiffer];
