import type { Finding } from '../../lint/rule.ts';
import { at, SERVER_LIST, type ServerRule, type ZooKeeperServer } from './server.ts';

const SOURCE = "QuorumPeerConfig, QuorumHierarchical; ZooKeeper Administrator's Guide, Cluster Options";

export const groups: ServerRule = {
  id: 'zookeeper/groups',
  severity: 'error',
  what: 'The groups of servers do not fit the list',
  why: 'Each voter belongs to one group, and groups have only voters of the list; else the server does not start.',
  mend: 'Write group.N=1:2:3 with the numbers of servers, each once.',
  source: SOURCE,
  applies: ({ settings }) => [...settings.entries()].some(({ key }) => /^(?:group|weight)\./.test(key)),
  check: (server) => groupFindings(server),
};

function* groupFindings(server: ZooKeeperServer): Iterable<Finding> {
  const grouped = new Set<number>();
  for (const { key, value } of server.settings.entries()) {
    if (key.startsWith('weight.') && !/^\s*\d+\s*$/.test(value))
      yield at(server, key, `${key}: ${value} is not a whole number`);
    if (!key.startsWith('group.')) continue;
    for (const part of value.split(':').map((each) => each.trim())) {
      const id = Number(part);
      if (!/^\d+$/.test(part)) yield at(server, key, `${key}: ${part || 'nothing'} is not the number of a server`);
      else if (grouped.has(id)) yield at(server, key, `server ${id} is in two groups`);
      else if (!server.members.some((each) => each.id === id))
        yield at(server, key, `${key}: there is no server.${id}`);
      grouped.add(id);
    }
  }
  if (server.members.length < 2) return;
  for (const { id, key, isObserver } of server.members)
    if (!isObserver && !grouped.has(id)) yield at(server, key, `${key} is in no group`);
}

export const severalAddresses: ServerRule = {
  id: 'zookeeper/several-addresses',
  severity: 'error',
  what: 'A server has several addresses, which is switched off',
  why: 'Addresses with | between them are refused unless multiAddress.enabled is true.',
  mend: 'Set multiAddress.enabled=true, once all servers are 3.6 or newer.',
  source: SOURCE,
  applies: ({ settings }) => settings.flag('multiAddress.enabled') !== true,
  *check(server) {
    for (const { key } of server.members)
      if (server.settings.given(key)?.includes('|') === true)
        yield at(
          server,
          key,
          `${key} has several addresses, and multiAddress.enabled is not true`,
          'multiAddress.enabled=true',
        );
  },
};

export const nobody: ServerRule = {
  id: 'zookeeper/no-servers',
  severity: 'error',
  what: 'Running alone is switched off, and there is no list of servers',
  why: 'With standaloneEnabled=false the server needs at least one server line; else it does not start.',
  mend: 'List the servers, or remove standaloneEnabled.',
  source: SOURCE,
  applies: ({ settings }) => settings.flag('standaloneEnabled') === false && !settings.isSet('dynamicConfigFile'),
  *check(server) {
    if (![...server.settings.entries()].some(({ key }) => key.startsWith('server.')))
      yield at(
        server,
        'standaloneEnabled',
        'standaloneEnabled is false, and there is no server line',
        `add ${SERVER_LIST}=host:2888:3888`,
      );
  },
};

export const dynamicFile: ServerRule = {
  id: 'zookeeper/dynamic-file',
  severity: 'error',
  what: 'The list of servers stands beside dynamicConfigFile',
  why: 'With dynamicConfigFile the servers, groups and weights are read from that file only, and the server refuses them in zoo.cfg.',
  mend: 'Move the lines into the file that dynamicConfigFile names, or remove dynamicConfigFile.',
  source: 'QuorumPeerConfig; ZooKeeper Dynamic Reconfiguration',
  applies: ({ settings }) => settings.isSet('dynamicConfigFile'),
  *check(server) {
    for (const { key } of server.settings.entries())
      if (/^(?:server|group|weight)\./.test(key))
        yield at(server, key, `${key} must be in the file that dynamicConfigFile names`, 'move it there');
  },
};
