import type { Task } from '../config/play.ts';
import { UnreachableError } from '../errors.ts';
import type { Diff } from '../modules/module.ts';
import type { DecidedTask, ItemVerdict } from '../plan/decided.ts';
import { type Entry, isRescued } from '../plan/entries.ts';
import type { HostView, PlanView, TaskView } from '../plan/plan-view.ts';
import type { HostPass, Planned } from '../plan/planned.ts';
import type { RestartNotes } from './batch-context.ts';
import type { PreparedPlay } from './playbook-run.ts';

interface ViewedPlay {
  readonly prepared: Pick<PreparedPlay, 'play' | 'hosts'>;
  readonly passes: readonly HostPass[];
}

/** More of what a task comes to on a host. */
type NotesOf = (host: string, handler: Task) => RestartNotes | undefined;

/** What a plan shows: each task once, with what it comes to on every host that does it. */
export function viewOf(plays: readonly ViewedPlay[], notesOf: NotesOf): PlanView {
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
          const rescued = seen.verdict === 'failed' && isRescued(entry);
          const notes = notesOf(pass.host, entry.task);
          const lines = (notes?.lines ?? []).map((text) => ({ kind: 'note', text }) as const);
          task.hosts.push({
            ...seen,
            ...(rescued ? { rescued } : {}),
            diff: [...(notes?.isLeftOut === true ? [] : seen.diff), ...lines],
          });
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
  return { host, verdict: isIgnored ? 'unknown' : 'failed', diff: [], reason: error.message, hint: error.hint };
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
  const diff: Diff[] =
    task.noLog || task.hidesDiff
      ? []
      : items.flatMap(({ outcome }) => (outcome.verdict === 'change' ? outcome.decision.diff : []));
  const open = task.open.map(({ label }) => ({ label: label ?? '', verdict: 'unknown' }));
  if (open.length > 0) {
    const which = task.noLog ? `${open.length} items` : open.map(({ label }) => label).join(', ');
    diff.push({ kind: 'note', text: `not known until the items before it ran: ${which}` });
  }
  const telling = [...items.filter((item) => item.verdict === verdict), ...items];
  const told = telling.map(({ outcome }) => reasonOf(outcome)).find((each) => each !== undefined);
  return {
    host,
    verdict,
    diff,
    reason: told?.reason,
    hint: verdict === 'failed' ? told?.hint : undefined,
    items: task.looped ? [...items.map(({ label, verdict }) => ({ label, verdict })), ...open] : undefined,
  };
}

/** Why an item does nothing, and what helps where that is a failure. */
function reasonOf(outcome: ItemVerdict): Pick<HostView, 'reason' | 'hint'> | undefined {
  if (outcome.verdict === 'failed') return { reason: outcome.message, hint: outcome.hint };
  if (outcome.verdict === 'skipped') return { reason: outcome.reason };
  return outcome.verdict === 'unchanged' && outcome.failed !== undefined ? { reason: outcome.failed } : undefined;
}

/** An action whose result says whether it changed anything only has to run, as far as a plan can know. */
function itemVerdict(task: DecidedTask, outcome: ItemVerdict): HostView['verdict'] {
  if (task.until !== undefined && outcome.verdict !== 'skipped') return 'run';
  if (outcome.verdict === 'unchanged')
    return outcome.failed !== undefined ? 'failed' : outcome.changed === true ? 'change' : 'ok';
  if (outcome.verdict !== 'change') return outcome.verdict;
  const judged = task.entry.task.changedWhen !== undefined || outcome.decision.pending?.includes('changed') === true;
  return judged || (outcome.decision.conclude !== undefined && outcome.decision.diff.length === 0) ? 'run' : 'change';
}
