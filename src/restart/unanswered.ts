import type { RollingHost, RollRequest } from '../apply/batch-context.ts';
import type { PlaybookSetting } from '../apply/playbook-run.ts';
import type { RestartGate } from '../modules/gate.ts';
import { type Clock, type Poll, pollUntil } from '../poll.ts';
import type { ClusterName } from './members.ts';
import { groupHosts, openHosts, ownMembers } from './own-members.ts';
import { type Serving, servingOn, servingProgram } from './serving.ts';

/** Milliseconds that servers which were just started are given to answer. */
const answerWithinMs = 60_000;

interface Unanswered {
  readonly cluster: ClusterName;
  readonly gate: RestartGate;
  readonly request: RollRequest;
  readonly setting: PlaybookSetting;
  readonly clock: Clock;
}

/** What a cluster of which nobody answers comes to. */
export type Outcome =
  /** It answers by now. */
  | { readonly is: 'up' }
  /** Nobody would notice when the servers of `together` are restarted; those of `refused` must not be, each for its reason. */
  | { readonly is: 'silent'; readonly together: readonly RollingHost[]; readonly refused: ReadonlyMap<string, string> };

/**
 * A cluster that only cannot be reached from this machine looks like one that is not up: its hosts are asked whether their
 * servers take connections. Where two or more do, nobody can tell whether one can be missed; they may have been started just
 * now, so they are given a while.
 */
export async function judgeUnanswered(cluster: Unanswered): Promise<Outcome> {
  const { gate, request, setting, clock } = cluster;
  let serving = new Map<string, Serving>();
  let told = false;
  const outcome = await pollUntil<Outcome>(
    async (): Promise<Poll<Outcome>> => {
      if (told && (await gate.isUp())) return { done: true, value: { is: 'up' } };
      serving = await askHosts(cluster);
      if (serving.size < 2) return { done: true, value: { is: 'silent', together: request.hosts, refused: new Map() } };
      const text = `${gate.cluster} runs on ${[...serving.keys()].join(', ')}, but does not answer yet`;
      if (!told) setting.identity.emit({ event: 'progress', text });
      told = true;
      if (!setting.stopRequested()) return { done: false, reason: text };
      return { done: true, value: { is: 'silent', together: [], refused: new Map() } };
    },
    { timeoutMs: answerWithinMs, intervalMs: 2000, clock, signal: setting.signal },
  );
  if (outcome.done) return outcome.value;
  const { reasons } = await gate.verdict(request.hosts[0]?.host ?? '');
  return refusal(request, serving, reasonText(cluster, serving, reasons));
}

/** The hosts of the whole cluster whose servers take connections, or may do so. */
async function askHosts({ cluster, request, setting }: Unanswered): Promise<Map<string, Serving>> {
  const inventory = setting.inventoryNow();
  const isRemote = (host: string): boolean => setting.runs.get(host)?.host.target.connection !== 'local';
  const touched = request.hosts.flatMap(({ host, doneOn }) => [host, ...doneOn.filter(isRemote)]);
  const hosts = [...new Set([...groupHosts(cluster, inventory), ...touched])];
  await openHosts(hosts, setting);
  const members = ownMembers(cluster, request, inventory);
  const found = await Promise.all(
    hosts.map(async (host): Promise<readonly [string, Serving]> => {
      const run = setting.runs.get(host);
      if (run === undefined) return [host, 'unknown'];
      const program = servingProgram(
        cluster,
        members?.find((each) => each.host === host),
      );
      return [host, await servingOn(run, request.keeperOf(host), program, setting.signal)];
    }),
  );
  return new Map(found.filter(([, serving]) => serving !== 'no'));
}

/** Whoever serves nobody may be restarted with others of its kind: that takes nothing away. */
function refusal({ hosts }: RollRequest, serving: ReadonlyMap<string, Serving>, reason: string): Outcome {
  const servesOn = ({ host, doneOn }: RollingHost): boolean => [host, ...doneOn].some((each) => serving.has(each));
  const refused = new Map(hosts.filter(servesOn).map(({ host }) => [host, reason] as const));
  return { is: 'silent', together: hosts.filter((each) => !servesOn(each)), refused };
}

function reasonText(
  { cluster, gate }: Unanswered,
  serving: ReadonlyMap<string, Serving>,
  reasons: readonly string[],
): string {
  const named = (kind: Serving): string => [...serving].flatMap(([host, is]) => (is === kind ? [host] : [])).join(', ');
  const found = [
    ...(named('yes') === '' ? [] : [`on ${named('yes')} it runs and takes connections`]),
    ...(named('unknown') === '' ? [] : [`whether it does on ${named('unknown')} is not known`]),
  ];
  const variable = cluster === 'kafka' ? 'kafka_bootstrap' : 'zookeeper_servers';
  const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  return [
    `not restarted: ${gate.cluster} does not answer this machine${why}, but ${found.join(', and ')}: nobody can tell whether one can be missed`,
    `look at ${variable} and at the way there; if it serves nobody, stop it on these hosts yourself, and run this again: servers that do not run are started together`,
  ].join('\n');
}
