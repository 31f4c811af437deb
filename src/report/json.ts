import type { Event, EventSink, TaskIdentity } from '../apply/events.ts';
import type { Position } from '../errors.ts';
import type { PlanView } from '../plan/plan-view.ts';
import type { EventLine } from './event-schema.ts';
import { eventsVersion } from './events-version.ts';

type PlanLine = Extract<EventLine, { event: 'plan' }>;

export interface JsonOptions {
  /** Gets one line at a time, with its newline. */
  readonly write: (line: string) => void;
  readonly now: () => Date;
}

/** Tells a run as NDJSON: the first line is `run`, the last is `recap`, whatever happens in between. */
export class JsonReport {
  readonly #options: JsonOptions;
  /** What was told before the run began, such as warnings about the inventory: it comes after the first line. */
  #before: EventLine[] | undefined = [];
  #begun = false;
  #recap: Extract<Event, { event: 'recap' }> | undefined;
  #summedUp = false;

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  readonly emit: EventSink = (event) => {
    this.#begun = true;
    const line = toLine(event, this.#options.now().toISOString());
    if (line.event === 'run') this.#start(line);
    else if (this.#before !== undefined) this.#before.push(line);
    else this.#write(line);
    this.#summedUp = line.event === 'recap';
    if (event.event === 'recap') this.#recap = event;
  };

  /** Completes what was told; a report of nothing stays empty. */
  end(): void {
    if (!this.#begun) return;
    const time = this.#options.now().toISOString();
    const summedUp = this.#summedUp;
    if (this.#before !== undefined)
      this.#start({ event: 'run', version: eventsVersion, time, verb: '', hosts: [], tasks: 0, check_mode: false });
    if (summedUp) return;
    // What was told after the recap is a failure, and the counts stay what they were.
    const recap = this.#recap ?? { event: 'recap', hosts: [], seconds: 0, changed: false, failed: true };
    this.#write(recapLine({ ...recap, failed: true }, time));
  }

  #start(run: EventLine): void {
    const before = this.#before ?? [];
    this.#before = undefined;
    for (const line of [run, ...before]) this.#write(line);
  }

  #write(line: EventLine): void {
    this.#options.write(`${JSON.stringify(line)}\n`);
  }
}

/** An event of the engine as a line of the documented format. */
function toLine(event: Event, time: string): EventLine {
  switch (event.event) {
    case 'run-start':
      return {
        event: 'run',
        version: eventsVersion,
        time,
        verb: event.verb,
        hosts: [...event.hosts],
        tasks: event.tasks,
        check_mode: event.checkMode,
      };
    case 'warning':
      return { event: 'warning', time, message: event.message, ...placeOf(event.at) };
    case 'problem': {
      const { message, hint, at } = event.problem;
      return { event: 'problem', time, message, hint, ...placeOf(at) };
    }
    case 'plan': {
      const { changes, hosts, failed } = event;
      return { event: 'plan', time, plays: event.plays.map(planOfPlay), changes, hosts, failed };
    }
    case 'host-connecting':
      return { event: 'connecting', time, host: event.host };
    case 'host-connected':
      return { event: 'connected', time, host: event.host, seconds: event.seconds };
    case 'play-start':
      return { event: 'play', time, play: event.play, hosts: [...event.hosts], ...event.at };
    case 'batch-start': {
      const { play, hosts, batch, batches } = event;
      return { event: 'batch', time, play, hosts: [...hosts], batch, batches };
    }
    case 'program': {
      const { host, user, kind, questions, steps, seconds } = event;
      return { event: 'program', time, host, user, kind, questions, steps, seconds };
    }
    case 'task-start':
      return { event: 'begin', time, host: event.host, ...taskFields(event.task), item: event.item };
    case 'progress':
      return { event: 'progress', time, host: event.host, task: event.task?.task, text: event.text };
    case 'task':
      return taskLine(event, time);
    case 'owed':
      return { event: 'owed', time, host: event.host, handler: event.handler, what: event.what };
    case 'interrupted':
      return { event: 'interrupted', time, host: event.host, text: event.text };
    case 'server': {
      const { cluster, host, status, text, seconds } = event;
      return { event: 'server', time, cluster, host, status, text, seconds };
    }
    case 'recap':
      return recapLine(event, time);
  }
}

function taskLine(event: Extract<Event, { event: 'task' }>, time: string): EventLine {
  return {
    event: 'task',
    time,
    host: event.host,
    ...taskFields(event.task),
    status: event.status,
    seconds: event.seconds,
    items: event.items?.map(({ label, status }) => ({ label, status })),
    diff: event.diff.length === 0 ? undefined : event.diff.map((diff) => ({ ...diff })),
    failure: event.failure === undefined ? undefined : { ...event.failure },
    message: event.message,
    result: event.result,
  };
}

function recapLine(event: Extract<Event, { event: 'recap' }>, time: string): EventLine {
  const hosts = event.hosts.map(({ roundTrips, bytesSent, bytesReceived, seconds, ...counts }) => ({
    ...counts,
    round_trips: roundTrips ?? null,
    bytes_sent: bytesSent,
    bytes_received: bytesReceived,
    seconds,
  }));
  return { event: 'recap', time, hosts, seconds: event.seconds, changed: event.changed, failed: event.failed };
}

function planOfPlay({ play, hosts, tasks }: PlanView['plays'][number]): PlanLine['plays'][number] {
  return {
    play,
    hosts: [...hosts],
    tasks: tasks.map(({ at, hosts: ofTask, task, module, handler }) => ({
      task,
      module,
      ...at,
      handler,
      hosts: ofTask.map(({ host, verdict, reason, hint, items, diff }) => ({
        host,
        verdict,
        reason,
        hint,
        items: items?.map((item) => ({ ...item })),
        diff: diff.length === 0 ? undefined : diff.map((each) => ({ ...each })),
      })),
    })),
  };
}

function taskFields(task: TaskIdentity): { play: string; task: string; module: string } & Position {
  const { file, line, column } = task.at;
  return { play: task.play, task: task.task, module: task.module, file, line, column };
}

function placeOf(at: Position | undefined): Partial<Position> {
  return at === undefined ? {} : { file: at.file, line: at.line, column: at.column };
}
