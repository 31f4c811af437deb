import type { Task } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { type BrokkrError, formatProblem, type Problem, UnreachableError } from '../errors.ts';
import { BlockTracker } from '../plan/block-tracker.ts';
import type { DecidedTask } from '../plan/decided.ts';
import { type Entry, mayBeLost } from '../plan/entries.ts';
import type { Known } from '../plan/known.ts';
import { planPass } from '../plan/pass.ts';
import type { HostView, PlanView, TaskView } from '../plan/plan-view.ts';
import type { HostPass, Planned } from '../plan/planned.ts';
import type { RestartNotes } from './batch-context.ts';
import { foreseenRestarts } from './foreseen-restarts.ts';
import type { HostRun } from './host-run.ts';
import { planWithAnswers } from './plan-batch.ts';
import { makeBatch, owedHandlers, type PlaybookSetting, type PreparedPlay } from './playbook-run.ts';
import { withAddedHosts } from './selected-hosts.ts';
import { sharedIds } from './unique-ids.ts';

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
    () => {
      last = passOverAll(prepared, setting);
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

function passOverAll(prepared: readonly PreparedPlay[], setting: PlaybookSetting): PlayPass[] {
  const restore = setting.state.snapshot();
  const known = new Map<string, Known>();
  const failed = new Set<string>();
  try {
    return prepared.map((each) => {
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
            known: known.get(run.name) ?? run.known,
            blocks: new BlockTracker(),
          }));
        for (const pass of planPass(situations, { ...context.setting, mode: 'plan', onceDone: new Map() })) {
          known.set(pass.host, pass.known);
          scopes.set(pass.host, context.scopeOf(pass.host));
          if (pass.failed) failed.add(pass.host);
          passes.push(pass);
        }
        batches.push(passes);
      }
      return { prepared: play, shared, scopes, passes: batches.flat(), batches };
    });
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

/** More of what a task comes to on a host. */
type NotesOf = (host: string, handler: Task) => RestartNotes | undefined;

function viewOf(plays: readonly PlayPass[], notesOf: NotesOf): PlanView {
  return {
    plays: plays.map(({ prepared, passes }) => {
      const tasks = new Map<Entry, TaskView & { hosts: HostView[] }>();
      for (const pass of passes) {
        for (const planned of pass.planned) {
          const seen = hostView(pass.host, planned);
          if (seen === undefined || planned.entry.kind !== 'task') continue;
          const { entry } = planned;
          const task = tasks.get(entry) ?? {
            task: nameOf(planned),
            module: entry.task.module,
            at: entry.task.at,
            handler: entry.isHandler,
            hosts: [],
          };
          const notes = notesOf(pass.host, entry.task);
          const lines = (notes?.lines ?? []).map((text) => ({ kind: 'note', text }) as const);
          task.hosts.push({ ...seen, diff: [...(notes?.isLeftOut === true ? [] : seen.diff), ...lines] });
          tasks.set(entry, task);
        }
      }
      const ordered = [...tasks].sort(([left], [right]) => left.index - right.index).map(([, task]) => task);
      return { play: prepared.play.name, hosts: prepared.hosts, tasks: ordered };
    }),
  };
}

function nameOf(planned: Planned): string {
  if (planned.kind === 'task') return planned.task.name;
  if (planned.kind === 'unknown' || planned.kind === 'broken' || planned.kind === 'once') return planned.name;
  return planned.entry.kind === 'task' ? planned.entry.task.module : '';
}

function hostView(host: string, planned: Planned): HostView | undefined {
  switch (planned.kind) {
    case 'task':
      return taskView(host, planned.task);
    case 'once':
      return { host, verdict: 'once', diff: [] };
    case 'unknown':
      return { host, verdict: 'unknown', diff: [], reason: `not known until ${planned.until}` };
    case 'broken':
      return brokenView(host, planned);
    case 'meta':
    case 'mark':
      return undefined;
  }
}

/** Of a host that could not be asked and goes on, nobody knows what the task would change. */
function brokenView(host: string, { error, ignoreErrors }: Extract<Planned, { kind: 'broken' }>): HostView {
  const isIgnored = ignoreErrors && error instanceof UnreachableError;
  return { host, verdict: isIgnored ? 'unknown' : 'failed', diff: [], reason: error.message };
}

function taskView(host: string, task: DecidedTask): HostView {
  const items = task.items.map(({ label, outcome }) => ({
    label: label ?? '',
    verdict: itemVerdict(task, outcome),
    outcome,
  }));
  const has = (verdict: string): boolean => items.some((item) => item.verdict === verdict);
  const verdict =
    has('failed') && !task.ignoreErrors
      ? 'failed'
      : has('change')
        ? 'change'
        : has('run')
          ? 'run'
          : items.length === 0 || items.every((item) => item.verdict === 'skipped')
            ? 'skipped'
            : 'ok';
  const diff =
    task.noLog || task.hidesDiff
      ? []
      : items.flatMap(({ outcome }) => (outcome.verdict === 'change' ? outcome.decision.diff : []));
  const reason = items.flatMap(({ outcome }) =>
    outcome.verdict === 'failed'
      ? [outcome.message]
      : outcome.verdict === 'unchanged' && outcome.failed !== undefined
        ? [outcome.failed]
        : outcome.verdict === 'skipped'
          ? [outcome.reason]
          : [],
  )[0];
  return {
    host,
    verdict,
    diff,
    reason,
    items: task.looped ? items.map((item) => ({ label: item.label, verdict: item.verdict })) : undefined,
  };
}

/** An action whose result says whether it changed anything only has to run, as far as a plan can know. */
function itemVerdict(task: DecidedTask, outcome: DecidedTask['items'][number]['outcome']): HostView['verdict'] {
  if (task.until !== undefined && outcome.verdict !== 'skipped') return 'run';
  if (outcome.verdict === 'unchanged')
    return outcome.failed !== undefined ? 'failed' : outcome.changed === true ? 'change' : 'ok';
  if (outcome.verdict !== 'change') return outcome.verdict;
  const judged = task.entry.task.changedWhen !== undefined || outcome.decision.pending?.includes('changed') === true;
  return judged || (outcome.decision.conclude !== undefined && outcome.decision.diff.length === 0) ? 'run' : 'change';
}
