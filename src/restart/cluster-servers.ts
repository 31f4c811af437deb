import { accountOf } from '../apply/accounts.ts';
import { type PlaybookSetting, preparePlays } from '../apply/playbook-run.ts';
import { selectHosts } from '../config/inventory/pattern.ts';
import { BrokkrError } from '../errors.ts';
import type { Account } from '../plan/known.ts';
import { type ClusterName, type Member, membersOf } from './members.ts';
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
  const { inventory } = setting;
  const hosts = inventory.hostsOf(groupOf(cluster, (name) => inventory.hasGroup(name)));
  const scopeOf = (host: string) => setting.variables.hostScope(host);
  return serverHosts(membersOf(cluster, hosts, scopeOf), keepersOf(setting), setting);
}

/**
 * Who keeps brokkr's lock on a host, reads its files and manages its units: as the first play that is about it says, whatever
 * the limit.
 * @throws BrokkrError when the playbook has no play
 */
export function keepersOf(setting: PlaybookSetting): (host: string) => Account {
  const plays = preparePlays({ ...setting, limit: undefined });
  return (host) => {
    const play = plays.find((each) => each.hosts.includes(host))?.play ?? plays[0]?.play;
    if (play === undefined) throw new BrokkrError(`no play of the playbook is about ${host}`);
    const user = setting.runs.get(host)?.host.target.user ?? '';
    return accountOf(undefined, play, setting.variables.hostScope(host), user, setting.become);
  };
}

/** Servers on their hosts, as one run acts on them. */
export function serverHosts(
  members: readonly Member[],
  keeperOf: (host: string) => Account,
  { runs, identity, become }: Pick<PlaybookSetting, 'runs' | 'identity' | 'become'>,
): readonly ServerHost[] {
  const { run: name, owner, forceUnlock, emit } = identity;
  return members.map((member) => {
    const run = runs.get(member.host);
    if (run === undefined) throw new BrokkrError(`${member.host} is no host of this run`);
    const keeper = keeperOf(member.host);
    return new ServerHost(member, run, keeper, {
      run: name,
      owner,
      forceUnlock,
      emit,
      becomePassword: become.password,
    });
  });
}

/** @throws UnreachableError before anything was touched */
export async function lookAt(servers: readonly ServerHost[]): Promise<ReadonlyMap<string, ServerLook>> {
  return new Map(await Promise.all(servers.map(async (server) => [server.member.host, await server.look()] as const)));
}
