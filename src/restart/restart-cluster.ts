import { accountOf } from '../apply/accounts.ts';
import { type PlaybookSetting, preparePlays } from '../apply/playbook-run.ts';
import { selectHosts } from '../config/inventory/pattern.ts';
import { BrokkrError, InterruptedError } from '../errors.ts';
import { Canary } from '../kafka/canary.ts';
import { canaryText } from '../kafka/canary-report.ts';
import { bootstrapServers, brokerIds } from '../modules/cluster-arguments.ts';
import type { GateOptions, RestartGate } from '../modules/gate.ts';
import type { ControlContext } from '../modules/module.ts';
import { lockCluster } from './cluster-lock.ts';
import { type CutOff, isGone, thisProcess } from './cut-off.ts';
import type { Roll } from './drive.ts';
import { type Journal, RollJournal } from './journal.ts';
import { type ClusterName, type Member, membersOf } from './members.ts';
import { groupOf, type Selection, selectServers, warnOfKills } from './prepare-roll.ts';
import { rollCluster } from './roll-cluster.ts';
import { endingText, timesText } from './roll-text.ts';
import { ServerHost } from './server-host.ts';
import type { ServerLook } from './server-look.ts';

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
  readonly canary: boolean;
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
  if (unfinished !== undefined && !options.resume)
    emit({
      event: 'warning',
      message: `the restart that began at ${unfinished.startedAt} did not finish${unfinished.current === null ? '' : ` (${unfinished.current.hosts.join(', ')}: ${unfinished.current.doing})`}; this begins anew, --resume would go on`,
    });
  const choice = { ifNeeded: options.ifNeeded, unfinished: options.resume ? unfinished : undefined };
  const selection = selectServers(members, looks, choice);
  const gate = makeGate(cluster, members, setting, options);
  for (const [host, text] of selection.skipped) {
    setting.runs.get(host)?.count('skipped');
    emit({ event: 'server', cluster: gate.cluster, host, status: 'skipped', text });
  }
  if (options.dryRun) return dryRun(gate, selection, setting);
  if (selection.chosen.length === 0) {
    if (options.resume) journal.end('finished');
    return { result: 'good', restarted: 0, summary: [] };
  }
  for (const [host, text] of selection.why) emit({ event: 'progress', host, text: `${gate.cluster}: ${text}` });
  if (!(await options.ask(`Restart ${gate.cluster} on ${selection.chosen.join(', ')}, one after the other?`)))
    return { result: 'declined', restarted: 0, summary: [] };
  try {
    await lockCluster(whole, limited, cutOffOf(choice.unfinished), emit);
    // Only now does nobody else change them: who ran before may have ended since, and the other way round.
    const found = await lookAt(servers);
    const now = selectServers(members, found, choice);
    const chosen = servers.filter(({ member }) => now.chosen.includes(member.host));
    journal.begin({
      version: 1,
      run: setting.identity.run,
      process: thisProcess(),
      cluster,
      startedAt: choice.unfinished?.startedAt ?? new Date().toISOString(),
      hosts: beginnings(chosen, found, choice.unfinished?.hosts),
      current: null,
      ended: null,
    });
    return await rollWithCanary(cluster, chosen, {
      gate,
      journal,
      looks: found,
      unfinished,
      setting,
      options,
      control,
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
  readonly gate: RestartGate;
  readonly journal: RollJournal;
  readonly looks: ReadonlyMap<string, ServerLook>;
  readonly unfinished: Journal | undefined;
  readonly setting: PlaybookSetting;
  readonly options: RestartSetting;
  readonly control: ControlContext;
}

async function rollWithCanary(
  cluster: ClusterName,
  chosen: readonly ServerHost[],
  around: Around,
): Promise<ClusterRoll> {
  const { gate, journal, looks, unfinished, setting, options } = around;
  const { emit } = setting.identity;
  const canary = options.canary ? await startCanary(around) : undefined;
  let roll: Roll | undefined;
  let canaryGood = true;
  const summary: string[] = [];
  try {
    const { forceAfter, isStopRequested } = options;
    const cutOffAt = unfinished?.current?.hosts ?? [];
    roll = await rollCluster(chosen, { gate, journal, looks, cutOffAt, forceAfter, emit, isStopRequested });
  } finally {
    if (canary !== undefined) {
      const report = await canary.end();
      canaryGood = report.good;
      summary.push(canaryText(report));
    }
  }
  journal.end(roll.ending.result);
  for (const host of roll.done) setting.runs.get(host)?.count('changed');
  summary.push(...timesText(gate.cluster, roll));
  const restarted = roll.done.length;
  if (roll.ending.result === 'finished' && canaryGood) return { result: 'good', restarted, summary };
  const text = endingText(cluster, roll);
  const [host = chosen[0]?.member.host ?? ''] = Object.keys(roll.ending.left ?? {});
  if (roll.ending.result === 'interrupted' || options.signal.aborted) {
    emit({ event: 'warning', message: text });
    return { result: 'interrupted', restarted, summary };
  }
  const why = canaryGood ? text : 'the canary has noticed the restart';
  setting.runs.get(host)?.count('failed');
  emit({ event: 'server', cluster: gate.cluster, host, status: 'failed', text: why });
  return { result: 'failed', restarted, summary };
}

async function startCanary({ setting, options, control }: Around): Promise<Canary> {
  const [host] = setting.inventory.hostsOf(groupOf('kafka', (name) => setting.inventory.hasGroup(name)));
  const scope = setting.variables.hostScope(host ?? '');
  const canary = new Canary(
    {
      bootstrap: bootstrapServers.parse(scope.lookup('kafka_bootstrap')),
      brokers: brokerIds.parse(scope.lookup('kafka_broker_ids')),
      rate: options.canaryRate,
      size: 1024,
    },
    control,
  );
  await canary.start();
  return canary;
}

/** Tells the order and what the gate says of each server now, as if it were alone. */
async function dryRun(gate: RestartGate, { chosen, why }: Selection, setting: PlaybookSetting): Promise<ClusterRoll> {
  const order = await gate.order(chosen);
  for (const host of order) {
    const { reasons, notes } = await gate.verdict(host);
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

/** The hosts that may be restarted; the others are left alone, but have to be well. */
function limitedTo(cluster: ClusterName, { inventory, limit }: PlaybookSetting): ReadonlySet<string> {
  const group = groupOf(cluster, (name) => inventory.hasGroup(name));
  return new Set(selectHosts(inventory, group, { limit }).hosts);
}

function cutOffOf(journal: Journal | undefined): CutOff | undefined {
  if (journal === undefined) return undefined;
  return { run: journal.run, isGone: journal.process !== undefined && isGone(journal.process) };
}

/** Every server of the cluster, whatever the limit. */
function serversOf(cluster: ClusterName, setting: PlaybookSetting): readonly ServerHost[] {
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
async function lookAt(servers: readonly ServerHost[]): Promise<ReadonlyMap<string, ServerLook>> {
  return new Map(await Promise.all(servers.map(async (server) => [server.member.host, await server.look()] as const)));
}

async function unlockQuietly(server: ServerHost): Promise<void> {
  try {
    await server.unlock();
  } catch (error) {
    // A host that was lost has lost the lock with its connection.
    if (!(error instanceof BrokkrError) || error instanceof InterruptedError) throw error;
  }
}
