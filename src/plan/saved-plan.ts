import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Action, Content } from '../shell/action.ts';
import type { Expectation } from '../shell/guard.ts';
import type { DecidedTask } from './decided.ts';

const taskSchema = z.strictObject({
  task: z.string(),
  file: z.string(),
  line: z.number(),
  verdict: z.string(),
  digest: z.string(),
});

/**
 * A plan as it is saved: which inputs it was made from, and for each host what its tasks would do, as digests. It holds no
 * content and no variable, so no secret either; the plan is made anew before it is applied, and has to be the same.
 */
export const savedPlanSchema = z.strictObject({
  brokkr: z.literal('plan'),
  version: z.literal(1),
  madeAt: z.string(),
  playbook: z.string(),
  inventory: z.array(z.string()),
  limit: z.string().optional(),
  tags: z.array(z.string()),
  skipTags: z.array(z.string()),
  startAtTask: z.string().optional(),
  /** The variables of `-e` are not kept, since they may be secret: whoever applies the plan gives them again. */
  extraVars: z.number(),
  hosts: z.record(z.string(), z.array(taskSchema)),
});

export type SavedPlan = z.infer<typeof savedPlanSchema>;
type SavedTask = z.infer<typeof taskSchema>;

/** What the tasks of each host would do, for the file. */
export function savedHosts(tasksOf: ReadonlyMap<string, readonly DecidedTask[]>): SavedPlan['hosts'] {
  return Object.fromEntries([...tasksOf].map(([host, tasks]) => [host, tasks.map(savedTask)]));
}

function savedTask(task: DecidedTask): SavedTask {
  const { at } = task.entry.task;
  const decided = task.items.map(({ label, outcome }) => ({
    label,
    verdict: outcome.verdict,
    actions: outcome.verdict === 'change' ? outcome.decision.actions.map(plainAction) : [],
    found: outcome.verdict === 'change' ? outcome.expectations.map(plainExpectation) : [],
  }));
  const open = task.open.map(({ label }) => ({ label, verdict: 'unknown', actions: [], found: [] }));
  const outcomes = [...decided, ...open];
  const verdict = [...new Set(outcomes.map((outcome) => outcome.verdict))].join(',');
  const digest = createHash('sha256').update(JSON.stringify(outcomes)).digest('hex');
  return { task: task.name, file: at.file, line: at.line, verdict, digest };
}

/** What a step expects to find: times and inodes may differ, what stands there may not. */
function plainExpectation(expectation: Expectation): unknown {
  if (expectation.ask === 'hash') return expectation;
  const { path, follow, stat } = expectation;
  return {
    path,
    follow,
    stat:
      stat === null ? null : { type: stat.type, mode: stat.mode, uid: stat.uid, gid: stat.gid, target: stat.target },
  };
}

/** An action with its content by hash, and maps as lists. */
function plainAction(action: Action): unknown {
  return Object.fromEntries(
    Object.entries(action).map(([name, value]) => [
      name,
      value instanceof Map ? [...value] : isContent(value) ? { sha256: value.sha256 } : value,
    ]),
  );
}

function isContent(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && 'sha256' in value;
}

/** Differences that are told by name; there may be one for each task of each host. */
const TOLD = 10;

/**
 * In what a plan that was made anew differs from the saved one, one line a difference, with the hosts that it is of; empty
 * when it is the same.
 */
export function planDifferences(saved: SavedPlan['hosts'], now: SavedPlan['hosts']): string[] {
  const hostsOf = new Map<string, string[]>();
  for (const host of new Set([...Object.keys(saved), ...Object.keys(now)])) {
    for (const difference of hostDifferences(saved[host], now[host]))
      hostsOf.set(difference, [...(hostsOf.get(difference) ?? []), host]);
  }
  const lines = [...hostsOf].map(([difference, hosts]) => `${hosts.join(' ')}: ${difference}`);
  const more = lines.length - TOLD;
  return more > 0 ? [...lines.slice(0, TOLD), `and ${more} more`] : lines;
}

type PlannedTasks = SavedPlan['hosts'][string];

function hostDifferences(before: PlannedTasks | undefined, after: PlannedTasks | undefined): string[] {
  if (before === undefined) return ['was not part of the plan'];
  if (after === undefined) return ['is not reached, or no longer part of it'];
  const changed = before.filter(
    (task, index) => after[index]?.digest !== task.digest || after[index]?.task !== task.task,
  );
  if (changed.length === 0)
    return before.length === after.length ? [] : [`there are ${after.length} tasks, there were ${before.length}`];
  return changed.map((task) => {
    const other = after.find((each) => each.task === task.task && each.line === task.line);
    const how =
      other === undefined
        ? 'is not there any more'
        : other.verdict === task.verdict
          ? 'would do something else'
          : `was: ${task.verdict}, is now: ${other.verdict}`;
    return `${task.task} (${task.file}:${task.line}) ${how}`;
  });
}
