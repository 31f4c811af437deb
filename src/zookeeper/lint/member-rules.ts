import { isOpenKey } from '../../lint/placeholder.ts';
import type { Finding } from '../../lint/rule.ts';
import { isLoopbackHost, type Member, memberProblem } from './members.ts';
import { at, SERVER_LIST, type ServerRule, type ZooKeeperServer } from './server.ts';

const SOURCE = "QuorumPeer.QuorumServer, QuorumPeerConfig; ZooKeeper Administrator's Guide, Cluster Options";

export const badMember: ServerRule = {
  id: 'zookeeper/bad-server',
  severity: 'error',
  what: 'A line of the list of servers cannot be read',
  why: 'The server does not start: each line is server.ID=host:peer port:election port, perhaps with :observer and ;client port.',
  mend: 'Write server.1=host1:2888:3888.',
  source: SOURCE,
  *check(server) {
    for (const { key } of server.settings.entries()) {
      const value = server.settings.given(key);
      const problem =
        key.startsWith('server.') && !isOpenKey(key) && value !== undefined ? memberProblem(key, value) : undefined;
      if (problem !== undefined) yield at(server, key, `${key}: ${problem}`, 'for example server.1=host1:2888:3888');
      const id = Number(key.slice('server.'.length));
      if (/^server\.\d+$/.test(key) && id > 255)
        yield at(server, key, `${key}: ids go from 1 to 255`, undefined, 'warning');
    }
  },
};

export const oneServer: ServerRule = {
  id: 'zookeeper/one-server-line',
  severity: 'warning',
  what: 'A list of a single server',
  why: 'With a single server line ZooKeeper ignores the list and runs standalone; on three hosts that is three clusters that know nothing of each other.',
  mend: 'List all servers, or remove the line when a single one is meant.',
  source: SOURCE,
  *check(server) {
    const lines = [...server.settings.entries()].filter(({ key }) => /^server\.\d+$/.test(key));
    if (lines.length === 1 && server.settings.flag('standaloneEnabled') !== false)
      yield {
        key: SERVER_LIST,
        at: lines[0]?.keyAt ?? server.settings.at(),
        message: 'a single server line: ZooKeeper ignores it and runs standalone',
        hint: 'list all servers of the ensemble',
      };
  },
};

export const votersCount: ServerRule = {
  id: 'zookeeper/even-voters',
  severity: 'warning',
  what: 'The number of voters is even, or too large',
  why: 'Two voters tolerate no failure, four no more than three do; with more than seven each write waits for many.',
  mend: 'Use three or five voters, and observers for more readers.',
  source: "ZooKeeper Administrator's Guide, Clustered (Multi-Server) Setup",
  *check(server) {
    const voters = server.members.filter(({ isObserver }) => !isObserver).length;
    const whole =
      [...server.settings.entries()].filter(({ key }) => key.startsWith('server.')).length === server.members.length;
    if (!whole || voters < 2) return;
    if (voters % 2 === 0)
      yield at(
        server,
        SERVER_LIST,
        voters === 2
          ? 'two voters tolerate no failure'
          : `${voters} voters tolerate no more failures than ${voters - 1}`,
        'use an odd number',
      );
    else if (voters > 7)
      yield at(
        server,
        SERVER_LIST,
        `${voters} voters: each write waits for ${(voters + 1) / 2} of them`,
        'make some of them observers',
      );
  },
};

export const sameAddress: ServerRule = {
  id: 'zookeeper/same-address',
  severity: 'error',
  what: 'Two servers of the list have one address',
  why: 'They cannot both bind it, and the list then names a server that does not exist.',
  mend: 'Give each line its own host, or ports of its own on one host.',
  source: SOURCE,
  check: (server) => addressFindings(server),
};

function* addressFindings(server: ZooKeeperServer): Iterable<Finding> {
  const ports = (member: Member): number[] => [member.peerPort, member.electionPort];
  for (const [index, member] of server.members.entries()) {
    if (member.peerPort === member.electionPort) {
      yield at(
        server,
        member.key,
        `${member.key}: the peer port and the election port are both ${member.peerPort}`,
        'for example 2888 and 3888',
      );
      continue;
    }
    const other = server.members
      .slice(0, index)
      .find((each) => each.host === member.host && ports(each).some((port) => ports(member).includes(port)));
    if (other !== undefined)
      yield at(
        server,
        member.key,
        `${member.key} and ${other.key} are both on ${member.host} with the same port`,
        'each needs a host or ports of its own',
      );
  }
}

export const loopbackMember: ServerRule = {
  id: 'zookeeper/loopback-server',
  severity: 'error',
  what: 'A server of the list is localhost, and others are elsewhere',
  why: 'A server binds its ports for peers to the address of its own line: at localhost no other server reaches it. On the other hosts the line names themselves.',
  mend: 'Write the name under which the others reach the host.',
  source: SOURCE,
  applies: ({ settings }) => settings.flag('quorumListenOnAllIPs') !== true,
  *check(server) {
    if (server.members.every(({ host }) => isLoopbackHost(host))) return;
    for (const { key, host } of server.members)
      if (isLoopbackHost(host))
        yield at(server, key, `${key} is ${host}, where no other server reaches it`, 'write the name of the host');
  },
};

export const portClash: ServerRule = {
  id: 'zookeeper/same-port',
  severity: 'error',
  what: 'Two ports of a server are the same',
  why: 'The second one cannot be bound: the server does not start, or runs without its admin server.',
  mend: 'Use 2181 for clients, 2888 and 3888 for peers, and 8080 or none for the admin server.',
  source: SOURCE,
  *check(server) {
    const { settings, members } = server;
    const admin = settings.flag('admin.enableServer') === false ? undefined : settings.number('admin.serverPort');
    const clients = settings.number('clientPort');
    const secure = settings.number('secureClientPort');
    const ofPeers = members.find(
      (each) => clients !== undefined && [each.peerPort, each.electionPort].includes(clients),
    );
    if (ofPeers !== undefined)
      yield at(server, 'clientPort', `clientPort ${clients} is a port of ${ofPeers.key}, too`, 'clientPort=2181');
    if (clients !== undefined && clients === secure)
      yield at(server, 'secureClientPort', `secureClientPort and clientPort are both ${clients}`);
    if (
      admin !== undefined &&
      (admin === clients ||
        admin === secure ||
        members.some((each) => each.peerPort === admin || each.electionPort === admin))
    )
      yield at(
        server,
        settings.isSet('admin.serverPort') ? 'admin.serverPort' : 'clientPort',
        `the admin server binds ${admin}, too`,
        'set admin.serverPort, or admin.enableServer=false',
      );
  },
};

export const observerRole: ServerRule = {
  id: 'zookeeper/observer',
  severity: 'warning',
  what: 'An observer is not one in the list',
  why: 'The role in the list counts for the others; a list of observers alone has nobody to elect.',
  mend: 'Write :observer at the end of its line, on every server, and peerType=observer on itself.',
  source: 'ZooKeeper Observers; QuorumPeerConfig',
  *check(server) {
    const { settings, members } = server;
    if (members.length > 0 && members.every(({ isObserver }) => isObserver))
      yield at(server, SERVER_LIST, 'all servers are observers: nobody votes', undefined, 'error');
    else if (
      settings.given('peerType') === 'observer' &&
      members.length > 0 &&
      !members.some(({ isObserver }) => isObserver)
    )
      yield at(
        server,
        'peerType',
        'peerType is observer, and no server line ends in :observer',
        'add it to the line of this server, on every host',
      );
  },
};
