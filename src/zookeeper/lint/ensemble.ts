import type { ZooKeeperEnsemble } from './ensemble-rules.ts';
import type { ZooKeeperServer } from './server.ts';

/** Groups the servers whose lists share a member; those without a list of others are one group. */
export function groupServers(servers: readonly ZooKeeperServer[], allTogether: boolean): ZooKeeperEnsemble[] {
  const groups: { places: Set<string>; servers: ZooKeeperServer[] }[] = [];
  for (const server of servers) {
    const listed = server.members
      .filter(({ host }) => host !== '0.0.0.0')
      .map(({ host, peerPort }) => `${host}:${peerPort}`);
    const mine = new Set(server.members.length < 2 ? ['alone'] : listed);
    const joined = groups.filter((group) => allTogether || [...mine].some((place) => group.places.has(place)));
    const group = {
      places: new Set([...mine, ...joined.flatMap((each) => [...each.places])]),
      servers: [...joined.flatMap((each) => each.servers), server],
    };
    for (const each of joined) groups.splice(groups.indexOf(each), 1);
    groups.push(group);
  }
  return groups.map(({ servers: members }) => ({ servers: members }));
}
