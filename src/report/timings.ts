import type { Event, EventSink } from '../apply/events.ts';

/** Something that took time. Times are milliseconds since the program started. */
export interface Span {
  /** A host, `control` for the machine that brokkr runs on, or `waiting` for what a cluster was waited for. */
  readonly where: string;
  readonly what: string;
  readonly kind: 'control' | 'connect' | 'probe' | 'apply' | 'task' | 'wait';
  readonly from: number;
  readonly to: number;
}

/** Listens to a run and keeps what took time, where, and when. */
export class Timings {
  readonly #now: () => number;
  readonly #spans: Span[] = [];
  /** The hosts whose servers are restarted. */
  readonly #servers = new Set<string>();
  #verb = 'run';
  #since = 0;
  #waiting: { readonly what: string; readonly from: number } | undefined;
  #doing = 'start, and read the files';

  /** @param now milliseconds since the program started */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  readonly emit: EventSink = (event) => {
    this.#control(event);
    if (event.event === 'progress') this.#waitFor(event.task?.task ?? event.text);
    else if (event.event === 'task' || event.event === 'task-start' || event.event === 'recap')
      this.#waitFor(undefined);
    else if (event.event === 'server') this.#turnOf(event.host);
    if (event.event === 'host-connected') this.#add(event.host, 'connect and log in', 'connect', event.seconds);
    else if (event.event === 'program') {
      const kind = event.kind === 'apply' ? 'apply' : 'probe';
      const what = kind === 'apply' ? `${event.steps} steps` : `${event.questions} questions`;
      this.#add(event.host, `${event.kind} as ${event.user}: ${what}`, kind, event.seconds);
    } else if (event.event === 'task' && event.seconds > 0)
      this.#add(event.host, event.task.task, 'task', event.seconds);
  };

  /** Everything that has ended, in the order of its beginning. */
  spans(): Span[] {
    const last = { where: 'control', what: this.#doing, kind: 'control', from: this.#since, to: this.#now() } as const;
    return [...this.#spans, last].sort((a, b) => a.from - b.from);
  }

  #control(event: Event): void {
    if (event.event === 'run-start') {
      this.#verb = event.verb;
      this.#turnTo(`${event.verb}: ask and decide`);
    } else if (event.event === 'play-start' && !this.#doing.includes('tasks'))
      this.#turnTo(`${this.#verb}: do the tasks`);
    else if (event.event === 'recap') this.#turnTo('close and end');
  }

  #waitFor(what: string | undefined): void {
    if (this.#waiting?.what === what) return;
    const now = this.#now();
    if (this.#waiting !== undefined)
      this.#spans.push({ where: 'waiting', what: this.#waiting.what, kind: 'wait', from: this.#waiting.from, to: now });
    this.#waiting = what === undefined ? undefined : { what, from: now };
  }

  /** A server has come to its next state: what was waited for with it, or with all of them, is over. */
  #turnOf(host: string): void {
    this.#servers.add(host);
    const names = this.#waiting?.what.split(': ', 1)[0]?.split(', ') ?? [];
    const isOfOthers = names.every((name) => this.#servers.has(name)) && !names.includes(host);
    if (!isOfOthers) this.#waitFor(undefined);
  }

  #turnTo(what: string): void {
    const to = this.#now();
    this.#spans.push({ where: 'control', what: this.#doing, kind: 'control', from: this.#since, to });
    this.#since = to;
    this.#doing = what;
  }

  #add(where: string, what: string, kind: Span['kind'], seconds: number): void {
    const to = this.#now();
    this.#spans.push({ where, what, kind, from: Math.max(0, to - seconds * 1000), to });
  }
}
