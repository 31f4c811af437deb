import type { Event, EventSink, HostRecap, TaskIdentity } from '../apply/events.ts';
import { formatPosition, type Position, type Problem } from '../errors.ts';
import { HeldTasks, type TaskEnd } from './held-tasks.ts';
import { problemLines } from './problems.ts';
import { closingSentence, type FirstFailure, foreseenSentence, recapTable } from './recap.ts';
import { createStyle, type Style } from './style.ts';
import { indented, taskLines, wordLine } from './task-text.ts';
import { count, describeSeconds, foldHosts } from './wording.ts';

export interface LinesOptions {
  /** Where the report goes; a text is one or more whole lines, each with its newline. */
  readonly write: (text: string) => void;
  /** Where warnings and problems go. */
  readonly warn: (text: string) => void;
  readonly verbosity: number;
  readonly diff: boolean;
  readonly color: boolean;
  readonly columns: number;
  /** Whether waits are told as lines; a tree shows them where they happen. */
  readonly progress: boolean;
  /** The text of a file of the user's, for the line a problem points to; `undefined` when it cannot be read. */
  readonly readSource?: ((file: string) => string | undefined) | undefined;
}

/** Tells a run as plain lines: what changed and what failed; everything with `-v`. */
export class LinesReport {
  readonly #options: LinesOptions;
  readonly #style: Style;
  readonly #held: HeldTasks;
  readonly #lastProgress = new Map<string, string>();
  readonly #warned = new Set<string>();
  readonly #problems: Problem[] = [];
  readonly #owing = new Map<string, { handler: string; why: string; hosts: readonly string[] }>();
  #heading: string[] = [];
  #hosts: readonly string[] = [];
  #checkMode = false;
  /** What a dry run of a rolling restart has said. */
  readonly #foreseen = { free: 0, blocked: 0 };
  #verb: string | undefined;
  #failure: FirstFailure | undefined;

  constructor(options: LinesOptions) {
    this.#options = options;
    this.#style = createStyle(options.color);
    this.#held = new HeldTasks((task, ends) => this.#task(task, ends));
  }

  readonly emit: EventSink = (event) => {
    // Programs of other hosts end in between, and are told only when asked for.
    if (event.event !== 'owed' && event.event !== 'program') this.#sayOwed();
    switch (event.event) {
      case 'task':
        this.#held.add(event);
        return;
      case 'warning':
        this.#warning(event.message, event.at);
        return;
      case 'problem':
        this.#problems.push(event.problem);
        return;
      case 'recap':
        this.#recap(event);
        return;
      case 'progress':
        this.#progress(event);
        return;
      case 'play-start':
        this.#held.flush();
        this.#hosts = event.hosts;
        this.#heading = ['', this.#style.bold(`${event.play}: ${this.#names(event.hosts, [])}`)];
        return;
      case 'batch-start':
        this.#batch(event);
        return;
      default:
        this.#notice(event);
    }
  };

  /** Tells what is still held, and the problems, sorted and counted. */
  end(): void {
    this.#sayOwed();
    this.#held.flush();
    const problems = this.#problems.splice(0);
    if (problems.length > 0) this.#options.warn(text(problemLines(problems, this.#options)));
  }

  #say(...lines: readonly string[]): void {
    if (lines.length > 0) this.#options.write(text([...this.#heading.splice(0), ...lines]));
  }

  #names(hosts: readonly string[], everyone: readonly string[]): string {
    return foldHosts(hosts, everyone, Math.max(24, Math.floor(this.#options.columns / 2)));
  }

  #task(task: TaskIdentity, ends: readonly TaskEnd[]): void {
    const failed = ends.filter(({ status }) => status === 'failed' || status === 'unreachable');
    const [first] = failed;
    if (first !== undefined)
      this.#failure ??= {
        hosts: failed.map(({ host }) => host),
        task: task.task,
        at: task.at,
        message: first.failure?.message,
      };
    this.#say(...taskLines(task, ends, this.#hosts, { ...this.#options, style: this.#style }));
  }

  #batch(event: Extract<Event, { event: 'batch-start' }>): void {
    this.#held.expect(event.hosts);
    this.#hosts = event.hosts;
    if (event.batches > 1)
      this.#heading.push(this.#style.bold(`batch ${event.batch} of ${event.batches}: ${this.#names(event.hosts, [])}`));
  }

  #warning(message: string, at: Position | undefined): void {
    const place = at === undefined ? '' : `${formatPosition(at)}: `;
    const line = `${this.#style.changed('warning:')} ${place}${message}`;
    if (this.#warned.has(line)) return;
    this.#warned.add(line);
    this.#options.warn(text([line]));
  }

  #progress(event: Extract<Event, { event: 'progress' }>): void {
    if (!this.#options.progress && event.isResult !== true) return;
    const key = JSON.stringify([event.host, event.task?.index]);
    if (this.#lastProgress.get(key) === event.text) return;
    this.#lastProgress.set(key, event.text);
    if (event.task !== undefined) this.#held.flush(event.task.index - 1);
    const parts = [event.task?.task, event.host, event.text].filter((part) => part !== undefined);
    const told = parts.join(': ');
    this.#say(
      event.isResult === true ? wordLine('result', told, this.#style.dim) : wordLine('wait', told, this.#style.waiting),
    );
  }

  #recap(event: { readonly hosts: readonly HostRecap[]; readonly seconds: number }): void {
    this.#held.flush();
    const { columns } = this.#options;
    const isLost = this.#failure !== undefined || event.hosts.some((host) => host.failed + host.unreachable > 0);
    if (this.#isDryRoll() && !isLost) {
      this.#options.write(text(['', foreseenSentence(this.#foreseen, event.seconds, this.#style)]));
      return;
    }
    const busy = event.hosts.length > 0;
    this.#options.write(
      text([
        ...(busy ? ['', ...recapTable(event.hosts, { style: this.#style, columns }), ''] : []),
        closingSentence(event, {
          style: this.#style,
          failure: this.#failure,
          checkMode: this.#checkMode,
          verb: this.#verb,
        }),
      ]),
    );
  }

  #isDryRoll(): boolean {
    return this.#checkMode && this.#verb?.startsWith('restart ') === true;
  }

  /** Said when something else happens: hosts that owe the same are told together. */
  #owed(handler: string, host: string, why: string): void {
    const key = `${handler} ${why}`;
    const hosts = [...(this.#owing.get(key)?.hosts ?? []), host];
    this.#owing.set(key, { handler, why, hosts });
  }

  #sayOwed(): void {
    for (const { handler, why, hosts } of this.#owing.values()) {
      const names = this.#names(hosts.toSorted(), []);
      this.#say(wordLine('owed', `${handler}: ${names} (${why})`, this.#style.waiting));
    }
    this.#owing.clear();
  }

  #server({ cluster, host, status, text: why, seconds }: Extract<Event, { event: 'server' }>): void {
    if (status === 'waiting') return;
    if (status === 'free' || status === 'blocked') this.#foreseen[status] += 1;
    const style = this.#style;
    const took = seconds === undefined ? '' : ` (${describeSeconds(seconds)})`;
    const isBad = status === 'blocked' || status === 'failed';
    const isGood = status === 'free' || status === 'back';
    const paint = isBad ? style.bad : isGood ? style.good : style.waiting;
    this.#say(
      wordLine(
        status === 'free' ? 'ready' : status,
        `${cluster} on ${host}${took}${why === undefined ? '' : `: ${why}`}`,
        paint,
      ),
    );
  }

  #notice(event: Exclude<Event, { event: 'task' | 'warning' | 'problem' | 'recap' | 'progress' }>): void {
    const { verbosity } = this.#options;
    const style = this.#style;
    if (event.event === 'run-start') {
      this.#checkMode = event.checkMode;
      this.#verb = event.verb;
      const mode = event.checkMode ? ' (check mode: nothing is changed)' : '';
      const tasks = this.#verb.startsWith('restart ') ? '' : `, ${count(event.tasks, 'task')}`;
      this.#say(`${event.verb}: ${count(event.hosts.length, 'host')}${tasks}${mode}`);
    } else if (event.event === 'interrupted') {
      this.#say(
        wordLine('note', `${event.host}: an earlier run stopped in the middle of a step`, style.changed),
        ...indented(event.text.split('\n')),
      );
    } else if (event.event === 'server') {
      this.#server(event);
    } else if (event.event === 'owed') {
      const told = { recorded: 'is owed from now on', found: 'is owed from an earlier run', paid: 'is no longer owed' };
      if (event.what === 'found' || verbosity > 0) this.#owed(event.handler, event.host, told[event.what]);
    } else if (event.event === 'host-connected' && verbosity > 0) {
      this.#say(wordLine('connected', `${event.host} in ${describeSeconds(event.seconds)}`, style.dim));
    } else if (event.event === 'program' && verbosity > 1) {
      const does = `${count(event.questions, 'question')}, ${count(event.steps, 'step')}`;
      const who = `${event.kind} as ${event.user} on ${event.host}`;
      this.#say(wordLine('program', `${who}: ${does}, ${describeSeconds(event.seconds)}`, style.dim));
    } else if (event.event === 'task-start' && verbosity > 1) {
      const item = event.item === undefined ? '' : ` (${event.item})`;
      this.#say(wordLine('begins', `${event.task.task}${item}: ${event.host}`, style.dim));
    }
  }
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
