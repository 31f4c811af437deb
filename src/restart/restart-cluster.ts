import type { PlaybookSetting } from '../apply/playbook-run.ts';
import { BrokkrError, InterruptedError } from '../errors.ts';
import { type CanaryReport, canaryText } from '../kafka/canary-report.ts';
import type { GateOptions, RestartGate } from '../modules/gate.ts';
import { alterLive, tellChanges } from './changed-settings.ts';
import { lockCluster } from './cluster-lock.ts';
import { limitedTo, lookAt, serversOf } from './cluster-servers.ts';
import { type CutOff, isGone, thisProcess } from './cut-off.ts';
import type { Roll } from './drive.ts';
import { type Journal, RollJournal } from './journal.ts';
import type { ClusterName, Member } from './members.ts';
import { type Selection, selectServers, warnOfKills } from './prepare-roll.ts';
import { look, questionOf, unfinishedText } from './prospect.ts';
import { asksForCanary, startCanary } from './roll-canary.ts';
import { rollCluster } from './roll-cluster.ts';
import { endingText, timesText } from './roll-text.ts';
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

/** The whole story of one cluster: look, choose, ask, lock, roll, tell. */
export async function restartCluster(
  cluster: ClusterName,
  setting: PlaybookSetting,
  options: RestartSetting,
): Promise<ClusterRoll> {
  const { emit, control } = setting.identity;
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
  const prospect = (seen: ReadonlyMap<string, ServerLook>) =>
    look(cluster, servers, seen, setting, options, unfinished);
  const first = await prospect(looks);
  tellChanges(first.settings, emit);
  for (const [host, text] of first.selection.skipped) {
    if (!options.dryRun && first.live.has(host)) continue;
    setting.runs.get(host)?.count('skipped');
    emit({ event: 'server', cluster: gate.cluster, host, status: 'skipped', text });
  }
  if (options.dryRun) return dryRun(gate, first.selection, looks, setting);
  const question = questionOf(gate.cluster, first);
  if (question === undefined) {
    if (options.resume) journal.end('finished');
    return { result: 'good', restarted: 0, summary: [] };
  }
  for (const [host, text] of first.selection.why) emit({ event: 'progress', host, text: `${gate.cluster}: ${text}` });
  if (!(await options.ask(question))) return { result: 'declined', restarted: 0, summary: [] };
  try {
    await lockCluster(whole, limited, cutOffOf(options.resume ? unfinished : undefined), emit);
    // Only now does nobody else change them: who ran before may have ended since, and the other way round.
    const seen = await lookAt(servers);
    const now = await prospect(seen);
    const refused = await alterLive(servers, now.live, now.bootstrap, control, emit);
    for (const host of now.live.keys()) if (!refused.has(host)) setting.runs.get(host)?.count('changed');
    const { chosen: hosts } = selectServers(members, seen, { ...now.choice, refused });
    const chosen = servers.filter(({ member }) => hosts.includes(member.host));
    if (chosen.length === 0) return { result: 'good', restarted: now.live.size, summary: [] };
    journal.begin({
      version: 1,
      run: setting.identity.run,
      process: thisProcess(),
      cluster,
      startedAt: now.choice.unfinished?.startedAt ?? new Date().toISOString(),
      hosts: beginnings(chosen, seen, now.choice.unfinished?.hosts),
      current: null,
      ended: null,
    });
    return await rollWithCanary(cluster, chosen, {
      gate,
      journal,
      looks: seen,
      unfinished,
      setting,
      options,
      whole: servers.length === whole.length && !options.resume,
    });
  } finally {
    if (!options.signal.aborted) await Promise.all(whole.map((server) => unlockQuietly(server)));
  }
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

interface Around {
  /** No server is left out. */
  readonly whole: boolean;
  readonly gate: RestartGate;
  readonly journal: RollJournal;
  readonly looks: ReadonlyMap<string, ServerLook>;
  readonly unfinished: Journal | undefined;
  readonly setting: PlaybookSetting;
  readonly options: RestartSetting;
}

async function rollWithCanary(
  cluster: ClusterName,
  chosen: readonly ServerHost[],
  around: Around,
): Promise<ClusterRoll> {
  const { gate, journal, looks, unfinished, setting, options } = around;
  const { emit } = setting.identity;
  const canary = wantsCanary(around) ? await startCanary(setting, options.canaryRate) : undefined;
  let roll: Roll | undefined;
  let canaryGood = true;
  const summary: string[] = [];
  let gaps: CanaryReport['gaps'] = [];
  try {
    const { forceAfter, isStopRequested } = options;
    const cutOffAt = unfinished?.current?.hosts ?? [];
    roll = await rollCluster(chosen, { gate, journal, looks, cutOffAt, forceAfter, emit, isStopRequested });
  } finally {
    if (canary !== undefined) {
      const report = await canary.end();
      canaryGood = report.good;
      gaps = report.gaps;
      summary.push(canaryText(report));
    }
  }
  journal.end(roll.ending.result);
  for (const host of roll.done) setting.runs.get(host)?.count('changed');
  summary.push(...timesText(gate.cluster, roll));
  const restarted = roll.done.length;
  if (roll.ending.result === 'finished' && canaryGood) return { result: 'good', restarted, summary, gaps };
  const text = endingText(cluster, roll);
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
function wantsCanary({ options, setting, looks, whole }: Around): boolean {
  if (options.canary !== undefined) return options.canary;
  return whole && asksForCanary(setting, looks);
}

/** Tells the order and what the gate says of each server now, as if it were alone. */
async function dryRun(
  gate: RestartGate,
  { chosen, why }: Selection,
  looks: ReadonlyMap<string, ServerLook>,
  setting: PlaybookSetting,
): Promise<ClusterRoll> {
  const order = await gate.order(chosen);
  for (const host of order) {
    const { reasons: judged, notes } = await gate.verdict(host);
    const full = fullDisk(looks.get(host));
    const reasons = full === undefined ? judged : [...judged, full];
    const text = [...reasons, ...notes, ...(why.has(host) ? [why.get(host)] : [])].join('; ');
    const status = reasons.length === 0 ? 'free' : 'blocked';
    setting.identity.emit({
      event: 'server',
      cluster: gate.cluster,
      host,
      status,
      text: text === '' ? 'may be restarted' : text,
    });
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
  throw new BrokkrError(`nobody can tell whether ${cluster} is whole: its variables are not set`, {
    hint: 'kafka_bootstrap and kafka_broker_ids, or zookeeper_servers, have to be set',
  });
}

function cutOffOf(journal: Journal | undefined): CutOff | undefined {
  if (journal === undefined) return undefined;
  return { run: journal.run, isGone: journal.process !== undefined && isGone(journal.process) };
}

async function unlockQuietly(server: ServerHost): Promise<void> {
  try {
    await server.unlock();
  } catch (error) {
    // A host that was lost has lost the lock with its connection.
    if (!(error instanceof BrokkrError) || error instanceof InterruptedError) throw error;
  }
}
