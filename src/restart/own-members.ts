import type { RollRequest } from '../apply/batch-context.ts';
import type { PlaybookSetting } from '../apply/playbook-run.ts';
import type { Inventory } from '../config/inventory/inventory.ts';
import { InputError } from '../errors.ts';
import type { Action } from '../shell/action.ts';
import { type ClusterName, type Member, membersOf, UndescribedServers } from './members.ts';
import { groupOf } from './prepare-roll.ts';

/** Makes hosts known that a task has added: a server there is asked, looked at and locked like any other. */
export async function openHosts(hosts: Iterable<string>, { added }: Pick<PlaybookSetting, 'added'>): Promise<void> {
  for (const host of hosts) added.want(host);
  await added.open();
}

/** The hosts on which servers of a cluster are, by the group that has the name of it; none where there is no such group. */
export function groupHosts(cluster: ClusterName, inventory: Inventory): readonly string[] {
  try {
    return inventory.hostsOf(groupOf(cluster, (name) => inventory.hasGroup(name)));
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

/**
 * The servers of a cluster, where the tasks that would restart some of them mean the units and scripts that the variables
 * name; `undefined` where they mean others, or the variables say nothing of them: a playbook in a style of its own.
 * @throws InputError when a variable has a value that cannot be used
 */
export function ownMembers(
  cluster: ClusterName,
  { hosts, scopeOf }: RollRequest,
  inventory: Inventory,
): readonly Member[] | undefined {
  try {
    const members = membersOf(cluster, groupHosts(cluster, inventory), scopeOf);
    const isOwn = hosts.every(({ host, actions }) => {
      const member = members.find((each) => each.host === host);
      return member !== undefined && actions.some((action) => isAbout(member, action));
    });
    return isOwn ? members : undefined;
  } catch (error) {
    if (error instanceof UndescribedServers) return undefined;
    throw error;
  }
}

/** Does an action restart just this server? */
export function isAbout({ unit, script }: Member, action: Action): boolean {
  const bare = unit?.replace(/\.service$/, '');
  if (action.do === 'unit') return action.name.replace(/\.service$/, '') === bare;
  if (action.do !== 'run') return false;
  const text = action.command.kind === 'argv' ? action.command.argv.join(' ') : action.command.script;
  if (bare !== undefined) return text.split(/[\s;&|]+/).some((word) => word.replace(/\.service$/, '') === bare);
  const [program] = script?.stop.split(' ') ?? [];
  return program !== undefined && text.includes(program.replaceAll("'", ''));
}
