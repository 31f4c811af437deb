import type { RollingHost, RollRequest } from '../apply/batch-context.ts';
import { payOthers } from '../apply/owed.ts';
import type { PlaybookSetting } from '../apply/playbook-run.ts';
import { BrokkrError, problemText } from '../errors.ts';
import { type CanaryReport, canaryText } from '../kafka/canary-report.ts';
import type { RestartGate } from '../modules/gate.ts';
import { type Clock, systemClock } from '../poll.ts';
import { lockCluster, unlockCluster } from './cluster-lock.ts';
import { lookAt, serverHosts } from './cluster-servers.ts';
import { lackHint, lackOf } from './cluster-variables.ts';
import { thisProcess } from './cut-off.ts';
import type { Roll } from './drive.ts';
import { leftBy } from './earlier-roll.ts';
import { rollForeign } from './foreign-roll.ts';
import { type Journal, RollJournal } from './journal.ts';
import type { ClusterName, Member } from './members.ts';
import { groupHosts, openHosts, ownMembers } from './own-members.ts';
import { warnOfKills } from './prepare-roll.ts';
import { asksForCanary, CANARY_RATE, startCanary, withCanary } from './roll-canary.ts';
import { rollCluster } from './roll-cluster.ts';
import { endingText, isUntouched, resumeText, timesText } from './roll-text.ts';
import type { ServerHost } from './server-host.ts';
import { stoppedOthers } from './stopped-others.ts';
import { alterInstead } from './task-alteration.ts';
import { turnRefusal } from './turns.ts';
import { judgeUnanswered } from './unanswered.ts';

export interface TaskRoll {
  readonly cluster: ClusterName;
  readonly gate: RestartGate | undefined;
  readonly request: RollRequest;
  readonly setting: PlaybookSetting;
  /** Where the journal of the roll is kept. */
  readonly folder: string;
  readonly clock?: Clock;
}

/** Why the servers of some hosts were not restarted, or are not back. */
type Failures = ReadonlyMap<string, string>;

/**
 * Restarts servers whose tasks (most often handlers) ask for it. Where the cluster is not up: all together. Where it is: one
 * after the other, through the same gate, locks, looks and journal as `brokkr restart`, and a broker that takes while it runs
 * whatever has changed is not restarted at all.
 */
export async function rollByTasks(roll: TaskRoll): Promise<Failures> {
  const { gate, request, setting } = roll;
  try {
    warnOfLack(roll);
    if (gate !== undefined && !(await gate.isUp())) {
      const outcome = await judgeUnanswered({ ...roll, gate, clock: roll.clock ?? systemClock });
      if (outcome.is === 'silent') {
        const members = ownMembers(roll.cluster, request, setting.inventoryNow());
        await Promise.all(outcome.together.map((host) => actAndPay(host, members, setting)));
        return outcome.refused;
      }
    }
    return await rollByTurns(roll);
  } catch (error) {
    // Nobody was touched: a host cannot be locked or looked at.
    if (!(error instanceof BrokkrError) || setting.signal.aborted) throw error;
    return everybody(request.hosts, `not restarted: ${error.message}`);
  }
}

/** Tells what the variables of the cluster lack, and what comes of it. */
function warnOfLack({ cluster, gate, request, setting }: TaskRoll): void {
  const servers = groupHosts(cluster, setting.inventoryNow());
  const hosts = servers.length > 0 ? servers : request.hosts.map(({ host }) => host);
  const lack = lackOf(cluster, hosts, request.scopeOf);
  if (gate !== undefined && lack.reasons.length === 0) return;
  const reasons = lack.reasons.join('; ');
  const message =
    gate === undefined
      ? `nobody can tell whether ${cluster} is whole between restarts, so one host at a time: ${reasons}`
      : `of ${cluster}: ${reasons}`;
  setting.identity.emit({ event: 'warning', message: problemText({ message, hint: lackHint(lack) }) });
}

async function rollByTurns(roll: TaskRoll): Promise<Failures> {
  const { gate, request, setting } = roll;
  const refusal = turnRefusal(roll.cluster, request.hosts, setting);
  if (refusal !== undefined) return everybody(request.hosts, refusal);
  if (request.hosts.every(({ stays }) => stays)) return stopOne(roll);
  const inventory = setting.inventoryNow();
  await openHosts(groupHosts(roll.cluster, inventory), setting);
  const members = gate === undefined ? undefined : ownMembers(roll.cluster, request, inventory);
  if (gate === undefined || members === undefined) return foreign(roll);
  return own(roll, gate, serverHosts(members, request.keeperOf, setting));
}

/** Of several handlers that restart a server the others owe nothing any more, whether or not the run comes to them. */
async function actAndPay(
  rolling: RollingHost,
  members: readonly Member[] | undefined,
  setting: PlaybookSetting,
): Promise<void> {
  const run = setting.runs.get(rolling.host);
  const member = members?.find(({ host }) => host === rolling.host);
  if (!(await act(rolling)) || run === undefined || member === undefined || rolling.stays) return;
  payOthers(run, (handler) => member.handler.test(handler), setting.identity.emit);
}

/** A task that has failed was told by whoever did it. */
async function act(host: RollingHost): Promise<boolean> {
  try {
    await host.act();
    return true;
  } catch (error) {
    if (error instanceof BrokkrError) return false;
    throw error;
  }
}

/** A task that stops a server and leaves it so: of a cluster that is up, only one. */
async function stopOne({ cluster, gate, request, setting }: TaskRoll): Promise<Failures> {
  const [name] = (await gate?.next(request.hosts.map(({ host }) => host))) ?? [];
  const first = request.hosts.find(({ host }) => host === name) ?? request.hosts[0];
  if (first === undefined) return new Map();
  try {
    for (const note of (await gate?.before(first.host)) ?? [])
      setting.identity.emit({ event: 'warning', message: `${first.host}: ${note}` });
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    return everybody(request.hosts, `not stopped: ${error.message}`);
  }
  await act(first);
  const others = request.hosts.filter((each) => each !== first);
  return everybody(
    others,
    `not stopped: the task leaves ${cluster} on ${first.host} stopped, and two are never down at once because of brokkr`,
  );
}

async function foreign(taskRoll: TaskRoll): Promise<Failures> {
  const { cluster, gate, request, setting } = taskRoll;
  const { identity, stopRequested } = setting;
  const roll = await rollForeign(request.hosts, {
    ...{ gate, cluster: gate?.cluster ?? cluster, emit: identity.emit },
    isStopRequested: stopRequested,
  });
  return conclude(roll, taskRoll, { isOwn: false, summary: [] });
}

/** Servers whose process, files and folders are known. */
async function own(taskRoll: TaskRoll, gate: RestartGate, servers: readonly ServerHost[]): Promise<Failures> {
  const { cluster, request, setting, folder, clock = systemClock } = taskRoll;
  const { emit, run } = setting.identity;
  const rolled = new Map(request.hosts.map((each) => [each.host, each]));
  const chosen = servers.filter(({ member }) => rolled.has(member.host));
  const borrowed = servers.filter(({ member }) => setting.runs.get(member.host)?.locks.size === 0);
  try {
    await lockCluster(servers, new Set(rolled.keys()), undefined, emit);
    const looks = await lookAt(chosen);
    warnOfKills(
      chosen.map(({ member }) => member),
      looks,
      emit,
    );
    const altered = cluster === 'kafka' ? await alterInstead(request, chosen, looks, setting) : new Set<string>();
    const left = chosen.filter(({ member }) => !altered.has(member.host));
    if (left.length === 0) return new Map();
    const journal = new RollJournal(folder, cluster);
    const earlier = journal.unfinished();
    const others = servers.filter((server) => !chosen.includes(server));
    const owing = await leftOn(others, cluster, earlier, setting);
    const now = left.map(({ member: { host } }) => [host, looks.get(host)?.now ?? 0] as const);
    // As with `brokkr restart`: a canary goes with a restart of the whole cluster.
    const wantsCanary = left.length === servers.length && asksForCanary(setting, looks);
    const { value: roll, report } = await withCanary(
      wantsCanary ? () => startCanary(setting, CANARY_RATE) : undefined,
      () => {
        journal.begin({
          ...{ version: 1, run, process: thisProcess(), cluster, startedAt: new Date().toISOString() },
          ...{ hosts: Object.fromEntries([...owing, ...now]), current: null, ended: null },
        });
        return rollCluster(left, {
          ...{ gate, journal, looks, cutOffAt: earlier?.current?.hosts ?? [], forceAfter: undefined, emit },
          isStopRequested: () => setting.stopRequested(),
          isBarred: stoppedOthers(others, { cluster: gate.cluster, reach: setting.sameInventory, clock }),
          startWith: async (host) => {
            await rolled.get(host)?.act();
          },
        });
      },
    );
    const { result } = roll.ending;
    journal.end(result === 'finished' && owing.size > 0 ? 'interrupted' : result);
    return conclude(roll, taskRoll, { isOwn: true, summary: timesText(gate.cluster, roll), canary: report });
  } finally {
    if (!setting.signal.aborted) await unlockCluster(borrowed);
  }
}

/** What an earlier roll that did not finish still has to do on other hosts; it is told how that is gone on with. */
async function leftOn(
  others: readonly ServerHost[],
  cluster: ClusterName,
  earlier: Journal | undefined,
  { identity: { emit }, sameInventory: reach }: PlaybookSetting,
): Promise<ReadonlyMap<string, number>> {
  if (earlier === undefined) return new Map();
  const owing = await leftBy(earlier, others);
  if (owing.size > 0) {
    const what = `the restart that began at ${earlier.startedAt} did not finish`;
    const hint = `'brokkr restart ${cluster}${reach} --resume' goes on with ${[...owing.keys()].join(', ')}`;
    emit({ event: 'warning', message: `${what}: ${hint}` });
  }
  return owing;
}

interface Concluded {
  /** The servers are those that the variables describe. */
  readonly isOwn: boolean;
  readonly summary: readonly string[];
  readonly canary?: CanaryReport | undefined;
}

function conclude(roll: Roll, { cluster, gate, setting }: TaskRoll, { isOwn, summary, canary }: Concluded): Failures {
  const { emit } = setting.identity;
  for (const text of [...(canary === undefined ? [] : [canaryText(canary)]), ...summary])
    emit({ event: 'progress', text, isResult: true });
  const { ending, done, waiting } = roll;
  if (ending.result === 'finished')
    return new Map(canary?.good === false ? done.map((each) => [each, 'the canary has noticed the restart']) : []);
  // Only servers whose process and files are known leave a journal.
  const isResumable = isOwn && !isUntouched(roll);
  const goOn = isResumable
    ? resumeText(cluster, setting.sameInventory)
    : 'once that is mended, run the same command again: it does what is still owed';
  const text = endingText(roll, goOn);
  if (ending.result === 'interrupted') {
    emit({ event: 'warning', message: text });
    return new Map();
  }
  const troubled = Object.keys(ending.left ?? {});
  const [host = waiting[0] ?? done.at(-1) ?? ''] = troubled;
  emit({ event: 'server', cluster: gate?.cluster ?? cluster, host, status: 'failed', text });
  const reason = ending.reason ?? 'the restart has failed';
  // Who was not touched waits for whoever is in trouble.
  const where = troubled.length === 0 ? '' : ` (on ${troubled.join(', ')})`;
  return new Map([
    ...waiting.map((each) => [each, `not restarted: ${reason}${where}`] as const),
    ...troubled.map((each) => [each, reason] as const),
    ...(troubled.length + waiting.length === 0 ? done.map((each) => [each, reason] as const) : []),
  ]);
}

function everybody(hosts: readonly RollingHost[], reason: string): Failures {
  return new Map(hosts.map(({ host }) => [host, reason]));
}
