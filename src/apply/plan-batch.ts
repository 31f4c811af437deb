import type { RunState } from '../config/variables/host-state.ts';
import { BrokkrError, UnreachableError } from '../errors.ts';
import { acts, isDelegated } from '../plan/decided.ts';
import { planPass } from '../plan/pass.ts';
import type { HostPass, PassSetting, Situation } from '../plan/planned.ts';
import { askHost, type ControlDesk, type LeftBehind, type Wanted } from './ask.ts';
import type { EventSink } from './events.ts';
import { parseHolder } from './holder.ts';
import type { HostRun } from './host-run.ts';
import { forEachHost } from './slow-hosts.ts';

/** More rounds than any play needs: each is set off by an answer that raised a new question. */
const MOST_ROUNDS = 50;

export interface AskContext {
  readonly desk: ControlDesk;
  readonly emit: EventSink;
  readonly forks: number;
  /** A host that tasks are delegated to. */
  readonly runOf: (name: string) => HostRun | undefined;
  /** Makes the hosts that a pass has come upon known. @returns whether there were any */
  readonly openAdded: () => Promise<boolean>;
  /** Does a host that cannot be asked go on with the tasks that need no answer of it? */
  readonly goesOn: (run: HostRun) => boolean;
  /** Handlers that a task which is at work may have recorded by now: no earlier run has left them. */
  readonly recorded?: ReadonlySet<string>;
  /** A host could not be asked. */
  readonly lost: (run: HostRun, error: BrokkrError) => void;
}

/**
 * Plans for hosts, asking them what the plan needs: all questions of a round go to each host in one program. A host that
 * cannot be asked leaves the plan. What a pass registered on trial is taken back.
 */
export async function planWithAnswers(
  runs: readonly HostRun[],
  pass: (live: readonly HostRun[]) => readonly HostPass[] | Promise<readonly HostPass[]>,
  context: AskContext,
): Promise<readonly HostPass[]> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const live = runs.filter((run) => run.status === 'live');
    const passes = await pass(live);
    if (await context.openAdded()) continue;
    const asking = passes.map((each) => withRecords(each, live)).filter(({ wanted }) => wanted.length > 0);
    if (asking.length === 0) return passes;
    await askAll(asking, runs, context);
  }
  throw new TypeError(`a plan was not complete after ${MOST_ROUNDS} rounds of questions`);
}

/**
 * A probe also tells what an earlier run has left owed. Where a task may notify and nothing else is asked under its account,
 * who one is there is asked, once a run: it would be lost otherwise.
 */
function withRecords(pass: HostPass, live: readonly HostRun[]): HostPass {
  const run = live.find(({ name }) => name === pass.host);
  if (run === undefined) return pass;
  const read = new Set(run.recordsRead);
  for (const { account, delegate } of pass.wanted) if (delegate === undefined) read.add(account.user);
  const more = pass.planned.flatMap((each) => {
    if (each.kind !== 'task' || each.task.notify.length === 0 || !acts(each.task) || isDelegated(each.task)) return [];
    const { account } = each.task;
    if (read.has(account.user)) return [];
    read.add(account.user);
    return [{ account, question: { ask: 'identity' } } as const];
  });
  return more.length === 0 ? pass : { ...pass, wanted: [...pass.wanted, ...more] };
}

/** Asks hosts and the control machine's servers side by side, at most `forks` hosts at a time. */
async function askAll(asking: readonly HostPass[], runs: readonly HostRun[], context: AskContext): Promise<void> {
  const byName = new Map(runs.map((run) => [run.name, run]));
  const jobs: Job[] = [];
  for (const { host, wanted } of asking) {
    for (const name of new Set(wanted.map(({ delegate }) => delegate ?? host))) {
      const run = byName.get(name) ?? context.runOf(name);
      if (run === undefined) continue;
      const own = wanted.filter(({ delegate }) => (delegate ?? host) === name);
      const job = jobs.find((each) => each.run === run);
      // A host of which others only mention facts is lost by itself.
      const by = own.every((each) => each.isMention === true)
        ? byName.get(name)
        : (byName.get(host) ?? context.runOf(host));
      if (job === undefined) jobs.push({ name: run.name, run, wanted: own, askedBy: by === undefined ? [] : [by] });
      else {
        job.wanted.push(...own);
        if (by !== undefined) job.askedBy.push(by);
      }
    }
  }
  await Promise.all([
    forEachHost(jobs, context.forks, (job) => askOne(job, context), context.emit),
    ...jobs.map(({ run, wanted }) => context.desk.ask(wanted, [run.known])),
  ]);
}

interface Job {
  readonly name: string;
  readonly run: HostRun;
  readonly wanted: Wanted[];
  /** The hosts whose tasks need the answers. */
  readonly askedBy: HostRun[];
}

async function askOne({ run, wanted, askedBy }: Job, context: AskContext): Promise<void> {
  if (!wanted.some(({ question }) => question.ask !== 'control')) return;
  for (const { account, question } of wanted)
    if (question.ask !== 'control') for (const { recordsRead } of run.names) recordsRead.add(account.user);
  try {
    run.touch();
    const left = await askHost(run.host, wanted, [run.known], context.emit, run.locks);
    run.touch();
    for (const account of left.untidy) run.untidy.set(account.user, account);
    const other = otherAtWork(run, left);
    if (other !== undefined && !run.otherTold) context.emit({ event: 'warning', message: other });
    run.otherTold ||= other !== undefined;
    for (const [handler, account] of left.owed) {
      if (context.recorded?.has(handler) === true || [...run.names].some((each) => each.hasRecorded(handler))) continue;
      for (const each of run.names) {
        each.owed.set(handler, account);
        each.foundOwed.add(handler);
        if (other === undefined) context.emit({ event: 'owed', host: each.name, handler, what: 'found' });
      }
    }
    if (other === undefined && left.running !== undefined)
      run.hearing(context.emit)({ event: 'interrupted', host: run.name, text: left.running });
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    const on = error instanceof UnreachableError ? askedBy.filter((each) => context.goesOn(each)) : [];
    if (error instanceof UnreachableError && on.length > 0) run.known.lost = error;
    for (const each of new Set([...askedBy, run])) {
      if (on.includes(each) || (on.length > 0 && each === run)) continue;
      each.status = error instanceof UnreachableError ? 'unreachable' : 'failed';
      if (askedBy.includes(each)) context.lost(each, error);
    }
  }
}

/** What is owed and begun is of a run that is at work, and no earlier one. @returns what says so */
function otherAtWork(run: HostRun, { holders, owed, running }: LeftBehind): string | undefined {
  const [holder] = holders.values();
  if (holder === undefined) return undefined;
  // The words before it: the run, `begin`, the number of the step.
  const step = running?.split(' ').slice(3).join(' ');
  const at = step === undefined ? '' : `, with ${step}`;
  const left = owed.size === 0 ? '' : `; what it owes so far: ${[...owed.keys()].join(', ')}`;
  return `${run.name}: another run is at work there now: ${parseHolder(holder).who}${at}${left}`;
}

/** A pass whose registered results are taken back afterwards. */
export function trialPass(
  situations: readonly Situation[],
  setting: PassSetting,
  state: RunState,
): readonly HostPass[] {
  const restore = state.snapshot();
  try {
    return planPass(situations, setting);
  } finally {
    restore();
  }
}
