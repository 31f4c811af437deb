import type { PlaybookSetting } from '../apply/playbook-run.ts';
import { BrokkrError } from '../errors.ts';
import { type CanaryReport, canaryText } from '../kafka/canary-report.ts';
import type { GateOptions, RestartGate } from '../modules/gate.ts';
import { alterLive, tellChanges } from './changed-settings.ts';
import { lockCluster, unlockCluster } from './cluster-lock.ts';
import { limitedTo, lookAt, serversOf } from './cluster-servers.ts';
import { lackHint, lackOf } from './cluster-variables.ts';
import { type CutOff, isGone, thisProcess } from './cut-off.ts';
import { clearPaid, clearPaidAlone } from './debts.ts';
import { paidBefore } from './earlier-roll.ts';
import { type Journal, RollJournal } from './journal.ts';
import type { ClusterName, Member } from './members.ts';
import { type Selection, selectServers, warnOfKills } from './prepare-roll.ts';
import { look, type Prospect, questionOf, unfinishedText } from './prospect.ts';
import { asksForCanary, startCanary, withCanary } from './roll-canary.ts';
import { rollCluster } from './roll-cluster.ts';
import { endingText, resumeText, timesText, turnText } from './roll-text.ts';
import type { ServerHost } from './server-host.ts';
import { fullDisk, type ServerLook } from './server-look.ts';

export interface RestartSetting {
  readonly dryRun: boolean;
  readonly ifNeeded: boolean;
  readonly resume: boolean;
  /** Seconds. */
  readonly forceAfter?: number | undefined;
  readonly acceptUnavailability: readonly string[];
  readonly parallelInRack: boolean;
  readonly samples?: number | undefined;
  readonly interval?: number | undefined;
  readonly gateTimeout?: number | undefined;
  /** `undefined`: as the variable `restart_canary` says, and only where all servers run. */
  readonly canary?: boolean | undefined;
  /** Messages a second. */
  readonly canaryRate: number;
  /** The gate of a cluster as a host's variables describe it; `undefined` when they do not. */
  gateOf(cluster: ClusterName, host: string, setting: PlaybookSetting, looks: GateOptions): RestartGate | undefined;
  ask(question: string): Promise<boolean>;
  isStopRequested(): boolean;
  readonly signal: AbortSignal;
}

export interface ClusterRoll {
  readonly result: 'good' | 'failed' | 'interrupted' | 'declined';
  readonly restarted: number;
  /** What is to be told at the end: where the time went, and what the canary noticed. */
  readonly summary: readonly string[];
  /** When a partition of the canary acknowledged nothing, on the clock of `performance.now()`. */
  readonly gaps?: CanaryReport['gaps'];
}

/** What a cluster's restart goes on with, once it is known what there is to do. */
interface Begun {
  readonly whole: readonly ServerHost[];
  readonly limited: ReadonlySet<string>;
  readonly servers: readonly ServerHost[];
  readonly gate: RestartGate;
  readonly journal: RollJournal;
  readonly unfinished: Journal | undefined;
  readonly setting: PlaybookSetting;
  readonly options: RestartSetting;
}

/** The whole story of one cluster: look, choose, ask, lock, roll, tell. */
export async function restartCluster(
  cluster: ClusterName,
  setting: PlaybookSetting,
  options: RestartSetting,
): Promise<ClusterRoll> {
  const { emit } = setting.identity;
  const whole = serversOf(cluster, setting);
  const limited = limitedTo(cluster, setting);
  const servers = whole.filter(({ member }) => limited.has(member.host));
  const members = servers.map(({ member }) => member);
  const looks = await lookAt(servers);
  warnOfKills(members, looks, emit);
  const journal = new RollJournal(process.cwd(), cluster);
  const unfinished = journal.unfinished();
  if (unfinished !== undefined && !options.resume) emit({ event: 'warning', message: unfinishedText(unfinished) });
  const gate = makeGate(cluster, members, setting, options);
  const first = await look(cluster, servers, looks, setting, options, unfinished);
  tellChanges(first.settings, emit);
  tellSkipped(gate.cluster, first, options, setting);
  if (options.dryRun) return dryRun(gate, first.selection, looks, setting);
  const question = questionOf(gate.cluster, first);
  if (question === undefined) {
    const cutOff = cutOffOf(unfinished);
    const isLeft = servers.some(({ member: { host } }) => paidBefore(unfinished, host, looks.get(host)).length > 0);
    if (isLeft && (options.resume || cutOff?.isGone === true))
      await clearPaidAlone(whole, servers, unfinished, cutOff, emit);
    if (options.resume) journal.end('finished');
    return { result: 'good', restarted: 0, summary: [] };
  }
  for (const [host, text] of first.selection.why) emit({ event: 'progress', host, text: `${gate.cluster}: ${text}` });
  if (!(await options.ask(question))) return { result: 'declined', restarted: 0, summary: [] };
  try {
    return await restartLocked(cluster, { whole, limited, servers, gate, journal, unfinished, setting, options });
  } finally {
    if (!options.signal.aborted) await unlockCluster(whole);
  }
}

function tellSkipped(
  cluster: string,
  { selection, live }: Prospect,
  { dryRun: isDry }: RestartSetting,
  setting: PlaybookSetting,
): void {
  for (const [host, text] of selection.skipped) {
    if (!isDry && live.has(host)) continue;
    setting.runs.get(host)?.count('skipped');
    setting.identity.emit({ event: 'server', cluster, host, status: 'skipped', text });
  }
}

async function restartLocked(cluster: ClusterName, begun: Begun): Promise<ClusterRoll> {
  const { whole, limited, servers, unfinished, setting, options } = begun;
  const { emit, control, run } = setting.identity;
  await lockCluster(whole, limited, cutOffOf(options.resume ? unfinished : undefined), emit);
  // Only now does nobody else change them: who ran before may have ended since, and the other way round.
  const looks = await lookAt(servers);
  const { live, bootstrap, choice } = await look(cluster, servers, looks, setting, options, unfinished);
  const refused = await alterLive(servers, live, bootstrap, control, emit);
  for (const host of live.keys()) if (!refused.has(host)) setting.runs.get(host)?.count('changed');
  const members = servers.map(({ member }) => member);
  const { chosen: hosts } = selectServers(members, looks, { ...choice, refused });
  const chosen = servers.filter(({ member }) => hosts.includes(member.host));
  const left = servers.filter((server) => !chosen.includes(server));
  await clearPaid(left, looks, unfinished);
  if (chosen.length === 0) return { result: 'good', restarted: live.size, summary: [] };
  const startedAt = choice.unfinished?.startedAt ?? new Date().toISOString();
  const beginning: Journal = {
    ...{ version: 1, run, process: thisProcess(), cluster, startedAt, current: null, ended: null },
    hosts: beginnings(chosen, looks, choice.unfinished?.hosts),
  };
  const isWhole = servers.length === whole.length && !options.resume;
  return rollChosen(cluster, chosen, { ...begun, isWhole, beginning, looks });
}

/** The second of each host's own clock from which on a server that starts is taken for restarted. */
function beginnings(
  chosen: readonly ServerHost[],
  looks: ReadonlyMap<string, ServerLook>,
  earlier: Readonly<Record<string, number>> | undefined,
): Record<string, number> {
  const now = chosen.map(({ member: { host } }) => [host, looks.get(host)?.now ?? 0] as const);
  return { ...Object.fromEntries(now), ...earlier };
}

/** What the roll of those that were chosen goes by. */
interface Around extends Begun {
  /** No server is left out. */
  readonly isWhole: boolean;
  readonly beginning: Journal;
  readonly looks: ReadonlyMap<string, ServerLook>;
}

async function rollChosen(cluster: ClusterName, chosen: readonly ServerHost[], around: Around): Promise<ClusterRoll> {
  const { gate, journal, beginning, looks, unfinished, setting, options } = around;
  const { emit } = setting.identity;
  const { forceAfter, isStopRequested } = options;
  const cutOffAt = unfinished?.current?.hosts ?? [];
  // From its gate until it is back: the seconds that the recap tells of a host.
  const tell: typeof emit = (event) => {
    if (event.event === 'server' && !['waiting', 'result'].includes(event.status))
      setting.runs.get(event.host)?.touch();
    emit(event);
  };
  const { value: roll, report } = await withCanary(
    wantsCanary(around) ? () => startCanary(setting, options.canaryRate) : undefined,
    () => {
      journal.begin(beginning);
      return rollCluster(chosen, { gate, journal, looks, cutOffAt, forceAfter, emit: tell, isStopRequested });
    },
  );
  journal.end(roll.ending.result);
  for (const host of roll.done) setting.runs.get(host)?.count('changed');
  const summary = [...(report === undefined ? [] : [canaryText(report)]), ...timesText(gate.cluster, roll)];
  const canaryGood = report?.good !== false;
  const gaps = report?.gaps ?? [];
  const restarted = roll.done.length;
  if (roll.ending.result === 'finished' && canaryGood) return { result: 'good', restarted, summary, gaps };
  const text = endingText(roll, resumeText(cluster, setting.sameInventory));
  const [host = chosen[0]?.member.host ?? ''] = Object.keys(roll.ending.left ?? {});
  if (roll.ending.result === 'interrupted' || options.signal.aborted) {
    emit({ event: 'warning', message: text });
    return { result: 'interrupted', restarted, summary, gaps };
  }
  const why = canaryGood ? text : 'the canary has noticed the restart';
  setting.runs.get(host)?.count('failed');
  emit({ event: 'server', cluster: gate.cluster, host, status: 'failed', text: why });
  return { result: 'failed', restarted, summary, gaps };
}

/** Where nobody has asked for one, it stays away from a cluster that is being mended: its topic could not be made there. */
function wantsCanary({ options, setting, looks, isWhole }: Around): boolean {
  if (options.canary !== undefined) return options.canary;
  return isWhole && asksForCanary(setting, looks);
}

/** Tells the order and what the gate says of each server now, as if it were alone. */
async function dryRun(
  gate: RestartGate,
  { chosen, why }: Selection,
  looks: ReadonlyMap<string, ServerLook>,
  setting: PlaybookSetting,
): Promise<ClusterRoll> {
  const order = await gate.order(chosen);
  for (const [index, host] of order.entries()) {
    const { reasons: judged, notes } = await gate.verdict(host);
    const full = fullDisk(looks.get(host));
    const reasons = full === undefined ? judged : [...judged, full];
    const text = turnText(index + 1, order.length, { reasons, notes, why: why.get(host) });
    const status = reasons.length === 0 ? 'free' : 'blocked';
    setting.identity.emit({ event: 'server', cluster: gate.cluster, host, status, text });
  }
  return { result: 'good', restarted: 0, summary: [] };
}

function makeGate(
  cluster: ClusterName,
  members: readonly Member[],
  setting: PlaybookSetting,
  options: RestartSetting,
): RestartGate {
  const { samples, interval, gateTimeout: timeout, acceptUnavailability, parallelInRack } = options;
  const looks = { samples, interval, timeout, acceptUnavailability, parallelInRack };
  const gate = options.gateOf(cluster, members[0]?.host ?? '', setting, looks);
  if (gate !== undefined) return gate;
  const hosts = members.map(({ host }) => host);
  const lack = lackOf(cluster, hosts, (host) => setting.variables.hostScope(host));
  const message = `nobody can tell whether ${cluster} is whole: ${lack.reasons.join('; ')}`;
  throw new BrokkrError(message, { hint: lackHint(lack) });
}

function cutOffOf(journal: Journal | undefined): CutOff | undefined {
  if (journal === undefined) return undefined;
  return { run: journal.run, isGone: journal.process !== undefined && isGone(journal.process) };
}
