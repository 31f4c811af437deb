import type { Inventory } from '../config/inventory/inventory.ts';
import { returnTopic } from '../modules/return-of-host.ts';
import type { Action } from '../shell/action.ts';
import type { ClusterName } from './members.ts';
import { groupHosts } from './own-members.ts';

interface Reboot {
  readonly cluster: ClusterName;
  readonly unit: undefined;
  readonly stays: boolean;
}

/** At the start of a command, also of one behind another, or of one that another user does. */
const command =
  /(?:^|[;&|(\n])\s*(?:sudo\s+(?:-\S+\s+)*)?(?:\/\S*\/)?(?:systemctl\s+(?:-\S+\s+)*)?(reboot|poweroff|halt|shutdown)\b([^;&|\n]*)/;

/** Which cluster's server goes down with its host: of one that has both, the broker, which comes back after ZooKeeper. */
export function rebootOf(action: Action, host: string, inventory: Inventory): Reboot | undefined {
  const stays = endOf(action);
  if (stays === undefined) return undefined;
  const cluster = (['kafka', 'zookeeper'] as const).find((each) => groupHosts(each, inventory).includes(host));
  return cluster === undefined ? undefined : { cluster, unit: undefined, stays };
}

/** Whether a host that an action ends stays off; `undefined` when it does not end it. */
function endOf(action: Action): boolean | undefined {
  // The module `reboot` does one step on the host, and waits for its return, with the boot that is to be over.
  if (action.do === 'control') return action.topic === returnTopic && hasBoot(action.parameters) ? false : undefined;
  if (action.do !== 'run') return undefined;
  const words = action.command.kind === 'argv' ? action.command.argv.join(' ') : action.command.script;
  const [, verb, rest = ''] = command.exec(words) ?? [];
  if (verb === undefined || (verb === 'shutdown' && /\s-c\b/.test(rest))) return undefined;
  return verb !== 'reboot' && !/\s(?:-\w*r|--reboot)\b/.test(rest);
}

function hasBoot(parameters: unknown): boolean {
  return typeof parameters === 'object' && parameters !== null && 'bootId' in parameters;
}
