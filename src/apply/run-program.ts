import { BrokkrError } from '../errors.ts';
import type { Account } from '../plan/known.ts';
import type { HostAction, Outcome } from '../shell/action.ts';
import { type ApplyOptions, compileApply, compileReceive, type Step } from '../shell/apply-program.ts';
import type { Frame } from '../shell/frame.ts';
import type { ProgramRunner } from '../transport/host.ts';
import type { EventSink } from './events.ts';
import { parseHolder } from './holder.ts';
import { noStateError } from './no-state.ts';

/** Bytes of a step's output that are kept; a task that prints without end must not take the memory. */
const OUTPUT_LIMIT = 4 * 1024 * 1024;

export interface ProgramResult {
  /** Outcomes of the steps that ran, from the first on; a step that failed is the last one unless it may fail. */
  readonly outcomes: readonly Outcome[];
  /** The user asked to stop before this step. */
  readonly stopped: boolean;
}

/** Nothing was done: the host is not as it was when the steps were decided. */
class MovedError extends BrokkrError {}

/** Nothing was done: another run holds the host. */
export class LockedError extends BrokkrError {
  /** The run that holds it, and the process on the host that it holds it by. */
  readonly run: string;
  readonly pid: string;

  constructor(holder: { readonly run: string; readonly pid: string }, message: string, hint: string) {
    super(message, { hint });
    this.run = holder.run;
    this.pid = holder.pid;
  }
}

/** Runs steps on a host as one program; `begun` is told of each as it starts. */
export async function runSteps(
  host: ProgramRunner,
  account: Account,
  steps: readonly Step[],
  options: ApplyOptions,
  listener: { emit: EventSink; begun: (index: number) => void; ended: (index: number, outcome: Outcome) => void },
): Promise<ProgramResult> {
  const content = streamed(steps[0]?.action);
  const program = content === undefined ? compileApply(steps, options) : compileReceive(firstOf(steps), options);
  const tellLeft = (text: string): void => listener.emit({ event: 'interrupted', host: host.target.name, text });
  const reader = new OutcomeReader(listener.begun, listener.ended, tellLeft);
  const started = performance.now();
  if (content === undefined) await host.run(account.become, program, reader, { onBoth: true });
  else await host.receive(account.become, program, content, reader);
  const seconds = (performance.now() - started) / 1000;
  listener.emit({
    event: 'program',
    host: host.target.name,
    user: account.user,
    kind: 'apply',
    questions: 0,
    steps: steps.length,
    seconds,
  });
  return reader.result(host.target.name, options);
}

function firstOf(steps: readonly Step[]): Step {
  const [step] = steps;
  if (step === undefined) throw new TypeError('a program without steps');
  return step;
}

/** The file of the control machine that an action takes over a channel of its own. */
export function streamed(action: HostAction | undefined): string | undefined {
  if (action?.do === 'write' && action.content.from === 'file') return action.content.file;
  if (action?.do === 'unpack' && action.archive.from === 'file') return action.archive.file;
  return undefined;
}

class OutcomeReader {
  readonly keepBytes = OUTPUT_LIMIT;
  readonly #begun: (index: number) => void;
  readonly #finished: (index: number, outcome: Outcome) => void;
  readonly #tellLeft: (text: string) => void;
  readonly #outputs = new Map<string, string>();
  readonly #started = new Map<number, { at: number; clock: number }>();
  readonly #ended = new Map<number, { rc: number; seconds: number }>();
  readonly #special = new Map<string, string>();

  /** @param tellLeft is given the step in which an earlier run was cut off */
  constructor(
    begun: (index: number) => void,
    finished: (index: number, outcome: Outcome) => void,
    tellLeft: (text: string) => void,
  ) {
    this.#begun = begun;
    this.#finished = finished;
    this.#tellLeft = tellLeft;
  }

  opened(stream: 'stdout' | 'stderr', words: readonly string[]): void {
    const index = Number(words[1]);
    if (stream !== 'stdout') return;
    if (words[0] === 'B') {
      this.#started.set(index, { at: Date.now(), clock: performance.now() });
      this.#begun(index);
    } else if (words[0] === 'E') {
      const start = this.#started.get(index)?.clock ?? performance.now();
      this.#ended.set(index, { rc: Number(words[2]), seconds: (performance.now() - start) / 1000 });
      this.#tell(index);
    }
  }

  /** A step has ended when its end has come and both its outputs are whole: the streams come independently. */
  #tell(index: number): void {
    const ended = this.#ended.get(index);
    if (ended === undefined || !this.#outputs.has(`stdout ${index}`) || !this.#outputs.has(`stderr ${index}`)) return;
    this.#finished(index, this.#outcome(index, ended));
  }

  #outcome(index: number, { rc, seconds }: { rc: number; seconds: number }): Outcome {
    return {
      rc,
      seconds,
      stdout: this.#outputs.get(`stdout ${index}`) ?? '',
      stderr: this.#outputs.get(`stderr ${index}`) ?? '',
      startedAt: this.#started.get(index)?.at ?? Date.now(),
    };
  }

  frame(stream: 'stdout' | 'stderr', frame: Frame): void {
    const [kind = '', index = ''] = frame.words;
    const rest = frame.dropped === undefined ? '' : `\n(${frame.dropped} more bytes were not kept)`;
    const text = frame.payload.toString() + rest;
    if (kind === 'B') {
      this.#outputs.set(`${stream} ${index}`, text);
      this.#tell(Number(index));
    } else if (kind === 'LEFT') this.#tellLeft(text.trim());
    else if (stream === 'stdout') this.#special.set(kind, text);
  }

  result(host: string, options: ApplyOptions): ProgramResult {
    const moved = this.#special.get('MOVED');
    if (moved !== undefined)
      throw new MovedError(`${host} is not as it was when this was decided: ${whatMoved(moved, options)}`, {
        hint: 'nothing was done by this step; run it again',
      });
    const locked = this.#special.get('LOCKED');
    if (locked !== undefined) throw lockedError(host, locked);
    const noState = this.#special.get('NOSTATE');
    if (noState !== undefined) throw noStateError(host, noState);
    const outcomes = [...this.#ended].map(([index, ended]) => this.#outcome(index, ended));
    return { outcomes, stopped: this.#special.has('STOPPED') };
  }
}

function whatMoved(found: string, options: ApplyOptions): string {
  const paths = options.expectations.map(({ path }) => path);
  const lines = found.split('\n');
  const changed = options.expectations.filter((expectation) => {
    const line = lines.find((each) => each.endsWith(expectation.path));
    const wasThere = expectation.ask === 'stat' ? expectation.stat !== null : expectation.hash !== null;
    if ((line !== undefined) !== wasThere) return true;
    return line !== undefined && expectation.ask === 'hash' && !line.startsWith(expectation.hash ?? '');
  });
  return (changed.length > 0 ? changed.map(({ path }) => path) : paths).slice(0, 3).join(', ');
}

function lockedError(host: string, line: string): LockedError {
  const { who, ...holder } = parseHolder(line);
  return new LockedError(
    holder,
    `${host} is being changed by another run: ${who}`,
    `wait until it has ended; the lock goes with its connection: if that is lost, and the host has not noticed: --force-unlock ${holder.run}`,
  );
}
