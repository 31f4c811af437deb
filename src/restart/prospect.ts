import type { PlaybookSetting } from '../apply/playbook-run.ts';
import type { Endpoint } from '../modules/dialing.ts';
import { type ChangedSettings, liveChanges, readChangedSettings } from './changed-settings.ts';
import { neededValue } from './cluster-variables.ts';
import { isGone } from './cut-off.ts';
import type { Journal } from './journal.ts';
import type { ClusterName } from './members.ts';
import { type Choice, type Selection, selectServers } from './prepare-roll.ts';
import type { ServerHost } from './server-host.ts';
import type { ServerLook } from './server-look.ts';

/** What was being done, in words for the user. */
const doings: Readonly<Record<string, string>> = {
  gate: 'waiting for its turn',
  stop: 'being stopped',
  start: 'being started',
  return: 'coming back',
};

/** What is told of a roll that did not finish, where it is not gone on with. */
export function unfinishedText({ startedAt, current, process: who }: Journal): string {
  const at = current === null ? '' : ` (${current.hosts.join(', ')}: ${doings[current.doing] ?? current.doing})`;
  const what = `the restart that began at ${startedAt}`;
  if (who !== undefined && !isGone(who)) return `${what} still runs as process ${who.pid} of ${who.machine}${at}`;
  return `${what} did not finish${at}; this begins anew, --resume would go on`;
}

/** What is to be done with which servers, as they are now. */
export interface Prospect {
  readonly selection: Selection;
  readonly choice: Choice;
  readonly settings: ReadonlyMap<string, ChangedSettings>;
  /** Settings to alter while brokers run, by host. */
  readonly live: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly bootstrap: readonly Endpoint[];
}

/** Looks what is to be done with whom, and why not with the others. */
export async function look(
  cluster: ClusterName,
  servers: readonly ServerHost[],
  looks: ReadonlyMap<string, ServerLook>,
  setting: PlaybookSetting,
  options: { readonly ifNeeded: boolean; readonly resume: boolean },
  unfinished: Journal | undefined,
): Promise<Prospect> {
  const members = servers.map(({ member }) => member);
  const scope = setting.variables.hostScope(members[0]?.host ?? '');
  const bootstrap = cluster === 'kafka' ? neededValue(scope, 'kafka_bootstrap') : [];
  const settings =
    cluster === 'kafka'
      ? await readChangedSettings(servers, looks, bootstrap, setting.identity.control)
      : new Map<string, ChangedSettings>();
  const resumed = options.resume ? unfinished : undefined;
  const choice: Choice = { ifNeeded: options.ifNeeded, unfinished: resumed, earlier: unfinished, settings };
  const selection = selectServers(members, looks, choice);
  const live = liveChanges(settings, (host) => selection.chosen.includes(host));
  return { selection, choice, settings, live, bootstrap };
}

/** `undefined`: there is nothing to do. */
export function questionOf(cluster: string, { selection, live }: Prospect): string | undefined {
  const parts = [
    ...(live.size > 0 ? [`Alter settings of ${cluster} on ${[...live.keys()].join(', ')} while it runs`] : []),
    ...(selection.chosen.length > 0
      ? [`${live.size > 0 ? 'restart' : 'Restart'} ${cluster} on ${selection.chosen.join(', ')}, one after the other`]
      : []),
  ];
  return parts.length === 0 ? undefined : `${parts.join(', and ')}?`;
}
