import { accountOf } from '../apply/accounts.ts';
import { type PlaybookSetting, preparePlays } from '../apply/playbook-run.ts';
import { selectHosts } from '../config/inventory/pattern.ts';
import { BrokkrError } from '../errors.ts';
import { type ClusterName, membersOf } from './members.ts';
import { groupOf } from './prepare-roll.ts';
import { ServerHost } from './server-host.ts';
import type { ServerLook } from './server-look.ts';

/** The hosts that may be restarted; the others are left alone, but have to be well. */
export function limitedTo(cluster: ClusterName, { inventory, limit }: PlaybookSetting): ReadonlySet<string> {
  const group = groupOf(cluster, (name) => inventory.hasGroup(name));
  return new Set(selectHosts(inventory, group, { limit }).hosts);
}

/** Every server of the cluster, whatever the limit. */
export function serversOf(cluster: ClusterName, setting: PlaybookSetting): readonly ServerHost[] {
  const { inventory, identity } = setting;
  const hosts = inventory.hostsOf(groupOf(cluster, (name) => inventory.hasGroup(name)));
  const scopeOf = (host: string) => setting.variables.hostScope(host);
  const plays = preparePlays({ ...setting, limit: undefined });
  return membersOf(cluster, hosts, scopeOf).map((member) => {
    const run = setting.runs.get(member.host);
    const play = plays.find((each) => each.hosts.includes(member.host))?.play ?? plays[0]?.play;
    if (run === undefined || play === undefined)
      throw new BrokkrError(`no play of the playbook is about ${member.host}`);
    const keeper = accountOf(undefined, play, scopeOf(member.host), run.host.target.user, setting.become);
    const { run: name, owner, emit } = identity;
    return new ServerHost(member, run, keeper, { run: name, owner, emit, becomePassword: setting.become.password });
  });
}

/** @throws UnreachableError before anything was touched */
export async function lookAt(servers: readonly ServerHost[]): Promise<ReadonlyMap<string, ServerLook>> {
  return new Map(await Promise.all(servers.map(async (server) => [server.member.host, await server.look()] as const)));
}
