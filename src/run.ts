import { applyPlaybook, recapOf, reportConverged } from './apply/apply-playbook.ts';
import type { Event } from './apply/events.ts';
import { holdsWord } from './apply/holds-word.ts';
import { type PlannedPlaybook, planPlaybook } from './apply/plan-playbook.ts';
import { type PlaybookSetting, type PreparedPlay, preparePlays } from './apply/playbook-run.ts';
import { lostStatus } from './apply/run-batch.ts';
import { unknownTags } from './apply/unknown-tags.ts';
import type { Play } from './config/play.ts';
import { plainConnection } from './config/playbook/connection-keyword.ts';
import { InputError, InterruptedError, problemText, UnreachableError } from './errors.ts';
import { tellFailures } from './hosts-failures.ts';
import { type PlanView, pendingCount } from './plan/plan-view.ts';
import { prepareRun, type RunInputs } from './prepare.ts';

/** A playbook that was read and planned, and may be applied. */
export interface PlannedRun {
  readonly setting: PlaybookSetting;
  readonly prepared: readonly PreparedPlay[];
  readonly view: PlanView;
  readonly pending: { readonly changes: number; readonly hosts: number; readonly failed: number };
  readonly lost: readonly { readonly host: string; readonly message: string; readonly hint: string | undefined }[];
  /** Hosts that could not be asked, and go on (`ignore_unreachable`). */
  readonly away: readonly string[];
  readonly tasksOf: PlannedPlaybook['tasksOf'];
  readonly passes: PlannedPlaybook['passes'];
}

/**
 * The whole story, from files to a plan:
 * 1. read inventory, variables and playbook; whatever is wrong with them is told at once, and no host was touched;
 * 2. select the hosts of each play and lay its tasks flat;
 * 3. ask each host, over one connection and in one program, what all its tasks need to know;
 * 4. decide every task in order, each on the host as the tasks before it would leave it.
 * @throws InputError also when only the plan shows that a name is defined nowhere: half a run is worse than none
 */
export async function planRun(inputs: RunInputs, verb: string): Promise<PlannedRun> {
  const setting = await prepareRun(inputs);
  const prepared = preparePlays(setting);
  const hosts = [...new Set(prepared.flatMap((play) => play.hosts))];
  const tasks = prepared.reduce((sum, play) => sum + play.entries.length, 0);
  inputs.emit({ event: 'run-start', verb, hosts, tasks, checkMode: inputs.checkMode });
  const { unknown, known } = unknownTags(prepared, setting.selection);
  const tags = known.length === 0 ? 'the playbook has no tags' : `the tags are: ${known.join(', ')}`;
  for (const tag of unknown) inputs.emit({ event: 'warning', message: `no task has the tag ${tag}; ${tags}` });
  // The hosts are going to be asked: they may shake hands while the first questions are found.
  const reached = hosts.filter((host) => prepared.some(({ play, hosts: own }) => !isHere(play) && own.includes(host)));
  if (hosts.length <= setting.forks) for (const host of reached) setting.runs.get(host)?.host.beginConnecting();
  await setting.loadLate();
  try {
    const { view, lost: unasked, away, tasksOf, passes, problems } = await planPlaybook(prepared, setting);
    for (const { name, near } of unreadVariables(setting, passes))
      inputs.emit({ event: 'warning', message: `-e sets ${name}, which nothing here reads; did you mean ${near}?` });
    if (problems.length > 0) throw new InputError(problems, { asked: true });
    const lost = unasked
      .map(({ host, error }) => ({ host, message: error.message, hint: error.hint }))
      .sort((a, b) => hosts.indexOf(a.host) - hosts.indexOf(b.host));
    const awayNow = away.map(({ host, error: { message, hint } }) => ({ host, message, hint }));
    for (const failure of tellFailures([...lost, ...awayNow]))
      inputs.emit({ event: 'warning', message: problemText(failure) });
    for (const { host } of lost) {
      const run = setting.runs.get(host);
      run?.count(lostStatus(run));
    }
    return {
      setting,
      prepared,
      view,
      tasksOf,
      passes,
      pending: pendingCount(view),
      lost,
      away: away.map(({ host }) => host),
    };
  } catch (error) {
    await closeRun(setting);
    throw error;
  }
}

/** What `-e` sets, and neither the plan has read nor anything that is still to come may read. */
function unreadVariables({ variables, playbook }: PlaybookSetting, passes: PlannedPlaybook['passes']) {
  const unread = variables.unread().filter(({ name }) => !holdsWord(playbook, name));
  const isOpen = (): boolean => passes.flat(2).some(({ planned }) => planned.some(({ kind }) => kind === 'unknown'));
  return unread.length > 0 && isOpen() ? [] : unread;
}

/**
 * The story goes on:
 * 5. let every host do what differs, in task order, with the barriers between hosts that another host could notice;
 * 6. tell what came of it.
 * @returns true when nothing failed and every host was reached
 */
export async function applyRun(run: PlannedRun, started: number): Promise<boolean> {
  const { setting, prepared, lost, away } = run;
  const { emit } = setting.identity;
  const { changes, failed: failing } = run.pending;
  if (changes + failing + lost.length + away.length === 0) await reportConverged(prepared, run.passes, setting);
  else await applyPlaybook(prepared, setting);
  const recap = recapOfRun(run, started);
  emit(recap);
  if (setting.stopRequested())
    throw new InterruptedError('stopped: what is done is in the recap, what was not begun was left as it was', {
      hint: 'run it again to go on',
    });
  return !recap.failed;
}

/** What came of every host so far; of a plan, only which of them could not be asked. */
export function recapOfRun({ setting, prepared }: PlannedRun, started: number): Extract<Event, { event: 'recap' }> {
  const hosts = recapOf(
    [...setting.runs.values()].filter(
      (each) => each.hasTakenPart || prepared.some((play) => play.hosts.includes(each.name)),
    ),
  );
  return {
    event: 'recap',
    hosts,
    seconds: (performance.now() - started) / 1000,
    changed: hosts.some((host) => host.changed > 0),
    failed: setting.stopRequested() || hosts.some((host) => host.failed > 0 || host.unreachable > 0),
  };
}

/** Closes every connection. */
export async function closeRun(setting: PlaybookSetting): Promise<void> {
  await Promise.all(
    [...setting.runs.values()].map(async (run) => {
      try {
        await run.host.close();
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
      }
    }),
  );
}

/** A play that is done on this machine for its hosts. */
function isHere({ connection }: Play): boolean {
  return connection?.kind === 'scalar' && plainConnection(String(connection.value)) === 'local';
}
