import { UnreachableError } from '../errors.ts';
import type { Answerer, ControlContext } from '../modules/module.ts';
import type { Account, Known } from '../plan/known.ts';
import type { Frame } from '../shell/frame.ts';
import { compileProbe } from '../shell/probe-program.ts';
import {
  type ControlAnswer,
  type ControlQuestion,
  type HostQuestion,
  type Question,
  questionKey,
} from '../shell/question.ts';
import type { ProgramRunner } from '../transport/host.ts';
import type { EventSink } from './events.ts';

export interface Wanted {
  readonly account: Account;
  readonly question: Question;
}

/** What brokkr left on a host in an earlier run, as a probe finds it. */
export interface LeftBehind {
  /** Handlers that were notified and have not run. */
  readonly owed: ReadonlyMap<string, Account>;
  /** The step that was begun and has not ended, as its journal has it. */
  readonly running: string | undefined;
  /** Accounts whose records are not of an earlier run: the holder of their lock is at work, with the line that the lock holds. */
  readonly holders: ReadonlyMap<Account, string>;
  /** Accounts under which a lock, a step that was cut off or temporary files are left. */
  readonly untidy: readonly Account[];
}

/**
 * Asks a host: one program for each account that has something to ask. What it answers is learnt by all of `learners`.
 * @param locks the accounts, by user, under which this run has the host's lock
 * @throws UnreachableError when the connection is lost
 */
export async function askHost(
  host: ProgramRunner,
  wanted: readonly Wanted[],
  learners: readonly Known[],
  emit: EventSink,
  locks: ReadonlyMap<string, Account> = new Map(),
): Promise<LeftBehind> {
  const owed = new Map<string, Account>();
  const holders = new Map<Account, string>();
  const untidy: Account[] = [];
  let running: string | undefined;
  for (const [, group] of groupByAccount(wanted)) {
    const program = compileProbe(group.questions, locks.has(group.account.user));
    const frames: Frame[] = [];
    const started = performance.now();
    await host.run(
      group.account.become,
      program,
      { frame: (stream, frame) => void (stream === 'stdout' && frames.push(frame)) },
      { onBoth: false },
    );
    const seconds = (performance.now() - started) / 1000;
    emit({
      event: 'program',
      host: host.target.name,
      user: group.account.user,
      kind: 'probe',
      questions: group.questions.length,
      steps: 0,
      seconds,
    });
    const answers = program.parse(frames);
    for (const question of group.questions) {
      const answer = answers.get(questionKey(question));
      if (answer === undefined)
        throw new UnreachableError(host.target.name, `${host.target.name} did not answer: ${questionKey(question)}`);
      for (const known of learners) known.learn(group.account.user, question, answer);
    }
    for (const frame of frames) {
      const lines = frame.payload
        .toString()
        .split('\n')
        .filter((line) => line !== '');
      if (frame.words[0] === 'owed') for (const name of lines) owed.set(name, group.account);
      if (frame.words[0] === 'running') running = lines[0] ?? running;
      if (frame.words[0] === 'left') untidy.push(group.account);
      if (frame.words[0] === 'holder') for (const line of lines) holders.set(group.account, line);
    }
  }
  return { owed, running, holders, untidy };
}

function groupByAccount(wanted: readonly Wanted[]): Map<string, { account: Account; questions: HostQuestion[] }> {
  const groups = new Map<string, { account: Account; questions: HostQuestion[] }>();
  const seen = new Set<string>();
  for (const { account, question } of wanted) {
    const key = `${account.user} ${questionKey(question)}`;
    if (question.ask === 'control' || seen.has(key)) continue;
    seen.add(key);
    // Who one is on the host is nearly always wanted sooner or later: asked along, it costs no round trip of its own.
    const group = groups.get(account.user) ?? { account, questions: [{ ask: 'identity' }] };
    groups.set(account.user, group);
    if (question.ask !== 'identity') group.questions.push(question);
  }
  return groups;
}

/** Answers the control machine's questions. A settled one is answered once a run, another one once until it is forgotten. */
export class ControlDesk {
  readonly #answerers: ReadonlyMap<string, Answerer>;
  readonly #context: ControlContext;
  readonly #answers = new Map<string, Promise<ControlAnswer>>();

  constructor(answerers: ReadonlyMap<string, Answerer>, context: ControlContext) {
    this.#answerers = answerers;
    this.#context = context;
  }

  async ask(wanted: readonly Wanted[], learners: readonly Known[]): Promise<void> {
    await Promise.all(
      wanted.map(async ({ account, question }) => {
        if (question.ask !== 'control') return;
        const answer = await this.#answer(question);
        for (const known of learners) known.learn(account.user, question, answer);
      }),
    );
  }

  forgetVolatile(): void {
    for (const key of this.#answers.keys()) if (!key.startsWith('settled ')) this.#answers.delete(key);
  }

  forgetLocal(): void {
    for (const key of this.#answers.keys()) if (key.startsWith('local ')) this.#answers.delete(key);
  }

  #answer(question: ControlQuestion): Promise<ControlAnswer> {
    const key = `${question.life} ${questionKey(question)}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answerer = this.#answerers.get(question.topic);
    if (answerer === undefined) throw new TypeError(`nobody answers the control question ${question.topic}`);
    const answer = answerer(question.parameters, this.#context, question);
    this.#answers.set(key, answer);
    return answer;
  }
}
