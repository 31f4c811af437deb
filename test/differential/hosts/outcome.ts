/** What became of a task on a host, as both programs can tell it. */
export type Status = 'ok' | 'changed' | 'skipped' | 'failed' | 'ignored' | 'unreachable';

export interface TaskOutcome {
  readonly host: string;
  readonly task: string;
  readonly status: Status;
  /** One for each item of a loop; empty for a task without one. */
  readonly items: readonly Status[];
  /** Why it failed. It is shown, not compared. */
  readonly message: string;
}

export interface RunOutcome {
  readonly exitCode: number;
  readonly tasks: readonly TaskOutcome[];
  /** Whatever the program printed, for whoever has to find out why it stopped. */
  readonly output: string;
}

/** The outcomes of each host in order, one line a task. */
export function linesOf(outcome: RunOutcome): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const { host, task, status, items } of outcome.tasks) {
    const told = `${task}: ${status}${items.length === 0 ? '' : ` [${items.join(' ')}]`}`;
    lines.set(host, [...(lines.get(host) ?? []), told]);
  }
  return lines;
}
