import type { Event, TaskIdentity } from '../apply/events.ts';
import { describeSeconds, foldHosts } from './wording.ts';

interface Running {
  readonly task: TaskIdentity;
  /** The hosts on which a step of it has begun and it has not ended, with the time when it began there. */
  readonly hosts: Map<string, number>;
  text: string | undefined;
}

/** Shorter times are not worth a place on the line. */
const tellFrom = 3;

/** What is going on just now, as far as the events tell it. */
export class RunningTasks {
  readonly #width: number;
  readonly #most: number;
  readonly #now: () => number;
  readonly #running = new Map<number, Running>();
  readonly #connecting = new Set<string>();
  readonly #texts = new Map<string, string>();
  #batch: string | undefined;
  #everyone: readonly string[] = [];
  #tasks = 0;
  #reached = 0;

  /**
   * @param width columns of a line; longer ones are cut
   * @param most lines at once
   * @param now milliseconds of a clock that only goes forward
   */
  constructor(width: number, most: number, now: () => number) {
    this.#width = width;
    this.#most = most;
    this.#now = now;
  }

  hear(event: Event): void {
    switch (event.event) {
      case 'run-start':
        this.#tasks = event.tasks;
        return;
      case 'host-connecting':
        this.#connecting.add(event.host);
        return;
      case 'host-connected':
        this.#connecting.delete(event.host);
        return;
      case 'batch-start':
        this.#begin(event);
        return;
      case 'task-start':
        this.#reached = Math.max(this.#reached, event.task.index + 1);
        this.#of(event.task).hosts.set(event.host, this.#of(event.task).hosts.get(event.host) ?? this.#now());
        return;
      case 'progress':
        if (event.task !== undefined) this.#of(event.task).text = event.text;
        else this.#texts.set(event.host ?? '', event.text);
        return;
      case 'task':
        this.#end(event.task, event.host);
        return;
      default:
        return;
    }
  }

  /** Does something run whose time is shown? */
  isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** The line for the batch; `undefined` when there is nothing to show. */
  title(): string | undefined {
    if (this.#batch !== undefined) {
      const known = this.#reached > 0 && this.#tasks > 0;
      const at = known ? ` · task ${Math.min(this.#reached, this.#tasks)} of ${this.#tasks}` : '';
      return `${cut(this.#batch, this.#width - at.length)}${at}`;
    }
    if (this.#connecting.size > 0) return cut(`connecting: ${[...this.#connecting].join(' ')}`, this.#width);
    return this.#texts.size > 0 ? 'preparing' : undefined;
  }

  /** A line for each running task with its hosts, and what hosts wait for. */
  lines(): string[] {
    const tasks = [...this.#running.values()].sort((a, b) => a.task.index - b.task.index);
    const lines = [
      ...tasks.map((running) => this.#line(running)),
      ...[...this.#texts].map(([host, text]) => (host === '' ? text : `${host}: ${text}`)),
    ].map((line) => cut(line.replaceAll('\n', ' '), this.#width));
    if (lines.length <= this.#most) return lines;
    return [...lines.slice(0, this.#most - 1), `and ${lines.length - this.#most + 1} more`];
  }

  #begin(event: Extract<Event, { event: 'batch-start' }>): void {
    this.#everyone = event.hosts;
    this.#running.clear();
    this.#texts.clear();
    this.#connecting.clear();
    const which = event.batches > 1 ? ` (batch ${event.batch} of ${event.batches})` : '';
    this.#batch = `${event.play}${which}: ${foldHosts(event.hosts, event.hosts, Math.floor(this.#width / 3))}`;
  }

  #end(task: TaskIdentity, host: string): void {
    this.#reached = Math.max(this.#reached, task.index + 1);
    this.#texts.delete(host);
    this.#texts.delete('');
    const running = this.#running.get(task.index);
    running?.hosts.delete(host);
    if (running?.hosts.size === 0) this.#running.delete(task.index);
  }

  #of(task: TaskIdentity): Running {
    const running = this.#running.get(task.index) ?? { task, hosts: new Map<string, number>(), text: undefined };
    this.#running.set(task.index, running);
    return running;
  }

  #line({ task, hosts, text }: Running): string {
    const names = foldHosts([...hosts.keys()], this.#everyone, Math.max(16, Math.floor(this.#width / 3)));
    const seconds = (this.#now() - Math.min(this.#now(), ...hosts.values())) / 1000;
    const took = seconds >= tellFrom ? ` (${describeSeconds(Math.floor(seconds))})` : '';
    return `${task.task}${names === '' ? '' : `: ${names}`}${text === undefined ? '' : ` – ${text}`}${took}`;
  }
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
