import type { Play } from '../config/play.ts';
import { connections, plainConnection } from '../config/playbook/connection-keyword.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, formatPosition, nearestName } from '../errors.ts';
import { NotYetKnown } from '../jinja/value.ts';
import type { Delegate } from '../plan/decided.ts';
import { inherited, type TaskEntry } from '../plan/entries.ts';
import type { Known } from '../plan/known.ts';
import { accountOf } from './accounts.ts';
import type { HostRun } from './host-run.ts';
import type { PlaybookSetting } from './playbook-run.ts';

type Hosts = Pick<PlaybookSetting, 'runs' | 'added' | 'inventory' | 'inventoryNow' | 'variables' | 'become'>;

/**
 * The host on which a task is done, and who it is there: that of a `delegate_to`, or the task's own; with `connection:
 * local` the control machine instead, where no variable says how that host is reached.
 * @throws BrokkrError when there is no host of the name
 */
export function delegateOf(
  name: string,
  { entry, scope, play }: { readonly entry: TaskEntry; readonly scope: VariableScope; readonly play: Play },
  setting: Hosts,
): Delegate & { readonly known: Known } {
  const named = runNamed(name, setting);
  if (named === undefined && setting.inventoryNow().hasHost(name)) {
    setting.added.want(name);
    throw new NotYetKnown(`the host ${name} was added`);
  }
  if (named === undefined) {
    const near = nearestName(name, setting.runs.keys());
    throw new BrokkrError(`delegate_to: '${name}' is no host of the inventory`, {
      hint: near === undefined ? 'add it to the inventory; it needs to be in no group' : `did you mean '${near}'?`,
    });
  }
  const isHere = isDoneHere(inherited(entry, 'connection'), named, scope, setting);
  const run = isHere ? (runNamed('localhost', setting) ?? named) : named;
  const { variables, become } = setting;
  const account = accountOf(entry, play, scope, run.host.target.user, become, variables.hostScope(named.name));
  return { host: run.name, account, known: run.known };
}

/** Are the facts of a host in a play its own? With `connection: local` they are those of the control machine. */
export function reachesItself(run: HostRun, play: Play, scope: VariableScope, setting: Hosts): boolean {
  return !isDoneHere(play.connection, run, scope, setting);
}

function isDoneHere(
  connection: Play['connection'],
  run: HostRun,
  scope: VariableScope,
  { variables }: Pick<Hosts, 'variables'>,
): boolean {
  if (connection === undefined || run.host.target.connection === 'local') return false;
  if (variables.hostScope(run.name).has('ansible_connection')) return false;
  const kind = plainConnection(scope.text(connection));
  if (!connections.includes(kind))
    throw new BrokkrError(`the connection '${kind}' is not supported (${formatPosition(connection.at)})`, {
      hint: 'supported are: ssh, smart, local',
    });
  return kind === 'local';
}

function runNamed(name: string, { runs, inventory }: Hosts): HostRun | undefined {
  const isLocalhost = ['localhost', '127.0.0.1', '::1'].includes(name);
  const host = isLocalhost ? inventory.localhostFor(name) : name;
  return runs.get(host) ?? (isLocalhost ? runs.get('localhost') : undefined);
}
