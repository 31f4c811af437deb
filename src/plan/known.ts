import type { UnreachableError } from '../errors.ts';
import { NotYetKnown } from '../jinja/value.ts';
import type { Answers } from '../modules/module.ts';
import type { Action } from '../shell/action.ts';
import { type Expectation, expectationOf } from '../shell/guard.ts';
import { type Answer, type AnswerOf, isVolatile, type Question, questionKey } from '../shell/question.ts';
import type { Become } from '../transport/target.ts';
import { HostTable, Missing } from './host-table.ts';

/** Thrown while deciding when answers are wanted that have not been asked for yet: the engine asks, and decides again. */
export class AnswersWanted extends NotYetKnown {
  readonly questions: readonly Question[];
  readonly account: Account;
  /** The host that is asked, when it is not the task's own. */
  readonly delegate: string | undefined;
  /** A variable mentions what another host could tell: that it cannot be asked is no failure of whoever mentions it. */
  readonly isMention: boolean;

  constructor(account: Account, questions: readonly Question[], delegate?: string, isMention = false) {
    super('the host was asked');
    this.account = account;
    this.questions = questions;
    this.delegate = delegate;
    this.isMention = isMention;
  }

  /** Does the task want it of its own host? */
  isOf(host: string): boolean {
    return this.delegate === undefined || this.delegate === host;
  }
}

/** Who looks at a host: the user of the connection, or one that is become. */
export interface Account {
  readonly user: string;
  readonly become: Become | undefined;
}

/** What no step of a run changes: facts are gathered once, as in Ansible. */
const LASTING: readonly Question[] = [{ ask: 'identity' }, { ask: 'facts' }];

/**
 * What is known of one host: what it answered, and how it is believed to be now that steps have been done on it. Accounts
 * that see different things (a file that only root can read) have answers of their own; what a step does, all see.
 */
export class Known {
  /** Answers as they came, by account and question. */
  readonly #raw: Map<string, Map<string, unknown>>;
  readonly #tables: Map<string, HostTable>;
  /** The users that steps of this run have made; `undefined` in a copy, whose steps are only supposed. */
  readonly #made: Set<string> | undefined;
  readonly #original: Known;
  #lost: UnreachableError | undefined;

  constructor(
    raw: Map<string, Map<string, unknown>> = new Map(),
    tables: Map<string, HostTable> = new Map(),
    original?: Known,
  ) {
    this.#raw = raw;
    this.#tables = tables;
    this.#original = original ?? this;
    this.#made = original === undefined ? new Set() : undefined;
  }

  /** A copy on which a plan can be tried. What the host answers later is learnt by the original only. */
  clone(): Known {
    const tables = new Map([...this.#tables].map(([user, table]) => [user, table.clone()]));
    return new Known(this.#raw, tables, this.#original);
  }

  /** Why the host cannot be asked at present; `undefined` when nobody has found that. */
  get lost(): UnreachableError | undefined {
    return this.#original.#lost;
  }

  set lost(error: UnreachableError | undefined) {
    this.#original.#lost = error;
  }

  /** Takes an answer of the host (or of the control machine, for this host) as `user` saw it. */
  learn(user: string, question: Question, answer: Answer): void {
    this.#answersOf(user).set(questionKey(question), answer);
    this.#table(user).learn(question, answer);
  }

  /** The answer as it is believed to be now; `Missing` when it has to be asked. */
  answer<Q extends Question>(user: string, question: Q): Answer<Q> | typeof Missing {
    return this.#table(user).answer(question);
  }

  /**
   * What the host is asked for an answer that is missing. Where it has answered already, a link that is only planned leads
   * elsewhere since: it is asked about that place.
   */
  toAsk(user: string, question: Question): Question {
    const hasAnswered = this.#answersOf(user).has(questionKey(question));
    return hasAnswered ? this.#table(user).byRealPath(question) : question;
  }

  /** A step was done (or is supposed to have been, in a plan). */
  perform(action: Action): void {
    if (action.do === 'user') this.#made?.add(action.name);
    for (const table of this.#tables.values()) table.perform(action);
  }

  /** Is the user not on the host yet, and made by a step that is planned? Then nobody can look at the host as that user. */
  willMake(user: string): boolean {
    if (this.#original.#made?.has(user) === true) return false;
    const question = { ask: 'passwd', name: user } as const;
    const isMissing = [...this.#raw.values()].some((answers) => answers.get(questionKey(question)) === null);
    return isMissing && [...this.#tables.values()].some((table) => mayBeThere(table, question));
  }

  /** What a step that was decided by these answers expects to find: those the host gave, as far as no step touched them. */
  expectations(user: string, asked: Iterable<Question>): Expectation[] {
    return [...asked].flatMap((question) => {
      if (question.ask === 'control' || !this.isUntouched(user, question)) return [];
      const expectation = expectationOf(question, this.answer(user, question));
      return expectation === undefined ? [] : [expectation];
    });
  }

  /** Is the answer still the one the host gave, untouched by any step? Only such answers can be expected again. */
  isUntouched(user: string, question: Question): boolean {
    const raw = this.#answersOf(user).get(questionKey(question));
    return raw !== undefined && sameAnswer(raw, this.answer(user, question));
  }

  /** After a program whose effects nobody knows, or a failed step: all but facts has to be asked again. */
  forget(): void {
    const kept = [...this.#raw].flatMap(([user, answers]) =>
      LASTING.flatMap((question) => {
        const answer = answers.get(questionKey(question));
        // Answers are stored under their question's key, so they are of its kind.
        return answer === undefined ? [] : [{ user, question, answer: answer as Answer }];
      }),
    );
    this.#raw.clear();
    this.#tables.clear();
    for (const { user, question, answer } of kept) this.learn(user, question, answer);
  }

  /** After something that other hosts or servers could notice: what depends on them has to be asked again. */
  forgetVolatile(): void {
    this.#forget(isForgettable, /^(listening|control) /);
  }

  /** After tasks that may have been done on the control machine: what its files hold has to be asked again. */
  forgetLocal(): void {
    this.#forget(isLocal, /^control /);
  }

  #forget(selects: (question: Question) => boolean, keys: RegExp): void {
    for (const table of this.#tables.values()) table.forget(selects);
    for (const answers of this.#raw.values()) {
      for (const key of answers.keys()) if (keys.test(key)) answers.delete(key);
    }
  }

  #answersOf(user: string): Map<string, unknown> {
    let answers = this.#raw.get(user);
    if (answers === undefined) {
      answers = new Map();
      this.#raw.set(user, answers);
    }
    return answers;
  }

  #table(user: string): HostTable {
    let table = this.#tables.get(user);
    if (table === undefined) {
      table = new HostTable();
      this.#tables.set(user, table);
    }
    return table;
  }
}

/** A unit's state changes by this host's own steps, which the table follows; ports and clusters change by themselves. */
function isForgettable(question: Question): boolean {
  return isVolatile(question) && question.ask !== 'unit';
}

function isLocal(question: Question): boolean {
  return question.ask === 'control' && question.life === 'local';
}

/** As far as the table knows: what only a run can tell may be. */
function mayBeThere(table: HostTable, question: Question): boolean {
  try {
    const answer = table.answer(question);
    return answer !== null && answer !== Missing;
  } catch (error) {
    if (error instanceof NotYetKnown) return true;
    throw error;
  }
}

/** What changes in a folder when something is made in it, and is not expected to stay. */
const UNEXPECTED = new Set(['mtime', 'ctime', 'atime', 'links']);

function sameAnswer(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (left instanceof Uint8Array || right instanceof Uint8Array) {
    return left instanceof Uint8Array && right instanceof Uint8Array && Buffer.compare(left, right) === 0;
  }
  return expected(left) === expected(right);
}

function expected(answer: unknown): string {
  return JSON.stringify(answer, (name, value: unknown) => (UNEXPECTED.has(name) ? undefined : value));
}

/** Answers for one task, remembering what it asked: the apply program expects the same again. */
export class RecordedAnswers implements Answers {
  readonly asked = new Map<string, Question>();
  /** What was found when it was required. */
  readonly #found = new Map<string, Answer>();
  readonly #known: Known;
  readonly #account: Account;
  readonly #delegate: string | undefined;

  constructor(known: Known, account: Account, delegate?: string) {
    this.#known = known;
    this.#account = account;
    this.#delegate = delegate;
  }

  get<Q extends Question>(question: Q): Answer<Q> {
    const key = questionKey(question);
    const answer = this.#found.get(key) ?? this.#known.answer(this.#account.user, question);
    if (answer === Missing) throw this.#wanted([question]);
    this.asked.set(key, question);
    return answer as Answer<Q>;
  }

  require(questions: readonly Question[]): void {
    const missing: Question[] = [];
    for (const question of questions) {
      const answer = this.#known.answer(this.#account.user, question);
      if (answer === Missing) missing.push(question);
      else this.#found.set(questionKey(question), answer);
    }
    if (missing.length > 0) throw this.#wanted(missing);
  }

  /** The control machine answers its own questions, also when the host does not. */
  #wanted(questions: readonly Question[]): Error {
    const { lost } = this.#known;
    if (lost !== undefined && questions.some(({ ask }) => ask !== 'control')) return lost;
    const asked = questions.map((question) => this.#known.toAsk(this.#account.user, question));
    return new AnswersWanted(this.#account, asked, this.#delegate);
  }
}

/** The facts of a host, as variables of any host mention them; `undefined` where they were not told before it was lost. */
export function factsOf(known: Known, account: Account, host: string, isLost: boolean): AnswerOf['facts'] | undefined {
  const question = { ask: 'facts' } as const;
  const facts = known.answer(account.user, question);
  if (facts !== Missing) return facts;
  if (isLost || known.lost !== undefined) return undefined;
  throw new AnswersWanted(account, [question], host, true);
}
