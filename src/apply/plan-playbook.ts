import type { VariableScope } from '../config/variables/scope.ts';
import { type BrokkrError, formatProblem, type Problem } from '../errors.ts';
import { BlockTracker } from '../plan/block-tracker.ts';
import type { DecidedTask } from '../plan/decided.ts';
import { mayBeLost } from '../plan/entries.ts';
import type { Known } from '../plan/known.ts';
import { passSteps } from '../plan/pass.ts';
import type { PlanView } from '../plan/plan-view.ts';
import type { HostPass } from '../plan/planned.ts';
import { foreseenRestarts } from './foreseen-restarts.ts';
import type { HostRun } from './host-run.ts';
import { inSlices } from './in-slices.ts';
import { planWithAnswers } from './plan-batch.ts';
import { makeBatch, owedHandlers, type PlaybookSetting, type PreparedPlay } from './playbook-run.ts';
import { withAddedHosts } from './selected-hosts.ts';
import { sharedIds } from './unique-ids.ts';
import { viewOf } from './view-of-plan.ts';

interface LostHost {
  readonly host: string;
  readonly error: BrokkrError;
}

/** A plan, and the hosts that could not be asked. */
export interface PlannedPlaybook {
  readonly view: PlanView;
  readonly lost: readonly LostHost[];
  /** Hosts that could not be asked either, and go on all the same (`ignore_unreachable`). */
  readonly away: readonly LostHost[];
  /** What each host would do, in order: the part of a saved plan that has to be the same again. */
  readonly tasksOf: ReadonlyMap<string, readonly DecidedTask[]>;
  /** The passes that the plan was made of, by play and batch: all there is to tell when nothing has to be done. */
  readonly passes: readonly (readonly (readonly HostPass[])[])[];
  /** What is wrong with the user's files, and would end a run half way. */
  readonly problems: readonly Problem[];
}

/**
 * Decides all plays one after the other, each on the hosts as the plays before it would leave them. Nothing is changed; the
 * hosts are asked, all questions of all plays together where one does not depend on another's answer.
 */
export async function planPlaybook(
  prepared: readonly PreparedPlay[],
  setting: PlaybookSetting,
): Promise<PlannedPlaybook> {
  const runs = [...new Set(prepared.flatMap((play) => play.hosts))].flatMap((name) => setting.runs.get(name) ?? []);
  const lost: LostHost[] = [];
  let last: PlayPass[] = [];
  await planWithAnswers(
    runs,
    async () => {
      last = await passOverAll(prepared, setting);
      return mergeWanted(last);
    },
    {
      desk: setting.desk,
      emit: setting.identity.emit,
      forks: setting.forks,
      runOf: (name) => setting.runs.get(name),
      openAdded: () => setting.added.open(),
      goesOn: ({ name }) => prepared.some(({ hosts, entries }) => hosts.includes(name) && mayBeLost(entries, 0)),
      lost: (run, error) => {
        run.lost = { message: error.message, hint: error.hint };
        lost.push({ host: run.name, error });
      },
    },
  );
  const restarts = foreseenRestarts(last, setting);
  const { notes, problems } =
    restarts.length === 0 ? { notes: new Map(), problems: [] } : await setting.gates.foresee(restarts, setting);
  return {
    view: viewOf(last, (host, handler) => {
      const restart = restarts.find((each) => each.host === host && each.handler === handler);
      return restart === undefined ? undefined : notes.get(restart);
    }),
    lost,
    away: runs.flatMap(({ name, known }) => (known.lost === undefined ? [] : [{ host: name, error: known.lost }])),
    tasksOf: tasksOf(last),
    passes: last.map((play) => play.batches),
    problems: [...problemsOf(last), ...problems],
  };
}

/** Each problem once, however many hosts have it. */
function problemsOf(plays: readonly PlayPass[]): Problem[] {
  const all = plays.flatMap(({ shared, passes }) => [...shared, ...passes.flatMap(({ problems }) => problems)]);
  return [...new Map(all.map((problem) => [formatProblem(problem), problem])).values()];
}

interface PlayPass {
  readonly prepared: PreparedPlay;
  /** Ids that hosts have in common which tasks have added; those of the others were looked at before. */
  readonly shared: readonly Problem[];
  readonly scopes: ReadonlyMap<string, VariableScope>;
  readonly passes: readonly HostPass[];
  readonly batches: readonly (readonly HostPass[])[];
}

async function passOverAll(prepared: readonly PreparedPlay[], setting: PlaybookSetting): Promise<PlayPass[]> {
  const restore = setting.state.snapshot();
  // By what is known at present: hosts that are one machine have it in common.
  const known = new Map<Known, Known>();
  const failed = new Set<string>();
  const plays: PlayPass[] = [];
  try {
    for (const each of prepared) {
      const play = withAddedHosts(each, setting);
      const batches: HostPass[][] = [];
      const scopes = new Map<string, VariableScope>();
      const shared: Problem[] = [];
      for (const batch of play.batches) {
        const passes: HostPass[] = [];
        const context = makeBatch(play, batch, setting);
        if (play !== each && batch === play.batches[0])
          shared.push(
            ...sharedIds(play.entries, { names: play.hosts, scopeOf: context.scopeOf, moduleOf: setting.moduleOf }),
          );
        const situations = context.runs
          .filter((run) => !failed.has(run.name))
          .map((run: HostRun) => ({
            ...run.situation(owedHandlers(run, context)),
            known: known.get(run.known) ?? run.known,
            blocks: new BlockTracker(),
          }));
        const steps = passSteps(situations, { ...context.setting, mode: 'plan', onceDone: new Map() });
        for (const pass of await inSlices(steps)) {
          const run = setting.runs.get(pass.host);
          if (run !== undefined) known.set(run.known, pass.known);
          scopes.set(pass.host, context.scopeOf(pass.host));
          if (pass.failed) failed.add(pass.host);
          passes.push(pass);
        }
        batches.push(passes);
      }
      plays.push({ prepared: play, shared, scopes, passes: batches.flat(), batches });
    }
    return plays;
  } finally {
    restore();
  }
}

/** One pass a host, with everything that any play wants to know of it. */
function mergeWanted(plays: readonly PlayPass[]): HostPass[] {
  const merged = new Map<string, HostPass>();
  for (const pass of plays.flatMap(({ passes }) => passes)) {
    const before = merged.get(pass.host);
    merged.set(pass.host, before === undefined ? pass : { ...before, wanted: [...before.wanted, ...pass.wanted] });
  }
  return [...merged.values()];
}

function tasksOf(plays: readonly PlayPass[]): Map<string, DecidedTask[]> {
  const tasks = new Map<string, DecidedTask[]>();
  for (const pass of plays.flatMap(({ passes }) => passes)) {
    const mine = tasks.get(pass.host) ?? [];
    mine.push(...pass.planned.flatMap((each) => (each.kind === 'task' ? [each.task] : [])));
    tasks.set(pass.host, mine);
  }
  return tasks;
}
