import type { EventSink } from '../apply/events.ts';
import { InputError } from '../errors.ts';
import { type ChangedSettings, isInEffect } from './changed-settings.ts';
import { paidBefore } from './earlier-roll.ts';
import type { Journal } from './journal.ts';
import type { Member } from './members.ts';
import type { ServerLook } from './server-look.ts';

/** Which servers a roll is about, and why the others are not. */
export interface Selection {
  readonly chosen: readonly string[];
  readonly skipped: ReadonlyMap<string, string>;
  /** Why one is chosen where that is not plain. */
  readonly why: ReadonlyMap<string, string>;
}

export interface Choice {
  readonly ifNeeded: boolean;
  /** The journal of a roll that is resumed: who was started after its beginning is done, whatever the journal says. */
  readonly unfinished: Journal | undefined;
  /** The journal of a roll that did not finish, whether it is resumed or not: what its restarts have paid is not owed. */
  readonly earlier?: Journal | undefined;
  /** What brokers whose file is newer than they are have in effect. */
  readonly settings?: ReadonlyMap<string, ChangedSettings>;
  /** Brokers that refused to take a setting while they run, and why. */
  readonly refused?: ReadonlyMap<string, string>;
}

/**
 * Chooses servers. One that does not run is always chosen: it is to be started.
 */
export function selectServers(
  members: readonly Member[],
  looks: ReadonlyMap<string, ServerLook>,
  options: Choice,
): Selection {
  const chosen: string[] = [];
  const skipped = new Map<string, string>();
  const why = new Map<string, string>();
  for (const { host } of members) {
    const look = looks.get(host);
    const verdict = look === undefined ? { skip: 'it was not looked at' } : judge(host, look, options);
    if ('skip' in verdict) skipped.set(host, verdict.skip);
    else {
      chosen.push(host);
      if (verdict.why !== undefined) why.set(host, verdict.why);
    }
  }
  return { chosen, skipped, why };
}

function judge(
  host: string,
  look: ServerLook,
  { ifNeeded, unfinished, earlier, settings, refused }: Choice,
): { readonly skip: string } | { readonly why: string | undefined } {
  if (look.process === undefined) return { why: 'it does not run' };
  if (unfinished !== undefined) {
    const since = unfinished.hosts[host];
    if (since === undefined) return { skip: 'the roll that is resumed was not about it' };
    if (look.process.startedAt >= since)
      return {
        skip: `it was restarted ${Math.round(look.now - look.process.startedAt)} s ago by the roll that is resumed`,
      };
    return { why: undefined };
  }
  if (!ifNeeded) return { why: undefined };
  const newer = look.newerFiles.filter((file) => !isInEffect(file, settings?.get(host)));
  const refusal = refused?.get(host);
  const paid = paidBefore(earlier, host, look);
  const owed = [...look.owed.keys()].filter((handler) => !paid.includes(handler));
  const reasons = [
    ...(newer.length > 0 ? [`changed since it was started: ${newer.join(', ')}`] : []),
    ...(refusal === undefined ? [] : [refusal]),
    ...(owed.length > 0 ? [`owed: ${owed.join(', ')}`] : []),
  ];
  if (reasons.length > 0) return { why: reasons.join('; ') };
  const isAltered = settings?.get(host)?.changes.some(({ reach }) => reach === 'live') === true;
  if (isAltered) return { skip: 'what has changed is altered while it runs' };
  const isSame = look.newerFiles.length > 0;
  return { skip: isSame ? 'all that its file says is in effect' : 'nothing has changed since it was started' };
}

/** Seconds within which systemd must not kill: handing over leadership alone takes up to 105 (three tries of 30 and their pauses). */
const leastStopTimeout = 120;

/** Warns of a unit that is killed before it can have handed over. */
export function warnOfKills(members: readonly Member[], looks: ReadonlyMap<string, ServerLook>, emit: EventSink): void {
  for (const { host, cluster, unit } of members) {
    const timeout = looks.get(host)?.stopTimeout;
    if (cluster !== 'kafka' || timeout === undefined || timeout === 0 || timeout >= leastStopTimeout) continue;
    emit({
      event: 'warning',
      message: `${host}: systemd kills ${unit} ${timeout} s after it was asked to end, and a killed broker must recover its logs; set TimeoutStopSec to 300`,
    });
  }
}

/** The groups under which inventories keep a cluster's hosts. */
const groupNames = {
  kafka: ['kafka', 'kafka_brokers', 'kafka_broker', 'brokers', 'kafka_nodes', 'kafka-nodes'],
  zookeeper: ['zookeeper', 'zookeepers', 'zookeeper_servers', 'zk', 'zookeeper_nodes', 'zookeeper-nodes'],
} as const;

/** The group of a cluster. @throws InputError when the inventory has none */
export function groupOf(cluster: keyof typeof groupNames, hasGroup: (name: string) => boolean): string {
  const names = groupNames[cluster];
  const found = names.find((name) => hasGroup(name));
  if (found !== undefined) return found;
  throw new InputError([
    {
      message: `the inventory has no group ${names[0]}`,
      hint: `put its hosts into a group of one of these names: ${names.join(', ')}`,
    },
  ]);
}
