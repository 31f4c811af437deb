import type { WriteStream } from 'node:tty';
import type { EventSink } from '../apply/events.ts';
import { type LinesOptions, LinesReport } from './lines.ts';
import { LiveRegion } from './live-region.ts';
import { RunningTasks } from './running-tasks.ts';
import { ServerBoard } from './server-board.ts';

export interface TreeOptions extends Omit<LinesOptions, 'progress'> {
  readonly stdout: WriteStream;
  readonly rows: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
}

/** How often the terminal is drawn anew at most, in milliseconds: more is not seen. */
const redrawAfter = 100;
/** While something runs its seconds are shown. */
const tickAfter = 1000;
/** No more running tasks than these are shown, however tall the terminal is. */
const mostLines = 8;

/**
 * Tells a run on a terminal: what is done and worth telling stays as lines, and beneath them a line for the batch with
 * the running tasks and their hosts folded under it. Tasks that change nothing come and go without a trace.
 */
export class TreeReport {
  readonly #lines: LinesReport;
  readonly #live: LiveRegion;
  readonly #clock: () => number;
  readonly #running: RunningTasks;
  readonly #board: ServerBoard;
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #painting: Promise<void> = Promise.resolve();
  #moving = false;
  #due = 0;

  constructor(options: TreeOptions) {
    this.#clock = options.clock;
    this.#board = new ServerBoard(options.clock);
    this.#live = new LiveRegion(options.stdout, options.color);
    this.#most = Math.max(1, Math.min(mostLines, options.rows - 4));
    this.#running = new RunningTasks(options.columns - 6, this.#most, options.clock);
    this.#lines = new LinesReport({
      ...options,
      write: (text) => this.#keep(() => options.write(text)),
      warn: (text) => this.#keep(() => options.warn(text)),
      progress: options.verbosity > 0,
    });
  }

  readonly emit: EventSink = (event) => {
    this.#moving = event.event !== 'recap';
    this.#running.hear(event);
    this.#board.hear(event);
    this.#lines.emit(event);
    this.#schedule(redrawAfter);
  };

  /** Takes the moving part off the terminal until the next event. */
  async pause(): Promise<void> {
    this.#moving = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#paint();
    await this.#painting;
  }

  async end(): Promise<void> {
    this.#lines.end();
    await this.pause();
  }

  /** Something that stays on the terminal. */
  #keep(write: () => void): void {
    this.#waiting.push(write);
    this.#schedule(redrawAfter);
  }

  #schedule(milliseconds: number): void {
    const due = this.#clock() + milliseconds;
    if (this.#timer !== undefined && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#paint();
      if (this.#moving && (this.#running.isBusy() || this.#board.isBusy())) this.#schedule(tickAfter);
    }, milliseconds);
  }

  #paint(): void {
    this.#painting = this.#painting.then(async () => {
      if (this.#waiting.length > 0 || !this.#moving) await this.#live.hide();
      for (const write of this.#waiting.splice(0)) write();
      const roll = this.#board.title();
      const title = roll ?? this.#running.title();
      const lines = roll === undefined ? this.#running.lines() : this.#board.lines().slice(0, this.#most);
      if (this.#moving && title !== undefined) await this.#live.show(title, lines);
    });
  }
}
