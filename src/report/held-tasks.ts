import type { Event, TaskIdentity } from '../apply/events.ts';

export type TaskEnd = Extract<Event, { event: 'task' }>;

/** How long the end of a task on one host waits for the same from the other hosts, in milliseconds. */
const patience = 1000;

/**
 * Holds the ends of tasks until all hosts of the batch have come to that task, so that equal ones can be told at once.
 * Nothing is held longer than a second: a host that is slow, or has left the play, does not keep the others' news back.
 */
export class HeldTasks {
  readonly #tell: (task: TaskIdentity, ends: readonly TaskEnd[]) => void;
  readonly #held = new Map<number, TaskEnd[]>();
  readonly #reached = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (task: TaskIdentity, ends: readonly TaskEnd[]) => void) {
    this.#tell = tell;
  }

  /** The hosts whose ends are waited for. */
  expect(hosts: readonly string[]): void {
    this.flush();
    this.#reached.clear();
    for (const host of hosts) this.#reached.set(host, -1);
  }

  add(end: TaskEnd): void {
    const { index } = end.task;
    const held = this.#held.get(index);
    // A handler can run again at a later flush.
    if (held?.some(({ host }) => host === end.host)) this.flush();
    this.#held.set(index, [...(this.#held.get(index) ?? []), end]);
    if (end.status === 'failed' || end.status === 'unreachable') this.#reached.delete(end.host);
    else if (this.#reached.has(end.host)) this.#reached.set(end.host, index);
    this.flush(Math.min(...this.#reached.values()));
    if (this.#held.size > 0) this.#timer ??= setTimeout(() => this.flush(), patience).unref();
  }

  /** Tells what is held, of tasks up to and including `last`, in the order of the tasks. */
  flush(last = Number.POSITIVE_INFINITY): void {
    for (const [index, ends] of [...this.#held].sort(([a], [b]) => a - b)) {
      const [first] = ends;
      if (index > last || first === undefined) continue;
      this.#held.delete(index);
      this.#tell(first.task, ends);
    }
    if (this.#held.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
